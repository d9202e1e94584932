"""What our lists are held against: a WSGI function that does the least that it must.

It runs the statements that the API runs, with the same values, and splices the stored
text into a document. It knows no routes, no errors and no headers but the two it needs.
"""

from __future__ import annotations

import json
import os
import threading
from collections.abc import Iterable
from typing import TYPE_CHECKING

import psycopg

if TYPE_CHECKING:
    from wsgiref.types import StartResponse, WSGIEnvironment

PLANS: dict[str, list[str]] = json.loads(os.environ["BARE_PLANS"])
"""The statements of each address: one that reads, and perhaps one that counts."""

local = threading.local()


def application(
    environ: WSGIEnvironment, start_response: StartResponse
) -> Iterable[bytes]:
    """Answer with the records that the statements of a path find."""
    if not hasattr(local, "cursor"):
        url = os.environ["DATABASE_URL"]
        local.cursor = psycopg.connect(url, autocommit=True).cursor()
    rows: list[tuple[object, ...]] = []
    address = environ["PATH_INFO"]
    if environ["QUERY_STRING"]:
        address += "?" + environ["QUERY_STRING"]
    for statement in PLANS[address]:
        found = local.cursor.execute(statement).fetchall()
        rows = rows or found
    resources = (
        f'{{"type":"person","id":"{row[0]}","attributes":{row[6]},'
        f'"meta":{{"version":{row[1]}}}}}'
        for row in rows
    )
    body = f'{{"data":[{",".join(resources)}]}}'.encode()
    start_response(
        "200 OK",
        [
            ("Content-Type", "application/vnd.api+json"),
            ("Content-Length", str(len(body))),
        ],
    )
    return [body]
