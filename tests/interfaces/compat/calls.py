"""A good call of every address of the doors, by every method that it has."""

from __future__ import annotations

from crm.models import Scope
from interfaces.compat.door import METHODS
from tests.interfaces.calls import Call

WRITE, ADMIN = Scope.WRITE, Scope.ADMIN

CLARKY = "/compat/clarky/api/v1"
CLARA = "/compat/clara"
INKBOX = "/compat/inkbox/api/v1"

UNKNOWN_PARAMETER = {"clarky": 400, "clara": 400, "inkbox": 422}
"""What each door answers to a parameter that it does not know."""

CARD = "BEGIN:VCARD\r\nVERSION:3.0\r\nFN:New\r\nEND:VCARD\r\n"
OWNED = {"bot_id": "{agent}"}
IDS = {"contact_ids": ["{contact}"]}
RULE = {"identity_id": "{agent}"}
NEW_KEY = {"label": "New", "scoped_identity_id": "{agent}"}
NEW_ROWS = {**OWNED, "contacts": [{"emails": ["new@example.com"]}]}

OF_CLARKY = [
    Call("GET", f"{CLARKY}/contacts", 4, stranger=200),
    Call("POST", f"{CLARKY}/contacts", 7, OWNED, 201, WRITE, stranger=422),
    Call("GET", f"{CLARKY}/contacts/by-email?email=ada@example.com", 3),
    Call("POST", f"{CLARKY}/contacts/upsert", 14, NEW_ROWS, scope=WRITE, stranger=422),
    Call("GET", CLARKY + "/contacts/{contact}", 3),
    Call("PATCH", CLARKY + "/contacts/{contact}", 8, {"city": "Graz"}, scope=WRITE),
    Call("DELETE", CLARKY + "/contacts/{contact}", 12, status=204, scope=WRITE),
    Call("GET", f"{CLARKY}/companies", 4, stranger=200),
    Call(
        "POST",
        f"{CLARKY}/companies",
        7,
        {**OWNED, "name": "New"},
        201,
        WRITE,
        stranger=422,
    ),
    Call("GET", CLARKY + "/companies/{company}", 3),
    Call("PATCH", CLARKY + "/companies/{company}", 8, {"city": "Graz"}, scope=WRITE),
    Call("DELETE", CLARKY + "/companies/{company}", 12, status=204, scope=WRITE),
    Call("GET", f"{CLARKY}/agents", 3, stranger=200),
    Call("GET", CLARKY + "/agents/{agent}", 2),
]
OF_CLARA = [
    Call("GET", f"{CLARA}/contacts", 4, stranger=200),
    Call("POST", f"{CLARA}/contacts", 7, {"name": "New"}, 201, WRITE, stranger=201),
    Call("GET", f"{CLARA}/contacts/search?q=ada@", 3, stranger=200),
    Call("GET", CLARA + "/contacts/{contact}", 3),
    Call("PATCH", CLARA + "/contacts/{contact}", 8, {"name": "New"}, scope=WRITE),
    Call("PUT", CLARA + "/contacts/{contact}", 8, {"name": "New"}, scope=WRITE),
    Call("DELETE", CLARA + "/contacts/{contact}", 12, scope=WRITE),
    Call("GET", CLARA + "/contacts/{contact}/conversations", 3),
]
OF_INKBOX = [
    Call("GET", "/compat/inkbox/api/whoami", 2, stranger=200),
    Call("GET", f"{INKBOX}/identities", 2, stranger=200),
    Call(
        "POST",
        f"{INKBOX}/identities",
        4,
        {"agent_handle": "ranger"},
        201,
        ADMIN,
        stranger=201,
    ),
    Call("GET", f"{INKBOX}/identities/scout", 2),
    Call("POST", f"{INKBOX}/api-keys", 6, NEW_KEY, 201, ADMIN),
    Call("GET", f"{INKBOX}/contacts", 3, stranger=200),
    Call(
        "POST", f"{INKBOX}/contacts", 7, {"given_name": "N"}, 201, WRITE, stranger=201
    ),
    Call("GET", f"{INKBOX}/contacts/lookup?email=ada@example.com", 3, stranger=200),
    Call("POST", f"{INKBOX}/contacts/import", 7, CARD, scope=WRITE, stranger=200),
    Call("POST", f"{INKBOX}/contacts/bulk-delete", 12, IDS, scope=WRITE, stranger=200),
    Call("POST", f"{INKBOX}/contacts/vcard-export", 3, IDS, scope=WRITE),
    Call("GET", INKBOX + "/contacts/{contact}.vcf", 3),
    Call("GET", INKBOX + "/contacts/{contact}", 3),
    Call("PATCH", INKBOX + "/contacts/{contact}", 8, {"given_name": "N"}, scope=WRITE),
    Call("DELETE", INKBOX + "/contacts/{contact}", 12, status=204, scope=WRITE),
    Call(
        "POST",
        INKBOX + "/contacts/{contact}/merge",
        14,
        {"losing_contact_ids": ["{hidden}"]},
        scope=WRITE,
        by=ADMIN,
    ),
    Call("GET", INKBOX + "/contacts/{contact}/access", 2),
    Call("POST", INKBOX + "/contacts/{hidden}/access", 8, RULE, 201, WRITE, by=ADMIN),
    Call(
        "DELETE",
        INKBOX + "/contacts/{contact}/access/{agent}",
        8,
        status=204,
        scope=WRITE,
        by=ADMIN,
    ),
]
NOWHERE = [
    Call(
        method,
        f"/compat/{door}/nowhere",
        4,
        status=404,
        scope=Scope.READ if method == "GET" else WRITE,
    )
    for door in UNKNOWN_PARAMETER
    for method in METHODS
    if method != "HEAD"
]
CALLS = [*OF_CLARKY, *OF_CLARA, *OF_INKBOX, *NOWHERE]
