"""Calls a server with whichever Inkbox SDK is on the path, and prints what came back.

It is a program of its own, since two versions of the SDK do not fit into one process.
"""

from __future__ import annotations

import json
import sys
from datetime import date
from typing import Any

import inkbox
from inkbox.exceptions import InkboxAPIError


def call_all(client: inkbox.Inkbox) -> dict[str, Any]:
    """Make every call about contacts that Kith answers; return what is told of each."""
    contacts: Any = client.contacts  # The types are those of an older version.
    noor = contacts.create(
        given_name="Noor",
        family_name="Haas",
        emails=[inkbox.ContactEmail("work", "noor@alpen.test", is_primary=True)],
        phones=[inkbox.ContactPhone("mobile", "+436605550100")],
        dates=[inkbox.ContactDate("joined", date(2020, 6, 1))],
        custom_fields=[inkbox.ContactCustomField("tier", "gold")],
    )
    also = contacts.create(given_name="N.", job_title="Engineer", notes="Poet")
    changed = contacts.update(noor.id, notes="x", phones=None)
    told = {
        "created": [noor.preferred_name, noor.review_status, noor.emails[0].value],
        "got": contacts.get(noor.id) == changed,
        "listed": len(contacts.list(q="noor", order="recent", limit=5, offset=0)),
        "confirmed": len(contacts.list(review_status=["confirmed", "unreviewed"])),
        "unreviewed": contacts.list(review_status=["unreviewed"]),
        "looked up": [one.id == noor.id for one in look_up(contacts)],
        "access": [row.identity_id for row in contacts.access.list(noor.id)],
    }
    sources = {"notes": also.id}
    losers = {"losing_contact_ids": [also.id], "field_sources": sources}
    merged = contacts.merge(noor.id, **losers)
    told["merged"] = [merged.id == noor.id, merged.job_title, merged.notes]
    told["survivor"] = contacts.get(also.id).id == noor.id
    return told | cards(contacts, noor) | deletions(contacts, noor)


def look_up(contacts: Any) -> list[Any]:
    """Return the contacts that each kind of lookup finds."""
    ways = {"email": "noor@alpen.test", "email_domain": "alpen.test"}
    return [one for way in ways.items() for one in contacts.lookup(**dict([way]))]


def cards(contacts: Any, noor: Any) -> dict[str, Any]:
    """Bring a card in, and take cards out."""
    card = "BEGIN:VCARD\nVERSION:3.0\nFN:Ada\nEND:VCARD\n"
    result = contacts.vcards.import_vcards(card)
    many = contacts.vcards.export_vcards([noor.id, *result.created_ids])
    return {
        "imported": [result.created_count, result.error_count],
        "exported": "FN:Noor Haas" in contacts.vcards.export_vcard(noor.id),
        "exported several": many.contact_count,
    }


def deletions(contacts: Any, noor: Any) -> dict[str, Any]:
    """Delete a contact twice, and all others at once."""
    contacts.delete(noor.id)
    try:
        contacts.get(noor.id)
    except InkboxAPIError as error:
        status = error.status_code
    others = [one.id for one in contacts.list()]
    result = contacts.bulk_delete([*others, noor.id])
    states = [str(item.status) for item in result.results]
    return {"deleted": status, "deleted several": states, "left": contacts.list()}


if __name__ == "__main__":
    base_url, secret = sys.argv[1:]
    with inkbox.Inkbox(api_key=secret, base_url=base_url) as client:
        sys.stdout.write(json.dumps(call_all(client), default=str))
