"""From what a card says to what is written, as far as it can be kept."""

from __future__ import annotations

from crm.errors import Refused
from crm.json_types import JSON, JSONObject
from interfaces.compat.inkbox.contact import CONTACT
from interfaces.compat.inkbox.vcard_charsets import UTF_8
from interfaces.compat.inkbox.vcard_parts import CardParts
from interfaces.compat.item_members import Items
from interfaces.compat.members import Changes
from interfaces.compat.pair_members import Pairs
from objects.schema import Schema


def take_card(card: CardParts, schema: Schema) -> Changes:
    """Return what a card wants of a new contact. What cannot be kept is left out of it.

    Raises:
        Refused: if something is wrong that comes from no line of the card.
    """
    for member in CONTACT.properties:
        if isinstance(member, Items | Pairs):
            card.cut(member.name, member.most)
    while True:
        try:
            return CONTACT.take(card.body(), schema)
        except Refused as refused:
            problems = {
                f"{at}{place}": why
                for at, refusal in refused.refusals
                for place, why in refusal.problems.items()
            }
            if not card.drop(problems):
                raise


def remarks_on(card: CardParts) -> JSONObject:
    """Return what the result of a card says of its charset and what was left out."""
    left_out: list[JSON] = [
        {"line": one.line, "why": one.why} for one in sorted(card.left_out)
    ]
    if card.surplus:
        why = f"{card.surplus:,} more lines were left out."
        left_out.append({"line": None, "why": why})
    charset: JSONObject = {} if card.charset == UTF_8 else {"charset": card.charset}
    return {"left_out": left_out, **charset}
