"""A field that becomes unique over many records, against one statement that claims."""

from __future__ import annotations

import time

from django.db import transaction

from crm.sql import query
from objects.models import Field
from records.ids import encode_id
from tests.api_client import Api
from tests.benchmarks.load import load
from tests.benchmarks.report import ratio
from tests.benchmarks.workspaces import fresh_workspace
from tests.interfaces.api.schemas.schema_calls import change_field, create_object

MANY = 100_000
SHARED = (7, 50_000, 99_999)
"""Records that share a value."""

BARE = """
INSERT INTO records_uniquevalue (workspace_id, field_id, key, record_id)
SELECT workspace_id, %(field)s, folded->>'free', id FROM records_record
WHERE workspace_id = %(workspace)s AND object_type_id = %(type)s
"""


def bench_backfills() -> None:
    """Make fields unique, one of which cannot be, and say how long it takes."""
    place = fresh_workspace("backfills")
    api = Api(place.workspace, place.secret)
    text = {"type": "string"}
    create_object(api, "Thing", properties={"free": text, "shared": text})
    api.workspace.refresh_from_db()
    ids = load(
        api.workspace,
        "c_thing",
        lambda n: {"free": f"c{n}", "shared": "same" if n in SHARED else f"c{n}"},
        MANY,
    )
    bare = milliseconds_of_bare_claims()
    named, refused = timed_change(api, "shared")
    _, done = timed_change(api, "free")
    assert named == [encode_id("thing", ids[number]) for number in SHARED]
    ratio(f"unique over {MANY:,} records", done, bare, "vs one statement")
    ratio("refused, with the three that share a value", refused, bare, "the same")


def milliseconds_of_bare_claims() -> float:
    """Claim all values in one statement, undo it, and return how long it took."""
    field = Field.objects.select_related("object_type").get(slug="free")
    owner = field.object_type
    begun = time.perf_counter()
    with transaction.atomic():
        query(BARE, workspace=owner.workspace_id, type=owner.id, field=field.id)
        query("SET CONSTRAINTS ALL IMMEDIATE")
        transaction.set_rollback(True)
    return (time.perf_counter() - begun) * 1000


def timed_change(api: Api, slug: str) -> tuple[list[str], float]:
    """Make a field unique; return the records in the way, and how long it took."""
    begun = time.perf_counter()
    answer = change_field(api, "c_thing", slug, unique=True)
    taken = (time.perf_counter() - begun) * 1000
    errors = answer.json.get("errors", [])
    return [one for error in errors for one in error["meta"]["matches"]], taken
