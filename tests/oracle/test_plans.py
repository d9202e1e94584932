"""What is read often is found by an index, whatever else is in the tables."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.db import connection

from crm.sql import query
from objects.models import ObjectType
from tests.benchmarks.reads import Notes
from tests.oracle.crowd import BESIDE, PEOPLE, Crowd
from tests.oracle.things import JSON

WALK = "page[size]=25&page[total]=false"
ADA = "person 0000500 müller"

PLANS = [
    ("page[limit]=25", "record_created"),
    (WALK, "record_created"),
    ("sort=_updated_at", "record_updated"),
    ("sort=name", "indexed_value_key"),
    ("sort=last_name,name", "indexed_value_key"),
    (f"sort=-last_contacted_at&{WALK}", "indexed_value_key"),
    (f"filter[name]={ADA}", "record_values"),
    (f"filter[title]=nobody&{WALK}", "record_values"),
    (f"filter[name][in]={ADA},person 0000501 müller", "record_values"),
    ("filter[tags]=batch 50", "record_values"),
    ("filter[tags][in]=batch 50,batch 51", "record_values"),
    ("filter[email_addresses]=person5@example5.com", "records_uniquevalue_pkey"),
    ("filter[_created_at][gt]=2030-01-01", "record_created"),
    ("filter[_updated_at][gt]=2030-01-01", "record_updated"),
    (f"filter[last_contacted_at][gt]=2025-12-01&{WALK}", "records_indexedvalue_pkey"),
    ("filter[search]=quetzalcoatl", "record_search"),
    ("filter[name][contains]=quetzalcoatl", "record_search"),
    ("filter[companies.domains]=company5.example", "link_target"),
    (f"filter[companies.people.name]={ADA}", "records_link_pkey"),
]
"""What is asked for, and the index that finds it."""


def plans(crowd: Crowd, address: str) -> Iterator[JSON]:
    """Return the plans of the statements that read records for an answer."""
    notes = Notes()
    with connection.execute_wrapper(notes):
        answer = crowd.api.get(address)
    assert answer.status == 200, answer.json
    for statement in notes.statements:
        if "records_record" in statement or "records_indexedvalue" in statement:
            literal = statement.replace("%", "%%")
            ((plan,),) = query(f"EXPLAIN (FORMAT JSON) {literal}")
            yield plan[0]["Plan"]


def scans(plan: JSON) -> Iterator[tuple[str, str]]:
    """Return each scan in a plan, and the index or the table that it reads."""
    nodes = [plan]
    while nodes:
        node = nodes.pop()
        nodes += node.get("Plans", [])
        name = node.get("Index Name") or node.get("Relation Name")
        if name:
            yield node["Node Type"], name


def used_for(crowd: Crowd, address: str) -> set[str]:
    """Return the indexes with which records are read. No table is read as a whole.

    But those in which the key is confirmed, which have few rows here.
    """
    used = {scan for plan in plans(crowd, address) for scan in scans(plan)}
    whole = [name for kind, name in used if kind == "Seq Scan"]
    assert [name for name in whole if name.startswith("records_")] == []
    return {name for _, name in used}


@pytest.mark.parametrize(("asked", "index"), PLANS)
def test_a_list_is_read_by_an_index(crowd: Crowd, asked: str, index: str) -> None:
    assert index in used_for(crowd, f"{PEOPLE}?{asked}")


@pytest.mark.parametrize("by", ["name", "-name", "-last_contacted_at"])
@pytest.mark.parametrize("page", ["", f"&{WALK}"])
def test_records_without_a_value_are_looked_for_by_the_order(
    crowd: Crowd, by: str, page: str
) -> None:
    query("SET LOCAL enable_sort = off; SET LOCAL enable_hashjoin = off")

    used = used_for(crowd, f"{PEOPLE}?sort={by}{page}")

    assert "records_indexedvalue_pkey" not in used


@pytest.mark.parametrize("asked", ["[gt]=2030-01-01", "[lt]=2000-01-01"])
@pytest.mark.parametrize("way", ["page[limit]=25", WALK, "sort=name"])
def test_a_rare_range_is_read_by_its_index(crowd: Crowd, asked: str, way: str) -> None:
    used = used_for(crowd, f"{PEOPLE}?filter[last_contacted_at]{asked}&{way}")

    assert "indexed_value_key" in used


def test_related_records_are_read_by_their_links(crowd: Crowd) -> None:
    person = f"{PEOPLE}/{next(iter(crowd.people))}"
    company = crowd.api.get(f"{person}/companies").data[0]["id"]

    companies = used_for(crowd, f"{person}/companies?sort=name")
    people = used_for(crowd, f"objects/company/records/{company}/people")

    assert "records_link_pkey" in companies
    assert "link_target" in people


def test_a_small_workspace_is_not_taken_for_none(crowd: Crowd) -> None:
    people = ObjectType.objects.get(workspace__slug="beside", slug="person")
    ((plan,),) = query(
        "EXPLAIN (FORMAT JSON) SELECT FROM records_record "
        "WHERE workspace_id = %(workspace)s AND object_type_id = %(type)s",
        workspace=people.workspace_id,
        type=people.id,
    )

    assert plan[0]["Plan"]["Plan Rows"] > BESIDE / 2
