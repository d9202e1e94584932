"""The bodies of requests: read whole, within a time, before work on them begins."""

from __future__ import annotations

from errno import ETIMEDOUT
from io import BytesIO
from typing import TYPE_CHECKING, NoReturn

from config.slow_clients import SlowClients

if TYPE_CHECKING:
    from wsgiref.types import WSGIEnvironment


class UnreadBody(BytesIO):
    """A body that did not arrive in time. Whoever reads it is told so."""

    def read(self, size: int | None = -1) -> NoReturn:
        raise TimeoutError(ETIMEDOUT, "The body did not arrive in time.")

    readline = readlines = __next__ = read


class Bodies:
    """Reads the bodies of requests, and gives up those that take too long.

    One byte more than the longest is read at most, which is enough for Django to refuse
    the rest.
    """

    def __init__(self, *, longest: int, seconds: float) -> None:
        self.longest = longest
        self.slow_clients = SlowClients(seconds)

    def read(self, environ: WSGIEnvironment) -> bool:
        """Put the body of a request, if it has one, where Django finds it whole.

        Return whether it was read to its end. If not, no other request can follow on
        the connection, which the server closes behind the answer.
        """
        announced = int(environ.get("CONTENT_LENGTH") or 0)
        is_chunked = "chunked" in environ.get("HTTP_TRANSFER_ENCODING", "").lower()
        if announced > self.longest:
            return False  # It is refused by what was announced.
        if not (announced or is_chunked):
            return True
        client, expects = environ.get("REMOTE_ADDR", ""), "HTTP_EXPECT" in environ
        with self.slow_clients.waited_for(client, expects=expects) as waiting:
            body = environ["wsgi.input"].read(self.longest + 1)
        is_cut = waiting.is_given_up and (is_chunked or len(body) < announced)
        environ["wsgi.input"] = UnreadBody() if is_cut else BytesIO(body)
        environ["CONTENT_LENGTH"] = str(announced or len(body) or int(is_cut))
        return not is_cut and len(body) <= self.longest
