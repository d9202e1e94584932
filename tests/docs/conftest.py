"""The workspace that the examples in the docs are about."""

from __future__ import annotations

import pytest

from config.demo import create_demo
from crm.models import Workspace
from tests.api_client import Api


@pytest.fixture
def demo(db: None) -> Api:
    """The API of the demo workspace, with the key that is shown at its first start."""
    secret = create_demo().secret
    return Api(Workspace.objects.get(slug="demo"), secret)
