"""Contacts as the Inkbox API has them."""

from __future__ import annotations

from typing import Any

import pytest

from crm.models import Agent
from records.models import Record
from tests.api_client import Answer, Api, items, resource
from tests.interfaces.compat.door_client import DoorClient, some

NOBODY = "019abf2e-0000-7000-8000-000000000000"
NOOR: dict[str, Any] = {
    "name_prefix": "Dr.",
    "given_name": "Noor",
    "middle_name": "Q.",
    "family_name": "Haas",
    "name_suffix": "FRS",
    "company_name": "Alpen Labs",
    "job_title": "CTO",
    "birthday": "1990-01-31",
    "notes": "Met in Graz.\n\nLikes maps.",
    "emails": [
        {"label": "work", "value": "noor@alpen.test", "is_primary": True},
        {"label": None, "value": "noor@home.test", "is_primary": False},
    ],
    "phones": [{"label": "mobile", "value_e164": "+436605550100", "is_primary": True}],
    "websites": [{"label": None, "url": "https://alpen.test"}],
    "dates": [{"label": "joined", "date": "2020-06-01"}],
    "addresses": [
        {
            "label": "home",
            "street": "Hauptplatz 1\nTop 2",
            "city": "Graz",
            "region": "Styria",
            "postal": "8010",
            "country": "AT",
        },
        {
            "label": "work",
            "street": None,
            "city": "Wien",
            "region": None,
            "postal": None,
            "country": None,
        },
    ],
    "custom_fields": [
        {"label": "tier", "value": "gold"},
        {"label": "area", "value": "7"},
        {"label": "tier", "value": "silver"},
    ],
}


def create(inkbox: DoorClient, **members: object) -> dict[str, Any]:
    """Create a contact and return it."""
    answer = inkbox.post("contacts", members)
    assert answer.status == 201, answer.content
    contact: dict[str, Any] = answer.json
    return contact


def found(answer: Answer) -> list[str]:
    """Return the names of the contacts in an answer."""
    assert answer.status == 200, answer.content
    return [contact["preferred_name"] for contact in answer.json]


def places(answer: Answer) -> list[object]:
    """Return the status of an answer, and where it finds fault."""
    return [answer.status, *(entry["loc"] for entry in answer.json["detail"])]


def test_a_contact_has_all_that_was_sent(inkbox: DoorClient) -> None:
    contact = create(inkbox, **NOOR)

    assert some(contact, NOOR) == NOOR
    assert contact["preferred_name"] == "Dr. Noor Q. Haas FRS"
    assert contact["status"] == "active"
    assert inkbox.get(f"contacts/{contact['id']}").json == contact
    assert inkbox.get("contacts").json == [contact]


def test_a_contact_has_the_rule_that_everyone_may_see_it(inkbox: DoorClient) -> None:
    contact = create(inkbox, given_name="Noor")

    (rule,) = contact["access"]
    assert rule == {
        "id": rule["id"],
        "contact_id": contact["id"],
        "identity_id": None,
        "created_at": contact["created_at"],
    }


@pytest.mark.parametrize(
    ("names", "preferred"),
    [
        ({"preferred_name": "N."}, "N."),
        ({"given_name": " Noor "}, "Noor"),
        ({"family_name": "Haas", "name_prefix": "Dr."}, "Dr. Haas"),
        ({"company_name": "Alpen Labs"}, "Alpen Labs"),
        ({"company_name": "Alpen Labs", "name_prefix": "Dr."}, "Alpen Labs"),
        ({"company_name": "Alpen Labs", "given_name": "Noor"}, "Noor"),
    ],
)
def test_the_preferred_name_is_made_of_the_others(
    inkbox: DoorClient, names: dict[str, str], preferred: str
) -> None:
    assert create(inkbox, **names)["preferred_name"] == preferred


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"preferred_name": "  "},
        {"name_prefix": "Dr.", "middle_name": "Q.", "name_suffix": "FRS"},
        {"given_name": None, "emails": [{"value": "a@b.co"}]},
    ],
)
def test_a_contact_needs_a_name(inkbox: DoorClient, body: dict[str, object]) -> None:
    answer = inkbox.post("contacts", body)

    assert answer.status == 400
    assert "given_name, family_name, company_name" in answer.json["detail"]
    assert not Record.objects.exists()


@pytest.mark.parametrize(
    ("body", "place"),
    [
        ({"emails": [{"value": "nobody"}]}, ["emails", 0, "value"]),
        ({"emails": [{"label": "x"}]}, ["emails", 0, "value"]),
        ({"emails": ["a@b.co"]}, ["emails", 0]),
        ({"emails": "a@b.co"}, ["emails"]),
        ({"emails": [{"value": "a@b.co", "type": 1}]}, ["emails", 0, "type"]),
        ({"emails": [{"value": "a@b.co", "label": 1}]}, ["emails", 0, "label"]),
        (
            {"emails": [{"value": "a@b.co", "is_primary": 1}]},
            ["emails", 0, "is_primary"],
        ),
        (
            {"emails": [{"value": "a@b.co"}, {"value": "A@B.co"}]},
            ["emails", 1, "value"],
        ),
        (
            {"emails": [{"value": f"{n}@b.co", "is_primary": True} for n in "ab"]},
            ["emails"],
        ),
        ({"phones": [{"value_e164": "12"}]}, ["phones", 0, "value_e164"]),
        ({"phones": [{"value_e164": "+43 660 5550100"}]}, ["phones", 0, "value_e164"]),
        ({"phones": [{"value": "+436605550100"}]}, ["phones", 0, "value"]),
        (
            {"phones": [{"value_e164": "+436605550100"}] * 2},
            ["phones", 1, "value_e164"],
        ),
        ({"birthday": "31.1.1990"}, ["birthday"]),
        ({"dates": [{"date": "soon"}]}, ["dates", 0, "date"]),
        ({"addresses": [{"postal": 8010}]}, ["addresses", 0, "postal"]),
        ({"addresses": [{"city": None}]}, ["addresses", 0]),
        ({"addresses": [{"city": "Graz", "zip": "8010"}]}, ["addresses", 0, "zip"]),
        ({"websites": [{"value": "https://a.co"}]}, ["websites", 0, "value"]),
        ({"dates": [{"date": "2026-01-01", "x": 1}]}, ["dates", 0, "x"]),
        ({"custom_fields": {"tier": "gold"}}, ["custom_fields"]),
        ({"custom_fields": [{"label": "tier"}]}, ["custom_fields", 0]),
        ({"family_name": "x" * 129}, ["family_name"]),
        ({"emails": [{"value": f"a{n}@b.co"} for n in range(51)]}, ["emails"]),
        ({"colour": "red"}, ["colour"]),
        ({"id": NOBODY}, ["id"]),
        ({"access_identity_ids": "all"}, ["access_identity_ids"]),
        ({"access_identity_ids": ["me"]}, ["access_identity_ids", 0]),
    ],
)
def test_values_that_are_none_are_refused(
    inkbox: DoorClient, body: dict[str, object], place: list[object]
) -> None:
    answer = inkbox.post("contacts", {"given_name": "Noor"} | body)

    assert places(answer) == [422, ["body", *place]]
    assert not Record.objects.exists()


def test_all_that_is_wrong_is_said_at_once(inkbox: DoorClient) -> None:
    body = {"emails": [{"value": "a"}, {"value": "b"}], "birthday": 1}

    answer = inkbox.post("contacts", body | {"colour": "red"})

    assert [entry["loc"][1:] for entry in answer.json["detail"]] == [
        ["emails", 0, "value"],
        ["emails", 1, "value"],
        ["colour"],
    ]


@pytest.mark.parametrize("body", [b"[]", b'"x"', b"{", b" ", b"\xff"])
def test_a_body_that_is_no_object_is_refused(inkbox: DoorClient, body: bytes) -> None:
    assert inkbox.post("contacts", body).status == 422


def test_an_address_that_another_contact_has_is_refused(inkbox: DoorClient) -> None:
    create(inkbox, **NOOR)

    body = {"given_name": "Bea", "emails": [{"value": "NOOR@home.test"}]}
    answer = inkbox.post("contacts", body)

    assert places(answer) == [422, ["body", "emails"]]
    assert "duplicate email" in answer.json["detail"][0]["msg"]
    assert Record.objects.count() == 1


def test_a_flagged_item_moves_to_the_front(inkbox: DoorClient) -> None:
    emails = [
        {"label": "home", "value": "a@b.co"},
        {"label": "work", "value": "c@d.co", "is_primary": True},
    ]

    contact = create(inkbox, given_name="Noor", emails=emails)

    assert contact["emails"] == [
        {"label": "work", "value": "c@d.co", "is_primary": True},
        {"label": "home", "value": "a@b.co", "is_primary": False},
    ]


def test_a_change_leaves_what_it_does_not_name(inkbox: DoorClient) -> None:
    contact = create(inkbox, **NOOR)

    answer = inkbox.patch(
        f"contacts/{contact['id']}",
        {"job_title": "CEO", "birthday": None, "phones": None, "given_name": "Nora"},
    )

    changed = NOOR | {"job_title": "CEO", "birthday": None, "phones": []}
    assert answer.status == 200
    assert some(answer.json, NOOR) == changed | {"given_name": "Nora"}
    assert answer.json["preferred_name"] == "Dr. Nora Q. Haas FRS"
    assert inkbox.get(f"contacts/{contact['id']}").json == answer.json


def test_a_list_is_replaced_with_its_labels(inkbox: DoorClient) -> None:
    contact = create(inkbox, **NOOR)

    emails = [{"value": "noor@alpen.test"}, {"value": "n@new.test", "label": "new"}]
    answer = inkbox.patch(f"contacts/{contact['id']}", {"emails": emails})

    assert answer.json["emails"] == [
        {"label": None, "value": "noor@alpen.test", "is_primary": True},
        {"label": "new", "value": "n@new.test", "is_primary": False},
    ]


def test_a_change_of_a_label_alone_is_one(inkbox: DoorClient) -> None:
    contact = create(inkbox, **NOOR)

    websites = [{"url": "https://alpen.test", "label": "company"}]
    answer = inkbox.patch(f"contacts/{contact['id']}", {"websites": websites})

    assert answer.json["websites"] == [
        {"label": "company", "url": "https://alpen.test"}
    ]
    assert inkbox.get(f"contacts/{contact['id']}").json == answer.json
    assert Record.objects.get().version == 2


def test_no_change_is_none(inkbox: DoorClient) -> None:
    contact = create(inkbox, **NOOR)

    answer = inkbox.patch(f"contacts/{contact['id']}", NOOR)

    assert answer.json == contact
    assert inkbox.patch(f"contacts/{contact['id']}", {}).json == contact
    assert Record.objects.get().version == 1


def test_a_name_that_was_built_follows_and_one_by_hand_stays(
    inkbox: DoorClient,
) -> None:
    path = f"contacts/{create(inkbox, given_name='Noor')['id']}"

    names = [
        inkbox.patch(path, body).json["preferred_name"]
        for body in (
            {"family_name": "Haas"},
            {"preferred_name": "N."},
            {"family_name": "Klein"},
            {"preferred_name": None},
        )
    ]

    assert names == ["Noor Haas", "N.", "N.", "Noor Klein"]


@pytest.mark.parametrize(
    "body", [{"preferred_name": None}, {"preferred_name": " "}, {"given_name": None}]
)
def test_a_change_that_leaves_no_name_is_refused(
    inkbox: DoorClient, body: dict[str, object]
) -> None:
    name = next(iter(body))
    contact = create(inkbox, **{name: "Noor"}, name_prefix="Dr.")

    answer = inkbox.patch(f"contacts/{contact['id']}", body | {"notes": "x"})

    assert answer.status == 400
    assert inkbox.get(f"contacts/{contact['id']}").json == contact


def test_a_contact_without_a_name_cannot_be_changed_until_it_gets_one(
    inkbox: DoorClient, api: Api
) -> None:
    body = resource("person", email_addresses=items("a@b.co"))
    api.post("objects/person/records", body)
    (contact,) = inkbox.get("contacts").json

    answers = [
        inkbox.patch(f"contacts/{contact['id']}", body)
        for body in ({"notes": "x"}, {"notes": "x", "given_name": "Ada"})
    ]

    assert [answer.status for answer in answers] == [400, 200]


def test_access_cannot_be_changed_by_a_patch(inkbox: DoorClient) -> None:
    contact = create(inkbox, given_name="Noor")

    answer = inkbox.patch(f"contacts/{contact['id']}", {"access_identity_ids": []})

    assert places(answer) == [422, ["body", "access_identity_ids"]]


def test_a_deleted_contact_is_gone(inkbox: DoorClient) -> None:
    path = f"contacts/{create(inkbox, given_name='Noor')['id']}"

    answers = [inkbox.delete(path), inkbox.delete(path), inkbox.get(path)]

    assert [answer.status for answer in answers] == [204, 404, 404]
    assert answers[0].content == b""


@pytest.mark.parametrize("record_id", [NOBODY, "nobody", "1"])
def test_what_is_not_there_is_not_found(inkbox: DoorClient, record_id: str) -> None:
    path = f"contacts/{record_id}"

    answers = [
        inkbox.get(path),
        inkbox.patch(path, {"notes": "x"}),
        inkbox.delete(path),
        inkbox.get(f"{path}.vcf"),
        inkbox.get(f"{path}/access"),
        inkbox.post(f"{path}/access", {"identity_id": None}),
        inkbox.delete(f"{path}/access/{NOBODY}"),
    ]

    assert [answer.status for answer in answers] == [404] * 7
    assert all(isinstance(answer.json["detail"], str) for answer in answers)


def test_lists_by_name_or_newest_first(inkbox: DoorClient) -> None:
    for name in ("Cleo", "ada", "Bea"):
        create(inkbox, given_name=name)

    by_name = inkbox.get("contacts")
    recent = inkbox.get("contacts?order=recent")
    part = inkbox.get("contacts?limit=1&offset=1")

    assert found(by_name) == ["ada", "Bea", "Cleo"]
    assert found(recent) == ["Bea", "ada", "Cleo"]
    assert found(part) == ["Bea"]


@pytest.mark.parametrize(
    "text",
    [
        *("N.", "noor", "HAAS", "alpen", "cto", "likes MAPS", "Graz.", "%", "_"),
        *("haas noor", "maps graz", "nóör alpen"),
    ],
)
def test_a_search_looks_through_names_and_notes(inkbox: DoorClient, text: str) -> None:
    create(inkbox, **NOOR | {"preferred_name": "N. 1% _"})
    create(inkbox, given_name="Bea", emails=[{"value": "haas@alpen.test"}])

    answer = inkbox.get(f"contacts?q={text.replace('%', '%25')}")

    assert found(answer) == ["N. 1% _"]


@pytest.mark.parametrize(
    "query",
    [
        "limit=0",
        "limit=201",
        "limit=x",
        "offset=-1",
        "order=age",
        f"q={'x' * 101}",
        "colour=red",
        "limit=1&limit=2",
    ],
)
def test_parameters_that_mean_nothing_are_refused(
    inkbox: DoorClient, query: str
) -> None:
    answer = inkbox.get(f"contacts?{query}")

    assert places(answer) == [422, ["query", query.partition("=")[0]]]


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("email=NOOR@alpen.test", ["Noor"]),
        ("email=alpen.test", None),
        ("email_contains=ALPEN", ["Bea", "Noor"]),
        ("email_contains=%25", []),
        ("email_domain=alpen.test", ["Noor"]),
        ("email_domain=@alpen.test", ["Noor"]),
        ("email_domain=pen.test", []),
        ("phone=%2B436605550100", ["Noor"]),
        ("phone=%2B4366055501", []),
        ("phone=06605550100", None),
        ("phone_contains=555%2001-00", ["Noor"]),
        ("phone_contains=_", []),
        ("", None),
        ("email=a@b.co&phone_contains=1", None),
        ("email=", None),
        ("phone_contains=%20", None),
        ("phone_contains=(-)", None),
    ],
)
def test_a_lookup_finds_by_exactly_one_thing(
    inkbox: DoorClient, query: str, names: list[str] | None
) -> None:
    phones = [{"value_e164": "+436605550100"}]
    emails = [{"value": "x@y.co"}, {"value": "noor@alpen.test"}]
    create(inkbox, given_name="Noor", emails=emails, phones=phones)
    create(inkbox, given_name="Bea", emails=[{"value": "bea@sub.alpen.test"}])

    answer = inkbox.get(f"contacts/lookup?{query}")

    if names is None:
        assert answer.status == 400
        assert isinstance(answer.json["detail"], str)
    else:
        assert found(answer) == names


def test_several_are_deleted_and_the_others_named(inkbox: DoorClient) -> None:
    ids = [create(inkbox, given_name=name)["id"] for name in ("Ada", "Bea")]

    answer = inkbox.post("contacts/bulk-delete", {"contact_ids": [ids[0], NOBODY]})

    assert answer.json == {
        "deleted_count": 1,
        "error_count": 1,
        "results": [
            {"contact_id": ids[0], "status": "deleted"},
            {"contact_id": NOBODY, "status": "error", "error": "Contact not found."},
        ],
    }
    assert found(inkbox.get("contacts")) == ["Bea"]


def test_whoami_tells_what_the_key_is(
    inkbox: DoorClient, scout_inkbox: DoorClient, agent: Agent
) -> None:
    path = "/compat/inkbox/api/whoami"

    admin, scout = inkbox.get(path).json, scout_inkbox.get(path).json

    assert (admin["auth_type"], scout["auth_type"]) == ("api_key", "api_key")
    assert admin["auth_subtype"] == "api_key.admin_scoped"
    assert scout["auth_subtype"] == "api_key.agent_scoped.claimed"
    assert scout["scoped_identity_id"] == str(agent.id)


def test_identities_are_the_active_agents(inkbox: DoorClient, agent: Agent) -> None:
    Agent.objects.create(workspace=agent.workspace, handle="retired", is_active=False)

    made = inkbox.post("identities/", {"agent_handle": "@Ranger"})

    handles = [one["agent_handle"] for one in inkbox.get("identities/").json]
    assert made.status == 201
    assert handles == ["ranger", "scout"]
    assert inkbox.get("identities/ranger").json == made.json
    assert inkbox.get("identities/retired").status == 404


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"agent_handle": "scout"}, 409),
        ({"agent_handle": "-"}, 422),
        ({}, 422),
        ({"agent_handle": "new", "mailbox": {}}, 422),
    ],
)
def test_identities_that_cannot_be_are_refused(
    inkbox: DoorClient, agent: Agent, body: dict[str, object], status: int
) -> None:
    assert inkbox.post("identities/", body).status == status
    assert Agent.objects.count() == 1


def test_a_key_is_made_for_an_identity(inkbox: DoorClient, agent: Agent) -> None:
    body = {"label": "Scout's", "scoped_identity_id": str(agent.id)}

    answer = inkbox.post("api-keys", body)

    made = DoorClient("inkbox", answer.json["api_key"])
    who = made.get("/compat/inkbox/api/whoami").json
    assert answer.status == 201
    assert answer.json["record"]["last4"] == answer.json["api_key"][-4:]
    assert (who["label"], who["scoped_identity_id"]) == ("Scout's", str(agent.id))


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"label": "x"}, 403),
        ({"scoped_identity_id": NOBODY}, 422),
        ({"label": "x", "scoped_identity_id": NOBODY}, 404),
        ({"label": "x", "scoped_identity_id": "me"}, 422),
    ],
)
def test_keys_that_cannot_be_are_refused(
    inkbox: DoorClient, body: dict[str, object], status: int
) -> None:
    assert inkbox.post("api-keys", body).status == status


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("identities/", {"agent_handle": "ranger"}),
        ("api-keys", {"label": "x", "scoped_identity_id": NOBODY}),
        ("contacts", {"given_name": "Noor", "access_identity_ids": []}),
    ],
)
def test_only_an_admin_key_sets_things_up(
    scout_inkbox: DoorClient, path: str, body: dict[str, object]
) -> None:
    answer = scout_inkbox.post(path, body)

    assert answer.status == 403
    assert isinstance(answer.json["detail"], str)
