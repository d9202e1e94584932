"""Reading what can be chosen from a field: its options."""

from __future__ import annotations

import re

from crm.json_types import JSON, JSONObject
from crm.jsonapi.documents import escape
from objects.declarations.reader import LONGEST_LABEL, DeclarationReader

MOST_OPTIONS = 500
COLORS = re.compile(r"[a-z]{1,20}|#[0-9a-f]{6}")


def read_choices(reader: DeclarationReader, value: JSON, at: str) -> list[JSONObject]:
    """Return options: each by its label, perhaps with an id and a colour."""
    given = [item for item in reader.array(value, at) if item is not None]
    if len(given) > MOST_OPTIONS:
        reader.problems[at] = f"Give at most {MOST_OPTIONS} options."
        return []
    found = [read_choice(reader, item, f"{at}/{i}") for i, item in enumerate(given)]
    for name in ("id", "label"):
        seen = [choice.get(name) for choice in found]
        for index, one in enumerate(seen):
            if one and one in seen[:index]:
                why = f"Another option has this {name}."
                reader.problems.setdefault(f"{at}/{index}", why)
    return found


def read_choice(reader: DeclarationReader, value: JSON, at: str) -> JSONObject:
    """Return one option. What was not sent is not there: see `completed`."""
    members = {"label": value} if isinstance(value, str) else reader.object(value, at)
    if at in reader.problems:
        return {}
    label = reader.line(members.get("label"), f"{at}/label", LONGEST_LABEL)
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
