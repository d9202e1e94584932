"""One line of a vCard that cannot be kept does not cost the contact."""

from __future__ import annotations

from typing import Any

import pytest

from tests.interfaces.compat.door_client import DoorClient
from tests.interfaces.compat.test_inkbox_contacts import create
from tests.interfaces.compat.test_inkbox_vcards import CARD, CARDS, export, imported

ADDRESSES = "".join(f"EMAIL:a{n}@b.co\r\n" for n in range(51))


def import_lines(inkbox: DoorClient, lines: str) -> dict[str, Any]:
    """Import a card of Ada with more lines and return its result."""
    (result,) = imported(inkbox, CARD.format(f"Ada\r\n{lines}"))
    assert result["status"] == "created", result
    assert result["contact"]["preferred_name"] == "Ada"
    return result


@pytest.mark.parametrize(
    ("lines", "line", "why"),
    [
        ("TEL:", "TEL:", "It is empty."),
        ("BDAY:1990-02-30", "BDAY:1990-02-30", "There is no such day."),
        (
            "EMAIL:nobody",
            "EMAIL:nobody",
            "value: Enter an email address, such as ada@example.com.",
        ),
        (
            "URL:nowhere",
            "URL:nowhere",
            "url: Enter a web address, such as https://example.com.",
        ),
        ("NOTE:a\x07", "NOTE:a\x07", "notes: Control characters cannot be stored."),
        (
            f"N:Ada;{'a' * 129};;;",
            f"N:Ada;{'a' * 129};;;",
            "given_name: Enter at most 128 characters.",
        ),
        (
            f"X-CUSTOM;TYPE={'a' * 129}:x",
            f"X-CUSTOM;TYPE={'a' * 129}:x",
            "Enter at most 128 characters.",
        ),
        (ADDRESSES, "EMAIL:a50@b.co", "A contact has at most 50."),
    ],
)
def test_a_line_is_left_out_and_said(
    inkbox: DoorClient, lines: str, line: str, why: str
) -> None:
    result = import_lines(inkbox, lines)

    assert result["left_out"] == [{"line": line, "why": why}]


@pytest.mark.parametrize(
    ("line", "member", "kept"),
    [
        ("item1.EMAIL:a@b.co", "emails", {"label": None, "value": "a@b.co"}),
        (
            f"item1.ADR:;;{'s' * 256};Bern;;;",
            "addresses",
            {"label": None, "street": None, "city": "Bern"},
        ),
    ],
)
def test_only_the_part_that_is_too_long_is_left_out(
    inkbox: DoorClient, line: str, member: str, kept: dict[str, Any]
) -> None:
    label = f"item1.X-ABLABEL:{'l' * 65}"

    result = import_lines(inkbox, f"{line}\r\n{label}")

    (entry,) = result["contact"][member]
    assert entry.items() >= kept.items()
    assert {"label: Enter at most 64 characters."} <= {
        one["why"] for one in result["left_out"]
    }


def test_lines_are_named_in_the_order_of_the_card(inkbox: DoorClient) -> None:
    result = import_lines(inkbox, "EMAIL:nobody\r\nTEL:\r\nPHOTO:x\r\nURL;PREF=1:y")

    lines = [one["line"] for one in result["left_out"]]
    assert lines == ["EMAIL:nobody", "TEL:", "PHOTO:x", "URL;PREF=1:y"]


def test_every_card_of_a_file_has_a_result(inkbox: DoorClient) -> None:
    results = imported(inkbox, (CARDS / "unfinished-card.vcf").read_bytes())

    assert [result["status"] for result in results] == [
        "created",
        "error",
        "created",
        "created",
    ]
    assert results[1]["error"] == "The card has no END:VCARD."


def test_a_card_that_says_no_name_is_an_error_with_what_was_left_out(
    inkbox: DoorClient,
) -> None:
    (result,) = imported(inkbox, CARD.format("A" * 256))

    assert result["status"] == "error"
    assert [one["why"] for one in result["left_out"]] == [
        "preferred_name: Enter at most 255 characters."
    ]


def test_another_charset_is_said(inkbox: DoorClient) -> None:
    (utf_8,) = imported(inkbox, CARD.format("Jürgen"))
    (other,) = imported(inkbox, CARD.format("Jürgen").encode("cp1252"))

    assert "charset" not in utf_8
    assert other["charset"] == "windows-1252"
    assert other["contact"]["preferred_name"] == "Jürgen"


def test_an_extension_comes_and_goes_with_its_number(inkbox: DoorClient) -> None:
    results = imported(inkbox, (CARDS / "extension.vcf").read_bytes())

    phone = {"value_e164": "+14155550100", "label": None, "extension": "5"}
    phones = [result["contact"]["phones"] for result in results]
    assert phones == [[phone | {"is_primary": True}]] * 3
    (again,) = imported(inkbox, export(inkbox, results[0]["contact"]).content)
    assert again["contact"]["phones"] == phones[0]


@pytest.mark.parametrize(
    ("sent", "extension"),
    [({}, "5"), ({"extension": "7"}, "7"), ({"extension": None}, None)],
)
def test_an_extension_stays_until_it_is_changed(
    inkbox: DoorClient, sent: dict[str, str | None], extension: str | None
) -> None:
    phone = {"value_e164": "+14155550100", "label": "work", "extension": "5"}
    contact = create(inkbox, given_name="Ada", phones=[phone])

    changes = {"phones": [{"value_e164": "+14155550100", "label": "home", **sent}]}
    changed = inkbox.patch(f"contacts/{contact['id']}", changes).json

    (shown,) = changed["phones"]
    assert (shown["label"], shown.get("extension")) == ("home", extension)


def test_what_cannot_be_dialled_is_no_extension(inkbox: DoorClient) -> None:
    phone = {"value_e164": "+14155550100", "extension": "Ada"}

    answer = inkbox.post("contacts", {"given_name": "Ada", "phones": [phone]})

    (problem,) = answer.json["detail"]
    assert answer.status == 422
    assert problem["loc"] == ["body", "phones", 0, "extension"]
