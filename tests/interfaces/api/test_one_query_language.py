"""Records and the workspace's own rows are asked in one language."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from crm.models import Agent, ApiKey, Workspace
from tests.api_client import Answer, Api, items, resource
from tests.schemas import make_field

KEYS, DEALS = "api-keys", "objects/deal/records"
SCOPES: dict[str, object] = {
    "options": [{"id": one, "label": one} for one in ("read", "write", "admin")]
}
FIELDS: tuple[tuple[str, str, dict[str, object]], ...] = (
    ("label", "text", {}),
    ("scopes", "multi_select", SCOPES),
    ("agent", "agent", {}),
    ("expires_at", "datetime", {}),
)
KEPT: list[tuple[str, list[str], datetime | None]] = [
    ("ISTANBUL", ["read"], None),
    ("İstanbul", ["read", "write"], datetime(2026, 11, 26, tzinfo=UTC)),
    (
        "\u0131stanbul",
        ["write"],
        datetime(2026, 11, 26, 23, 59, 59, 999000, tzinfo=UTC),
    ),
    ("ΣΊΣΥΦΟΣ", ["read"], datetime(2026, 11, 27, tzinfo=UTC)),
    ("straße É", ["admin"], datetime(2026, 11, 26, 12, tzinfo=UTC)),
    ("100%", ["read"], None),
    ("a_b", ["read", "admin"], None),
    ("axb\\", ["read"], None),
]
"""Keys, each with a record that holds the same values."""


@pytest.fixture
def twins(api: Api, workspace: Workspace, agent: Agent) -> Agent:
    """The agent of some of the keys and of their records."""
    for slug, type_, options in FIELDS:
        make_field(workspace, "deal", slug, type_, options=options)
    ApiKey.objects.update(label="own")
    for key in ApiKey.objects.all():
        keep_record(api, key)
    for number, (label, scopes, expires_at) in enumerate(KEPT):
        key = ApiKey(workspace=workspace, label=label, scopes=scopes)
        key.digest, key.expires_at = str(number), expires_at
        key.agent = agent if scopes == ["read"] else None
        key.save()
        keep_record(api, key)
    return agent


def keep_record(api: Api, key: ApiKey) -> None:
    """Create a record that holds what a key holds."""
    document = resource(
        "deal",
        name=f"Deal {key.pk}",
        label=key.label,
        scopes=items(*key.scopes),
        expires_at=key.expires_at and key.expires_at.isoformat(),
    )
    identifier = key.agent_id and {"type": "agent", "id": str(key.agent_id)}
    document["data"]["relationships"] = {"agent": {"data": identifier}}
    assert api.post(DEALS, document).status == 201


def ask(api: Api, path: str, parameters: str) -> Answer:
    return api.get(f"{path}?page[limit]=1000&{parameters}")


def labels(answer: Answer) -> list[str]:
    """Return the labels of what was found, sorted."""
    assert answer.status == 200, answer.json
    return sorted(one["attributes"]["label"] for one in answer.data)


@pytest.mark.parametrize(
    ("parameters", "many"),
    [
        ("filter[label]=istanbul", 2),
        ("filter[label]=ISTANBUL", 2),
        ("filter[label]=ISPARTA", 0),
        ("filter[label]=İSTANBUL", 2),
        ("filter[label]=ISTANBUL&filter[label][ne]=İstanbul", 0),
        ("filter[label]=\u0131stanbul", 1),
        ("filter[label]=σίσυφοσ", 1),
        ("filter[label]=σίσυφος", 0),
        ("filter[label]=STRASSE é", 0),
        ("filter[label]=STRAẞE é", 1),
        ("filter[label]=straße E\u0301", 1),
        ("filter[label]=* e\u0301*", 1),
        ("filter[label][in]=ISTANBUL,100%25", 3),
        ("filter[label][in]=", 0),
        ("filter[label][notin]=", 9),
        ("filter[label][contains]=%25", 1),
        ("filter[label][contains]=_", 1),
        ("filter[label][endswith]=\\", 1),
        ("filter[label][Starts with]=A", 2),
        ("filter[label][Does not contain]=a", 3),
        ("filter[label]=*STAN*", 3),
        ("filter[label]=a*", 2),
        ("filter[label]=!=own", 8),
        ("filter[label]=null", 0),
        ("filter[label][empty]=false", 9),
        ("filter[scopes]=read", 7),
        ("filter[scopes]=read,write", 8),
        ("filter[scopes][ne]=read", 2),
        ("filter[scopes][contains]=admin", 3),
        ("filter[scopes][icontains]=RI", 3),
        ("filter[scopes][excludes]=admin", 6),
        ("filter[agent]={agent}", 4),
        ("filter[agent][ne]={agent}", 5),
        ("filter[agent][in]={agent}", 4),
        ("filter[agent]=null", 5),
        ("filter[agent]={agent},{agent}", 4),
        ("filter[agent][ne]={agent}, {agent}", 5),
        ("filter[agent]=!={agent}", 5),
        ("filter[scopes][ne]=read,admin", 1),
        ("filter[scopes][eq]=write, admin", 5),
        ("filter[expires_at]=2026-11-26", 3),
        ("filter[expires_at][ne]=2026-11-26", 6),
        ("filter[expires_at]=>2026-11-26", 1),
        ("filter[expires_at]=<=2026-11-26", 3),
        ("filter[expires_at][lt]=2026-11-26T12:00:00Z", 1),
        ("filter[expires_at]=2026-11-26T13:00:00%2B01:00", 1),
        ("filter[expires_at][in]=2026-11-26,2026-11-27T00:00:00.000Z", 4),
        ("filter[expires_at][notin]=2026-11-26", 6),
        ("filter[expires_at]=!null", 4),
        ("filter[expires_at][Is empty]=true", 5),
    ],
)
def test_the_same_is_found(api: Api, twins: Agent, parameters: str, many: int) -> None:
    asked = parameters.format(agent=twins.pk)

    found = labels(ask(api, KEYS, asked))

    assert len(found) == many
    assert found == labels(ask(api, DEALS, asked))


@pytest.mark.parametrize("sort", ["label", "-label"])
def test_text_is_sorted_the_same(api: Api, twins: Agent, sort: str) -> None:
    asked = f"filter[label][ne]=ISTANBUL&sort={sort}"

    keys, deals = (ask(api, path, asked).data for path in (KEYS, DEALS))

    assert len(keys) == 7
    assert [one["attributes"]["label"] for one in keys] == [
        one["attributes"]["label"] for one in deals
    ]


def test_a_row_is_found_however_its_letters_are_written(
    api: Api, workspace: Workspace
) -> None:
    label = "Zoe\u0308"
    ApiKey.objects.create(workspace=workspace, label=label, digest="0", scopes=["read"])

    found = labels(ask(api, KEYS, "filter[label]=ZOË"))

    assert found == [label]


@pytest.mark.parametrize(
    "parameters",
    [
        "filter[expires_at]=20261126",
        "filter[expires_at]=2026-W48-4",
        "filter[expires_at][in]=2026-11-26,20261126",
        "filter[expires_at]=now",
        "filter[expires_at][in]=today,this_decade",
        "filter[expires_at][contains]=2026",
        "filter[label][regex]=a",
        "filter[label]=%ED%A0%80%00",
        "filter[label][empty]=yes",
        "filter[scopes]=king",
        "filter[agent]=somebody",
        "filter[scopes]=read,king",
        "filter[label][eq][x]=a",
        "&".join(["filter[label]=a"] * 101),
    ],
)
def test_the_same_is_refused_in_the_same_words(
    api: Api, twins: Agent, parameters: str
) -> None:
    answer = ask(api, KEYS, parameters)

    assert answer.status == 400
    assert words(answer) == words(ask(api, DEALS, parameters))


def words(answer: Answer) -> list[tuple[str, str, object]]:
    """Return what is said of each error, and where it is."""
    return [(e["code"], e["detail"], e["source"]) for e in answer.json["errors"]]


def test_a_hundred_conditions_are_not_too_many(api: Api, twins: Agent) -> None:
    parameters = "&".join(["filter[label]=own"] * 100)

    found = [labels(ask(api, path, parameters)) for path in (KEYS, DEALS)]

    assert found == [["own"], ["own"]]
