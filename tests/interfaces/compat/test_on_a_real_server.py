"""Bodies of vCards on the wire of a real server, announced or in chunks."""

from __future__ import annotations

from collections.abc import Iterator

import httpx
import pytest

from records.models import Record
from tests.live_server import LiveServer

pytestmark = pytest.mark.django_db(transaction=True)

LIMIT = 5 * 1024 * 1024
CARD = b"BEGIN:VCARD\r\nVERSION:4.0\r\nFN:Noor\r\nEND:VCARD\r\n"


def chunks(body: bytes) -> Iterator[bytes]:
    """Return a body in parts, so that its length is not announced."""
    for start in range(0, len(body), 1 << 16):
        yield body[start : start + (1 << 16)]


@pytest.mark.parametrize("is_chunked", [False, True])
@pytest.mark.parametrize(
    ("size", "status"), [(LIMIT, 200), (LIMIT + 1, 413), (6_000_000, 413)]
)
def test_cards_may_have_five_mebibytes(
    server: LiveServer, secret: str, size: int, status: int, is_chunked: bool
) -> None:
    body = CARD.ljust(size)

    answer = httpx.post(
        f"{server.url}/compat/inkbox/api/v1/contacts/import",
        content=chunks(body) if is_chunked else body,
        headers={"X-API-Key": secret, "Content-Type": "text/vcard"},
    )

    assert answer.status_code == status
    assert answer.headers["Content-Type"] == "application/json"
    assert Record.objects.count() == (status == 200)


def test_a_head_has_no_body(server: LiveServer, secret: str) -> None:
    answer = httpx.head(
        f"{server.url}/compat/clarky/api/v1/contacts",
        headers={"Authorization": f"Bearer {secret}"},
    )

    assert (answer.status_code, answer.content) == (200, b"")
