"""Reading what can be chosen from a field: its options."""

from __future__ import annotations

import re
from collections.abc import Mapping

from crm.json_types import JSON, JSONObject
from crm.jsonapi.documents import escape
from objects.declarations.reader import LONGEST_LABEL, DeclarationReader

MOST_OPTIONS = 500
COLORS = re.compile(r"[a-z]{1,20}|#[0-9a-f]{6}")


def read_choices(reader: DeclarationReader, value: JSON, at: str) -> list[JSONObject]:
    """Return options: each by its label, perhaps with an id and a colour."""
    given = enumerate(reader.array(value, at))
    sent = {index: item for index, item in given if item is not None}
    if len(sent) > MOST_OPTIONS:
        reader.problems[at] = f"Give at most {MOST_OPTIONS} options."
        return []
    found = {
        f"{at}/{index}": read_choice(reader, item, f"{at}/{index}")
        for index, item in sent.items()
    }
    for name in ("id", "label"):
        note_repeated(reader, found, name)
    return list(found.values())


def note_repeated(
    reader: DeclarationReader, choices: Mapping[str, JSONObject], name: str
) -> None:
    """Note the options, by their places, that have what an earlier one has."""
    seen = set()
    for at, choice in choices.items():
        one = choice.get(name)
        if one and one in seen:
            reader.problems.setdefault(at, f"Another option has this {name}.")
        seen.add(one)


def read_choice(reader: DeclarationReader, value: JSON, at: str) -> JSONObject:
    """Return one option. What was not sent is not there: see `completed`."""
    is_label = isinstance(value, str)
    members = {"label": value} if is_label else reader.object(value, at)
    if at in reader.problems:
        return {}
    place = f"{at}/label" if "label" in members and not is_label else at
    label = reader.line(members.get("label"), place, LONGEST_LABEL)
    choice: JSONObject = {"label": label}
    if "id" in members:
        choice["id"] = reader.line(members["id"], f"{at}/id", LONGEST_LABEL)
    if "color" in members:
        color = choice["color"] = members["color"]
        if not isinstance(color, str) or not COLORS.fullmatch(color):
            reader.problems[f"{at}/color"] = "Give a colour's name, or #rrggbb."
    for name in members.keys() - {"id", "label", "color"}:
        reader.problems[f"{at}/{escape(name)}"] = "An option has id, label and color."
    return choice
