"""What tests of erasures ask for."""

from __future__ import annotations

from tests.api_client import Answer, Api


def erase(
    api: Api, record: str, type_: str = "person", reason: str = "", **headers: str
) -> Answer:
    """Erase a record."""
    body = {
        "data": {
            "type": "erasure",
            "attributes": {"reason": reason},
            "relationships": {"record": {"data": {"type": type_, "id": record}}},
        }
    }
    return api.post("erasures", body, **headers)
