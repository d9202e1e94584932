"""What can be chosen: options that are added, taken away, renamed and put in order."""

from __future__ import annotations

from typing import Any

import pytest

from records.models import JournalEntry, Record
from records.schema_changes import walking
from tests.api_client import Answer, Api, items, resource
from tests.interfaces.api.schemas.schema_calls import (
    add_fields,
    attributes,
    change_field,
    create,
    properties,
    schema_entries,
    version,
)

DEALS = "objects/deal/records"
SIZES = [{"id": "s", "label": "Small", "color": "red"}, {"id": "l", "label": "Large"}]


@pytest.fixture
def api(api: Api) -> Api:
    """The API, where deals have a size and several parts."""
    parts = {"x-type": "multi_select", "options": ["Bow", "Keel", "Stern"]}
    add_fields(api, "deal", size={"x-type": "select", "options": SIZES}, parts=parts)
    return api


def edit(api: Api, how: object, entity: str = "deal", **enums: list[Any]) -> Answer:
    """Add options to fields, or take some away."""
    data = {
        "type": "schema-properties",
        "id": entity,
        "attributes": {field: {"enum": enum} for field, enum in enums.items()},
        "meta": {field: {"enum": how} for field in enums},
    }
    return api.patch("schemas", {"data": [data]})


def records_changed(answer: Answer) -> object:
    """Return how many records an answer says were changed with the schema."""
    return answer.json["meta"]["records_changed"]


def choices(api: Api, slug: str = "size") -> list[tuple[str, str, str]]:
    """Return the options of a field: ids, labels and colours."""
    found = properties(api, "deal")[slug]["x-options"]
    return [(one["id"], one["label"], one["color"]) for one in found]


def test_options_have_ids_and_colours(api: Api) -> None:
    assert choices(api) == [("s", "Small", "red"), ("l", "Large", "gray")]


@pytest.mark.parametrize(
    ("labels", "ids"),
    [
        (["To Do", "Done!"], ["to_do", "done"]),
        (["A B", "A-B", "A_B"], ["a_b", "a_b_2", "a_b_3"]),
        (["🔥", "❄️"], ["option", "option_2"]),
        (["Größe", "契約"], ["größe", "契約"]),
    ],
)
def test_ids_follow_from_labels(api: Api, labels: list[str], ids: list[str]) -> None:
    add_fields(api, "deal", extra={"type": "string", "enum": labels})

    assert choices(api, "extra") == [
        (id_, label, "gray") for id_, label in zip(ids, labels, strict=True)
    ]


@pytest.mark.parametrize(
    "entity",
    ["deal", "core/deal", "http://testserver/v1/workspaces/acme/schemas/deal"],
)
def test_adds_options(api: Api, entity: str) -> None:
    answer = edit(api, "append", entity, size=["Huge", "Large"])

    assert (answer.status, records_changed(answer)) == (200, 0)
    assert [row["id"] for row in answer.data] == ["deal"]
    assert [label for _, label, _ in choices(api)] == ["Small", "Large", "Huge"]
    assert create(api, "deal", name="A", size="Huge")


def test_removes_options_and_clears_them_on_records(api: Api) -> None:
    deals = [
        create(api, "deal", name=f"{number}", size=size, parts=items(*parts))
        for number, (size, *parts) in enumerate(
            [("Small", "Bow", "Keel"), ("Large", "Bow"), ("Small", "Stern")]
        )
    ]

    answer = edit(api, "remove", size=["Small"], parts=["Bow"])

    assert (answer.status, records_changed(answer)) == (200, 4)
    shown = [attributes(api, "deal", deal) for deal in deals]
    assert [(one["size"], one["parts"]["items"]) for one in shown] == [
        (None, ["Keel"]),
        ("Large", []),
        (None, ["Stern"]),
    ]
    refused = api.post(DEALS, resource("deal", size="Small"))
    assert refused.errors == [("invalid_value", "/data/attributes/size")]


def test_records_that_are_cleared_are_journalled(api: Api) -> None:
    deal = create(api, "deal", name="A", size="Small")

    edit(api, "remove", size=["Small"])

    entry = JournalEntry.objects.order_by("-seq").first()
    assert entry is not None
    assert (entry.action, entry.before["size"], entry.after) == (
        "updated",
        "Small",
        {"size": None},
    )
    assert api.get(f"{DEALS}/{deal}").headers["ETag"] == '"2"'


def test_more_records_are_cleared_than_fit_a_batch(
    api: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(walking, "BATCH", 2)
    for number in range(5):
        create(api, "deal", name=f"{number}", size="Small")

    answer = edit(api, "remove", size=["Small"])

    assert records_changed(answer) == 5
    assert not Record.objects.filter(attributes__has_key="size").exists()


def test_options_that_records_must_have_are_not_removed(api: Api) -> None:
    deal = create(api, "deal", name="A", size="Small", parts=items("Bow", "Keel"))
    for slug in ("size", "parts"):
        change_field(api, "deal", slug, required=True)

    answer = edit(api, "remove", size=["Small"])
    allowed = edit(api, "remove", parts=["Bow"])

    place = "/data/0/attributes/size/enum"
    assert (answer.status, answer.errors) == (422, [("required", place)])
    assert answer.json["errors"][0]["meta"] == {"matches": [deal]}
    assert records_changed(allowed) == 1


def test_a_field_is_not_made_required_while_it_loses_what_records_have(
    api: Api,
) -> None:
    deal = create(api, "deal", name="A", size="Small")

    answer = change_field(api, "deal", "size", required=True, enum=["Large"])

    assert (answer.status, [code for code, _ in answer.errors]) == (422, ["required"])
    assert answer.json["errors"][0]["meta"] == {"matches": [deal]}
    assert "x-required" not in properties(api, "deal")["size"]
    assert attributes(api, "deal", deal)["size"] == "Small"


MALFORMED: list[tuple[dict[str, Any], int, str, str]] = [
    ({"type": 5}, 400, "malformed_document", "/data/0/type"),
    ({"type": "schema"}, 409, "type_mismatch", "/data/0/type"),
    ({"id": None}, 400, "malformed_document", "/data/0/id"),
    ({"id": "unicorn"}, 404, "not_found", ""),
    ({"attributes": []}, 400, "malformed_document", "/data/0/attributes"),
    ({"attributes": {}}, 422, "invalid_value", "/data"),
    ({"attributes": {"size": 5}}, 422, "invalid_value", "/data/0/attributes/size"),
    ({"attributes": {"size": {}}}, 422, "invalid_value", "/data/0/attributes/size"),
    (
        {"attributes": {"size": {"enum": "A"}}},
        422,
        "invalid_value",
        "/data/0/attributes/size/enum",
    ),
    (
        {"attributes": {"size": {"enum": ["A", ""]}}},
        422,
        "invalid_value",
        "/data/0/attributes/size/enum/1",
    ),
    (
        {"attributes": {"size": {"enum": ["Huge"], "title": "Length"}}},
        422,
        "invalid_value",
        "/data/0/attributes/size/title",
    ),
    (
        {"meta": {"size": {"enum": "append"}, "parts": {"enum": "append"}}},
        422,
        "invalid_value",
        "/data/0/meta/parts",
    ),
    ({"meta": None}, 400, "malformed_document", "/data/0/meta"),
    ({"meta": {}}, 422, "invalid_value", "/data/0/meta"),
    ({"meta": {"size": {}}}, 422, "invalid_value", "/data/0/meta/size"),
    (
        {"meta": {"size": {"enum": "replace"}}},
        422,
        "invalid_value",
        "/data/0/meta/size/enum",
    ),
]


@pytest.mark.parametrize(("members", "status", "code", "place"), MALFORMED)
def test_an_edit_that_cannot_be_understood(
    api: Api, members: dict[str, Any], status: int, code: str, place: str
) -> None:
    row = {
        "type": "schema-properties",
        "id": "deal",
        "attributes": {"size": {"enum": ["Huge"]}},
        "meta": {"size": {"enum": "append"}},
    }

    answer = api.patch("schemas", {"data": [row | members]})

    assert (answer.status, answer.errors) == (status, [(code, place)])
    assert len(choices(api)) == 2


@pytest.mark.parametrize(
    ("body", "place"),
    [({}, ""), ({"data": {}}, "/data"), ({"data": [5]}, "/data/0")],
)
def test_a_document_without_resources(api: Api, body: object, place: str) -> None:
    answer = api.patch("schemas", body)

    assert (answer.status, answer.errors) == (400, [("malformed_document", place)])


@pytest.mark.parametrize(
    ("how", "enums", "status", "error"),
    [
        ("append", {"colour": ["A"]}, 404, ("not_found", "")),
        ("append", {"name": ["A"]}, 422, ("invalid_value", "/name/enum")),
        (
            "append",
            {"size": [{"id": "s", "label": "Huge"}]},
            422,
            ("invalid_value", "/size/enum/0"),
        ),
        (
            "append",
            {"size": [f"{number}" for number in range(499)]},
            422,
            ("invalid_value", "/size/enum"),
        ),
        ("remove", {"size": ["Huge"]}, 422, ("invalid_value", "/size/enum/0")),
        ("remove", {"size": ["Small", "Large"]}, 422, ("invalid_value", "/size/enum")),
    ],
)
def test_an_edit_that_cannot_be(
    api: Api,
    how: str,
    enums: dict[str, Any],
    status: int,
    error: tuple[str, str],
) -> None:
    answer = edit(api, how, **enums)

    code, place = error
    expected = (code, place and f"/data/0/attributes{place}")
    assert (answer.status, answer.errors) == (status, [expected])


def test_several_schemas_have_no_version(api: Api) -> None:
    answer = api.patch("schemas", {"data": []}, if_match='"1"')

    assert (answer.status, answer.errors) == (400, [("invalid_header", "If-Match")])


def test_several_fields_are_edited_or_none(api: Api) -> None:
    answer = edit(api, "append", size=["Huge"], name=["A"])

    assert answer.status == 422
    assert len(choices(api)) == 2


def test_options_of_several_values_may_be_nested(api: Api) -> None:
    nested = {"properties": {"items": {"items": {"enum": ["Mast"]}}}}
    row = {
        "type": "schema-properties",
        "id": "deal",
        "attributes": {"parts": nested},
        "meta": {"parts": {"enum": "append"}},
    }

    answer = api.patch("schemas", {"data": [row]})

    assert answer.status == 200
    assert [label for _, label, _ in choices(api, "parts")][-1] == "Mast"


def test_an_option_with_another_label_is_renamed_on_records(api: Api) -> None:
    deals = [create(api, "deal", name=size, size=size) for size in ("Small", "Large")]

    tiny = {"id": "s", "label": "Tiny"}
    answer = change_field(api, "deal", "size", options=[tiny, "Large"])

    assert records_changed(answer) == 1
    assert choices(api) == [("s", "Tiny", "red"), ("l", "Large", "gray")]
    sizes = [attributes(api, "deal", deal)["size"] for deal in deals]
    assert sizes == ["Tiny", "Large"]
    assert api.get(f"{DEALS}?filter[size]=Tiny").data[0]["id"] == deals[0]


def test_an_item_that_is_renamed_keeps_its_place(api: Api) -> None:
    deal = create(api, "deal", name="A", parts=items("Keel", "Bow"))
    renamed = [{"id": "bow", "label": "Prow"}, "Keel", "Stern"]

    change_field(api, "deal", "parts", options=renamed)

    assert attributes(api, "deal", deal)["parts"] == items("Keel", "Prow")


@pytest.mark.parametrize(
    "sent",
    [
        [{"id": "s", "label": "Large"}, {"id": "l", "label": "Small"}],
        [{"id": "s", "label": "Large"}, {"id": "l", "label": "Huge"}],
        [{"id": "s", "label": "Large"}],
        [{"id": "n", "label": "Large"}, {"id": "l", "label": "Huge"}],
    ],
)
def test_labels_do_not_move_between_options(api: Api, sent: list[object]) -> None:
    deal = create(api, "deal", name="A", size="Small")

    answer = change_field(api, "deal", "size", options=sent)

    place = "/data/attributes/options"
    assert (answer.status, answer.errors) == (422, [("invalid_value", place)])
    assert attributes(api, "deal", deal)["size"] == "Small"


def test_labels_alone_leave_ids_colours_and_records(api: Api) -> None:
    deal = create(api, "deal", name="A", size="Small")

    answer = change_field(api, "deal", "size", options=["Huge", "Large", "Small"])

    assert answer.status == 200
    assert answer.json["meta"] == answer.change
    assert choices(api) == [
        ("huge", "Huge", "gray"),
        ("l", "Large", "gray"),
        ("s", "Small", "red"),
    ]
    assert attributes(api, "deal", deal)["size"] == "Small"


def test_a_label_that_gives_the_same_id_is_another_spelling(api: Api) -> None:
    deal = create(api, "deal", name="A", parts=items("Bow"))

    change_field(api, "deal", "parts", options=["BOW", "Keel", "Stern"])

    assert attributes(api, "deal", deal)["parts"] == items("BOW")


@pytest.mark.parametrize(
    ("sent", "renamed"),
    [
        (["small", "Large"], "small"),
        ([{"label": "SMALL", "color": "blue"}, "l\u0101rge", "Large"], "SMALL"),
        (["Large", "small", "SMALL"], "small"),
    ],
)
def test_a_label_in_another_case_is_the_same_option(
    api: Api, sent: list[object], renamed: str
) -> None:
    deal = create(api, "deal", name="A", size="Small")

    answer = change_field(api, "deal", "size", options=sent)

    assert answer.json["meta"]["records_changed"] == 1
    assert ("s", renamed) in {(id_, label) for id_, label, _ in choices(api)}
    assert attributes(api, "deal", deal)["size"] == renamed


def test_labels_to_the_letter_are_told_from_those_in_another_case(api: Api) -> None:
    edit(api, "append", size=["SMALL"])
    sizes = ["Small", "SMALL"]
    deals = [create(api, "deal", name=f"{n}", size=one) for n, one in enumerate(sizes)]

    answer = change_field(api, "deal", "size", options=["SMALL", "Large", "Small"])

    assert "records_changed" not in answer.json["meta"]
    assert [attributes(api, "deal", deal)["size"] for deal in deals] == sizes


def test_a_label_that_may_mean_two_options_means_none(api: Api) -> None:
    edit(api, "append", size=["SMALL"])
    create(api, "deal", name="A", size="Small")

    answer = change_field(api, "deal", "size", options=["small", "Large"])

    assert (answer.status, answer.errors) == (409, [("in_use", "")])


def test_options_that_records_have_are_not_left_out_by_mistake(api: Api) -> None:
    deals = [
        create(api, "deal", name=f"{number}", size=size, parts=items("Bow"))
        for number, size in enumerate(["Small", "Small", "Large"])
    ]

    answer = change_field(api, "deal", "size", options=["Large", "Huge"])

    assert (answer.status, answer.errors) == (409, [("in_use", "")])
    assert "2 records have 'Small'" in answer.json["errors"][0]["detail"]
    assert [label for _, label, _ in choices(api)] == ["Small", "Large"]
    assert attributes(api, "deal", deals[0])["size"] == "Small"


def test_options_that_are_left_out_by_force_are_cleared(api: Api) -> None:
    deal = create(api, "deal", name="A", size="Small")

    body = resource("schema-properties", options=["Large"])
    answer = api.patch("schemas/deal/properties/size?force=true", body)

    assert records_changed(answer) == 1
    assert attributes(api, "deal", deal)["size"] is None


@pytest.mark.parametrize("query", ["force=1", "force=", "force=true&force=true"])
def test_force_is_true_or_false(api: Api, query: str) -> None:
    body = resource("schema-properties", options=["Large"])

    answer = api.patch(f"schemas/deal/properties/size?{query}", body)

    assert (answer.status, answer.errors) == (400, [("invalid_parameter", "force")])


@pytest.mark.parametrize("indexed", [True, False])
def test_records_are_sorted_in_the_order_of_options(api: Api, indexed: bool) -> None:
    change_field(api, "deal", "size", indexed=indexed)
    small, large = [
        create(api, "deal", name=size, size=size) for size in ("Small", "Large")
    ]

    orders = []
    for labels in (["Small", "Large"], ["Large", "Small"], ["Large", "Mid", "Small"]):
        change_field(api, "deal", "size", options=labels)
        found = api.get(f"{DEALS}?sort=size").data
        orders.append([row["id"] for row in found])

    assert orders == [[small, large], [large, small], [large, small]]
    assert properties(api, "deal")["size"].get("x-indexed", False) is indexed


def test_the_journal_tells_what_became_of_options(api: Api) -> None:
    change_field(api, "deal", "size", options=["Small"])

    small = {"id": "s", "label": "Small", "color": "red"}
    large = {"id": "l", "label": "Large", "color": "gray"}
    assert schema_entries()[-1] == (
        {"size": {"options": {"options": [small, large]}}},
        {"size": {"options": {"options": [small]}}},
    )


def test_the_same_options_are_no_change(api: Api) -> None:
    before = version(api, "deal")

    answer = change_field(api, "deal", "size", options=["Small", "Large"])

    assert (answer.status, version(api, "deal")) == (200, before)


def test_more_options_than_there_may_be(api: Api) -> None:
    many = [f"{number}" for number in range(501)]

    answer = change_field(api, "deal", "size", options=many)

    place = "/data/attributes/options"
    assert (answer.status, answer.errors) == (422, [("invalid_value", place)])


def test_options_of_records_that_only_agents_see_are_cleared(api: Api) -> None:
    deal = create(api, "deal", name="A", size="Small")
    Record.objects.update(visible_to=[])

    answer = edit(api, "remove", size=["Small"])

    assert records_changed(answer) == 1
    assert attributes(api, "deal", deal)["size"] is None


@pytest.mark.parametrize("currency", ["EUR", "JPY"])
def test_a_currency_is_changed(api: Api, currency: str) -> None:
    answer = change_field(api, "deal", "amount", **{"x-currency": currency})

    shown = answer.data["attributes"]["properties"]["amount"]
    assert shown["x-currency"] == currency
