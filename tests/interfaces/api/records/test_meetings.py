"""Meetings as calendars send them: known by an event, with their participants."""

from __future__ import annotations

from typing import Any

import pytest

from tests.api_client import Answer, Api, items, resource

MEETINGS = "objects/meeting/records"
ADA = {"email": "ada@example.com", "name": "Ada Lovelace", "status": "accepted"}
BEA = {"email": "bea@example.com", "name": "Bea", "status": "needsAction"}


def create(api: Api, event: str, *participants: object, **attributes: object) -> Answer:
    body = resource(
        "meeting",
        event_id=event,
        participants=items(*participants),
        **{"title": event, "visibility": "default"} | attributes,
    )
    return api.post(f"{MEETINGS}?silent=true", body)


def titles(api: Api, *conditions: str) -> list[str]:
    answer = api.get(f"{MEETINGS}?sort=title&{'&'.join(conditions)}")
    assert answer.status == 200, answer.json
    return [row["attributes"]["title"] for row in answer.data]


def test_a_meeting_is_read_as_it_was_sent(api: Api) -> None:
    answer = create(api, "adhoc-1", ADA, {"email": "bea@example.com", "name": None})

    shown = answer.data["attributes"]
    assert shown["participants"] == items(ADA, {"email": "bea@example.com"})
    assert (shown["event_id"], shown["visibility"]) == ("adhoc-1", "default")
    assert api.get(f"{MEETINGS}/{answer.id}").data == answer.data


def test_an_event_that_is_sent_again_is_the_same_meeting(api: Api) -> None:
    first = create(api, "adhoc-1", ADA)

    again = create(api, "adhoc-1", ADA, BEA, title="Moved")

    assert (again.status, again.id) == (200, first.id)
    assert again.data["attributes"]["participants"] == items(ADA, BEA)


@pytest.mark.parametrize(
    ("condition", "found"),
    [
        ("filter[participants][Contains]=ADA@example.com", ["one", "two"]),
        ("filter[participants]=bea", ["two"]),
        ("filter[participants][Contains]=bea@example", []),
        ("filter[participants][Contains text]=bea@example", ["two"]),
        ('filter[participants][Contains]={"name":"ada lovelace"}', ["one", "two"]),
        ('filter[participants]={"name":"Ada Lovelace","status":"no"}', ["two"]),
        ("filter[participants][Does not contain]=bea@example.com", ["one", "three"]),
        ("filter[participants][Is empty]=true", ["three"]),
        ("filter[search]=needsaction", ["two"]),
    ],
)
def test_meetings_are_found_by_who_takes_part(
    api: Api, condition: str, found: list[str]
) -> None:
    create(api, "one", ADA)
    create(api, "two", BEA, ADA | {"status": "no"})
    create(api, "three")

    assert sorted(titles(api, condition)) == sorted(found)


def test_what_no_participant_can_be_is_refused_where_it_stands(api: Api) -> None:
    wrong: list[Any] = [ADA, {"email": "ada"}, {"role": "host"}, "Ada", {}]

    answer = create(api, "one", *wrong)

    at = "/data/attributes/participants/items"
    assert answer.errors == [
        ("invalid_value", f"{at}/1/email"),
        ("invalid_value", f"{at}/2/role"),
        ("invalid_value", f"{at}/3"),
        ("invalid_value", f"{at}/4"),
    ]


def test_participants_are_appended_and_removed(api: Api) -> None:
    meeting = create(api, "one", ADA).id
    shown = []
    for how, one in (("append", BEA), ("append", ADA), ("remove", ADA)):
        body = resource("meeting", participants=items(one))
        body["meta"] = {"participants": {"collection": how}}
        answer = api.patch(f"{MEETINGS}/{meeting}", body)
        shown.append(answer.data["attributes"]["participants"])

    assert shown == [items(ADA, BEA), items(ADA, BEA), items(BEA)]
