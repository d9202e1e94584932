"""The application in the workers of ``manage.py start``."""

import ctypes
import signal
import sys

from config.wsgi import application

__all__ = ["application"]

PR_SET_PDEATHSIG = 1

if sys.platform == "linux":
    # A worker whose parent was killed would serve on, next to those of the next start.
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
