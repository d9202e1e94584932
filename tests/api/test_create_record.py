"""POST /objects/{object}/records creates a record, or updates the one that matches."""

from tests.api_client import Api, items, resource


def test_creates_a_record(api: Api) -> None:
    answer = api.post("objects/person/records", resource("person", name="Ada"))

    assert answer.status == 201
    assert answer.data["type"] == "person"
    assert answer.data["attributes"]["name"] == "Ada"
    assert answer.headers["Location"] == answer.data["links"]["self"]
    assert answer.headers["ETag"] == '"1"'


def test_updates_the_record_that_shares_an_address(api: Api) -> None:
    address = items("taylor@example.com")
    body = resource("person", name="Taylor", email_addresses=address)
    first = api.post("objects/person/records", body)

    both = items("TAYLOR@example.com", "taylor@home.example")
    body = resource("record", title="VP", email_addresses=both)
    second = api.post("objects/person/records", body)

    assert (second.status, second.id) == (200, first.id)
    assert second.data["attributes"]["name"] == "Taylor"
    assert second.data["attributes"]["email_addresses"] == items(
        "taylor@example.com", "taylor@home.example"
    )
