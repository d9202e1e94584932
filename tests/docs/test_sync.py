"""The script of docs/sync.md keeps a copy of all that its key may see."""

from __future__ import annotations

from pathlib import Path

import pytest

from crm.models import Agent
from records.journal.heads import begin_epochs
from tests.api_client import Api, items, make_record, resource, resources
from tests.interfaces.api.journal.reading import COMPANIES, PEOPLE
from tests.interfaces.api.schemas.schema_calls import (
    add_fields,
    change_field,
    create_object,
    relate,
)
from tests.live_server import LiveServer
from tests.races.mutations import make_thing_type
from tests.replica import SCRIPT, Replica

pytestmark = pytest.mark.django_db(transaction=True)


def test_the_script_is_short() -> None:
    assert len(SCRIPT.splitlines()) <= 60


@pytest.fixture(params=["key", "agent"])
def replica(
    request: pytest.FixtureRequest, tmp_path: Path, server: LiveServer, api: Api
) -> Replica:
    """The copy of a key that sees all, and that of an agent's key."""
    by = request.getfixturevalue("api" if request.param == "key" else "scout")
    return Replica(server, by, tmp_path / "copy.json")


def test_a_copy_is_kept_up(replica: Replica, api: Api, agent: Agent) -> None:
    acme = make_record(api, "company", "Acme")
    people = api.post(f"{PEOPLE}/bulk", resources("person", {"name": "A"}, {}, {}))
    ada, bea, eve = ({"type": "person", "id": one["id"]} for one in people.data)
    path = f"{PEOPLE}/{ada['id']}"
    replica.run()
    assert len(replica.shown()["records"]) == 4

    address = items("ada@example.com")
    api.patch(path, resource("person", title="CEO", email_addresses=address))
    api.post(f"{path}/relationships/companies", {"data": [acme]})
    make_record(api, "conversation", "", person=ada)
    api.delete(f"{PEOPLE}/{bea['id']}")
    owner = {"data": {"type": "agent", "id": str(agent.pk)}}
    api.patch(f"{path}/relationships/owner", owner)
    api.delete(f"{PEOPLE}/{eve['id']}/access/{agent.pk}")
    replica.run()

    assert replica.shown() == replica.anew()

    add_fields(api, "person", c_shoe={"type": "string"})
    api.patch(path, resource("person", c_shoe="12", title=None))
    api.delete(f"{COMPANIES}/{acme['id']}")
    replica.run()
    assert replica.shown() == replica.anew()

    begin_epochs()
    make_record(api, "company", "Navy")
    replica.run()
    assert replica.shown() == replica.anew()


def test_a_copy_drops_a_type_with_its_records(replica: Replica, api: Api) -> None:
    create_object(api, "Ship")
    crew = {"kind": "many-to-many", "entity": "person", "field": "ships"}
    relate(api, "c_ship", c_ship={"crew": {"x-relationship": crew}})
    ada = make_record(api, "person", "Ada")
    make_record(api, "c_ship", crew=[ada])
    replica.run()
    assert len(replica.shown()["records"]) == 2

    api.delete("schemas/objects/c_ship?force=true")
    replica.run()

    assert [*replica.shown()["records"]] == [ada["id"]]
    assert replica.shown() == replica.anew()


def test_a_relationship_that_is_called_otherwise_later(
    replica: Replica, api: Api
) -> None:
    make_thing_type(api)
    acme, thing = make_record(api, "company"), make_record(api, "c_thing")["id"]
    replica.run()

    place = f"objects/c_thing/records/{thing}/relationships/place"
    assert api.patch(place, {"data": acme}).status == 200
    for _ in range(5):
        api.post(f"{COMPANIES}/bulk", resources("company", *[{}] * 20))
    change_field(api, "c_thing", "place", slug="site")
    replica.run()

    assert replica.shown() == replica.anew()
