"""Contacts come and go as vCards at the Inkbox door."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from unicodedata import normalize
from urllib.parse import quote

import pytest
import vobject

from records.models import Record
from tests.api_client import Answer
from tests.interfaces.compat.door_client import DoorClient, some
from tests.interfaces.compat.test_inkbox_contacts import NOBODY, NOOR, create, found

CARDS = Path(__file__).parent / "cards"
CARD = "BEGIN:VCARD\r\nVERSION:3.0\r\nFN:{0}\r\nEND:VCARD\r\n"
LIMIT = 5 * 1024 * 1024


def send(inkbox: DoorClient, cards: str | bytes, type_: str = "text/vcard") -> Answer:
    body = cards.encode() if isinstance(cards, str) else cards
    return inkbox.post("contacts/import", body, content_type=type_)


def imported(inkbox: DoorClient, cards: str | bytes) -> list[dict[str, Any]]:
    """Import cards and return the result of each."""
    answer = send(inkbox, cards)
    assert answer.status == 200, answer.content
    results: list[dict[str, Any]] = answer.json["results"]
    created = [result for result in results if result["status"] == "created"]
    assert [result["index"] for result in results] == list(range(len(results)))
    assert answer.json["created_count"] == len(created)
    assert answer.json["error_count"] == len(results) - len(created)
    return results


def from_file(inkbox: DoorClient, name: str) -> dict[str, Any]:
    """Import a file and return the contact of its first card."""
    results = imported(inkbox, (CARDS / name).read_bytes())
    contact: dict[str, Any] = results[0]["contact"]
    return contact


def entries(contact: dict[str, Any], name: str, member: str) -> list[Any]:
    return [(entry["label"], entry[member]) for entry in contact[name]]


def export(inkbox: DoorClient, contact: dict[str, Any]) -> Answer:
    return inkbox.get(f"contacts/{contact['id']}.vcf", accept="text/vcard")


@pytest.mark.parametrize("form", ["NFC", "NFD"])
def test_a_name_is_the_same_however_its_accents_are_sent(
    inkbox: DoorClient, form: Any
) -> None:
    imported(inkbox, normalize("NFD", CARD.format("Zoë Åström")))

    answer = inkbox.get(f"contacts?q={quote(normalize(form, 'åström'))}")

    assert found(answer) == ["Zoë Åström"]


def test_an_export_of_ios_is_read(inkbox: DoorClient) -> None:
    contact = from_file(inkbox, "ios.vcf")

    assert contact["preferred_name"] == "Lady Ada King Lovelace FRS"
    assert (contact["given_name"], contact["middle_name"]) == ("Ada", "King")
    assert contact["company_name"] == "Analytical Engines, Inc."
    assert (contact["job_title"], contact["birthday"]) == ("Programmer", "1815-12-10")
    assert contact["notes"].startswith("First line\nSecond; line, with")
    assert contact["notes"].endswith(
        "be" + "cause it is longer than 75 octets \u2013 ü"
    )
    assert entries(contact, "emails", "value") == [
        ("work", "ada@example.com"),
        ("home", "ada@home.example"),
        ("other", "ada@engines.example"),
    ]
    assert entries(contact, "phones", "value_e164") == [("cell", "+442079460958")]
    assert entries(contact, "websites", "url") == [("homepage", "https://ada.example")]
    assert entries(contact, "dates", "date") == [("anniversary", "1835-07-08")]
    assert contact["addresses"] == [
        {
            "label": "home",
            "street": "12 St James's Square\nFlat 2",
            "city": "London",
            "region": None,
            "postal": "SW1Y 4JH",
            "country": "United Kingdom",
        }
    ]


def test_an_export_of_google_is_read(inkbox: DoorClient) -> None:
    results = imported(inkbox, (CARDS / "google.vcf").read_bytes())

    contact = results[0]["contact"]
    assert contact["preferred_name"] == "Priya Nandi"
    assert contact["company_name"] == "Northwind"
    assert entries(contact, "emails", "value") == [("home", "priya@northwind.test")]
    assert entries(contact, "phones", "value_e164") == [
        ("cell", "+4315550100"),
        ("Front desk", "+4315550101"),
    ]
    assert contact["birthday"] == "1990-01-31"
    assert entries(contact, "dates", "date") == [("joined", "2020-06-01")]
    assert results[1]["contact"]["preferred_name"] == "Northwind Support"
    assert [one["line"] for one in results[1]["left_out"]] == ["TEL;TYPE=WORK:0800 123"]


def test_an_export_of_outlook_is_read(inkbox: DoorClient) -> None:
    contact = from_file(inkbox, "outlook.vcf")

    assert contact["preferred_name"] == "Jürgen Müller"
    assert contact["company_name"] == "Bosch"
    assert contact["notes"] == "A long note that goes on and on."
    assert entries(contact, "emails", "value") == [(None, "juergen@bosch.example")]
    assert entries(contact, "phones", "value_e164") == [("work", "+4971140000")]
    assert contact["addresses"][0]["street"] == "Straße 1\nHaus 2"


def test_version_4_is_read(inkbox: DoorClient) -> None:
    contact = from_file(inkbox, "version4.vcf")

    assert entries(contact, "emails", "value") == [
        ("work", "noor@alpen.test"),
        ("home", "noor@home.test"),
    ]
    assert entries(contact, "phones", "value_e164") == [("home", "+436605550100")]
    assert entries(contact, "dates", "date") == [("anniversary", "2009-08-08")]
    assert contact["birthday"] is None


@pytest.mark.parametrize(
    ("lines", "name"),
    [
        ("FN:N. H.", "N. H."),
        ("N:Haas;Noor;;;", "Noor Haas"),
        ("ORG:Alpen Labs;Maps", "Alpen Labs"),
        ("N:;;;;\r\nFN:\r\nORG:Alpen Labs", "Alpen Labs"),
        ("FN;ENCODING=b:QUJD\r\nORG:Alpen Labs", "Alpen Labs"),
    ],
)
def test_a_card_has_some_name(inkbox: DoorClient, lines: str, name: str) -> None:
    card = f"BEGIN:VCARD\r\nVERSION:3.0\r\n{lines}\r\nEND:VCARD\r\n"

    (result,) = imported(inkbox, card)

    assert result["contact"]["preferred_name"] == name


def test_the_case_of_a_scheme_does_not_matter(inkbox: DoorClient) -> None:
    lines = "EMAIL:MAILTO:Noor@Alpen.test\r\nTEL;VALUE=uri:TEL:+43-660-5550100"

    (result,) = imported(inkbox, CARD.format(f"Noor\r\n{lines}"))

    assert entries(result["contact"], "emails", "value") == [(None, "noor@alpen.test")]
    assert entries(result["contact"], "phones", "value_e164") == [
        (None, "+436605550100")
    ]


def test_one_bad_card_does_not_stop_the_others(inkbox: DoorClient) -> None:
    create(inkbox, given_name="Bea", emails=[{"value": "bea@b.co"}])
    with_line = "BEGIN:VCARD\r\nVERSION:3.0\r\nFN:X\r\n{0}\r\nEND:VCARD\r\n"
    cards = [
        CARD.format("Ada"),
        "BEGIN:VCARD\r\nVERSION:3.0\r\nNOTE:x\r\nEND:VCARD\r\n",
        with_line.format("EMAIL:bea@b.co"),
        CARD.format("Cleo"),
        "BEGIN:VCARD\r\nVERSION:3.0\r\nFN:Cut",
    ]

    results = imported(inkbox, "".join(cards))

    assert [result["status"] for result in results] == [
        "created",
        *["error"] * 2,
        "created",
        "error",
    ]
    assert "duplicate email" in results[2]["error"]
    assert found(inkbox.get("contacts")) == ["Ada", "Bea", "Cleo"]


def test_two_cards_with_one_address_are_not_one_contact(inkbox: DoorClient) -> None:
    card = "BEGIN:VCARD\r\nVERSION:3.0\r\nFN:{0}\r\nEMAIL:a@b.co\r\nEND:VCARD\r\n"

    results = imported(inkbox, card.format("Ada") + card.format("Bea"))

    assert [result["status"] for result in results] == ["created", "error"]
    assert "duplicate email" in results[1]["error"]


def test_a_byte_order_mark_and_bare_line_ends_do_not_matter(inkbox: DoorClient) -> None:
    card = "\ufeff" + CARD.format("Ada").replace("\r\n", "\n")

    assert imported(inkbox, card)[0]["status"] == "created"


@pytest.mark.parametrize(
    ("cards", "type_", "status"),
    [
        (CARD.format("Ada"), "application/json", 415),
        (CARD.format("Ada"), "text/plain", 415),
        (b"\x89PNG\r\n\x1a\n\x00\xff", "text/vcard", 422),
        ("nothing", "text/vcard", 422),
        ("BEGIN:VCARD\r\nVERSION:3.0\r\nFN:Ada", "text/vcard", 422),
        (" ", "text/vcard", 422),
        (CARD.format("A") * 1001, "text/vcard", 413),
        ((CARD.format("A") + " " * LIMIT)[: LIMIT + 1], "text/vcard", 413),
    ],
    ids=str,
)
def test_bodies_that_are_no_cards_are_refused(
    inkbox: DoorClient, cards: str | bytes, type_: str, status: int
) -> None:
    answer = send(inkbox, cards, type_)

    assert answer.status == status
    assert answer.json.keys() == {"detail"}
    assert not Record.objects.exists()


def test_the_largest_body_is_accepted(inkbox: DoorClient) -> None:
    cards = CARD.format("Ada").ljust(LIMIT)

    assert send(inkbox, cards, "text/x-vcard; charset=utf-8").status == 200


def test_an_exported_card_becomes_the_same_contact_again(inkbox: DoorClient) -> None:
    odd = [
        {"label": 'with "quotes"; and, all', "url": "https://a.example"},
        {"label": "Pref", "url": "https://b.example"},
    ]
    contact = create(inkbox, **NOOR | {"websites": odd, "notes": "ä, ö; ü\\n\n" * 20})
    card = export(inkbox, contact).content
    inkbox.delete(f"contacts/{contact['id']}")

    (result,) = imported(inkbox, card)

    own = {"id", "access", "created_at", "updated_at"}
    same = {name: value for name, value in contact.items() if name not in own}
    assert some(result["contact"], same) == same


@pytest.mark.parametrize("name", [{"preferred_name": "N."}, {"company_name": "Alpen"}])
def test_a_name_is_set_by_hand_afterwards_only_if_it_was(
    inkbox: DoorClient, name: dict[str, str]
) -> None:
    contact = create(inkbox, name_prefix="Dr.", **name)
    card = export(inkbox, contact).content
    (result,) = imported(inkbox, card)

    path = f"contacts/{result['contact']['id']}"
    renamed = inkbox.patch(path, {"family_name": "Haas"}).json["preferred_name"]

    assert renamed == ("N." if "preferred_name" in name else "Dr. Haas")


def test_a_card_parses_with_the_library_and_has_short_lines(
    inkbox: DoorClient,
) -> None:
    contact = create(inkbox, **NOOR | {"notes": "Grüße, " * 60})

    answer = export(inkbox, contact)

    lines = answer.content.split(b"\r\n")
    card = vobject.readOne(answer.content.decode())
    assert answer.headers["Content-Type"] == "text/vcard; charset=utf-8"
    assert (lines[0], lines[1]) == (b"BEGIN:VCARD", b"VERSION:4.0")
    assert max(map(len, lines)) <= 75
    assert b"\n" not in answer.content.replace(b"\r\n", b"")
    assert card.note.value == contact["notes"]
    assert [line.value for line in card.email_list] == [
        email["value"] for email in contact["emails"]
    ]


@pytest.mark.parametrize(
    ("name", "disposition"),
    [
        ("Noor Haas", 'attachment; filename="Noor Haas.vcf"'),
        ("../../etc/passwd", 'attachment; filename="etcpasswd.vcf"'),
        ('a"b\r\nX: y', 'attachment; filename="abX y.vcf"'),
        (
            "Jürgen",
            "attachment; filename=\"J_rgen.vcf\"; filename*=UTF-8''J%C3%BCrgen.vcf",
        ),
        ("///", 'attachment; filename="contact.vcf"'),
    ],
)
def test_the_file_is_called_by_the_name_without_a_path(
    inkbox: DoorClient, name: str, disposition: str
) -> None:
    contact = create(inkbox, preferred_name=name)

    answer = export(inkbox, contact)

    assert answer.headers["Content-Disposition"] == disposition


def test_several_are_exported_in_the_order_of_their_ids(inkbox: DoorClient) -> None:
    ids = [create(inkbox, given_name=name)["id"] for name in ("Ada", "Bea")]

    answer = inkbox.post("contacts/vcard-export", {"contact_ids": ids[::-1]})

    cards = list(vobject.readComponents(answer.json["vcard"]))
    assert answer.json["content_type"] == "text/vcard"
    assert answer.json["contact_count"] == 2
    assert [card.fn.value for card in cards] == ["Bea", "Ada"]


@pytest.mark.parametrize(
    ("ids", "status"), [([], 422), ([NOBODY] * 26, 422), ([NOBODY], 404), (["x"], 422)]
)
def test_exports_of_nothing_or_too_much_are_refused(
    inkbox: DoorClient, ids: list[str], status: int
) -> None:
    answer = inkbox.post("contacts/vcard-export", {"contact_ids": ids})

    assert answer.status == status
