"""A good call of every address of the API, by every method that it has."""

from __future__ import annotations

import re
from dataclasses import replace

from crm.models import Scope
from tests.api_client import items, resource, resources
from tests.interfaces.calls import Call

READ, WRITE, ADMIN = Scope.READ, Scope.WRITE, Scope.ADMIN
LIST = ("page", "sort", "sortOrder", "filter", "fields", "include")
ONE = ("fields", "include")
PAST = "?as_of={change}"

V1 = "/v1/workspaces/{workspace}"
AGENTS = f"{V1}/agents"
KEYS = f"{V1}/api-keys"
SCHEMAS = f"{V1}/schemas"
HOOKS = f"{V1}/webhooks"
HOOK = HOOKS + "/{hook}"
SENT = HOOK + "/deliveries/{sent}"
PEOPLE = f"{V1}/objects/person/records"
ADA = PEOPLE + "/{ada}"
BEA = PEOPLE + "/{bea}"
EVE = PEOPLE + "/{eve}"
CID = V1 + "/objects/person/deleted/{cid}"
ALIKE = f"{V1}/objects/person/duplicates"
TALK = V1 + "/objects/conversation/records/{talk}"

NEW = resource("person", name="New", email_addresses=items("new@example.com"))
CHANGED = resource("person", title="Countess")
BEAS = {"data": [{"type": "person", "id": "{bea}"}]}
DANS = {"data": [{"type": "person", "id": "{dan}"}]}
SOURCES = resource("person", sources=["{bea}"])
COMPANY = {"data": [{"type": "company", "id": "{acme}"}]}
DISMISSED = {
    "data": {
        "type": "duplicate",
        "id": "{pair}",
        "attributes": {"state": "dismissed"},
    }
}
RULE = {
    "data": {
        "type": "access",
        "relationships": {"agent": {"data": {"type": "agent", "id": "scout"}}},
    }
}
ERASE = {
    "data": {
        "type": "erasure",
        "relationships": {"record": {"data": {"type": "person", "id": "{ada}"}}},
    }
}
OPERATIONS = {
    "atomic:operations": [
        {"op": "remove", "ref": {"type": "person", "id": "{ada}"}},
        {"op": "add", **resource("meeting", title="At noon")},
    ]
}
FLEET = {"kind": "many-to-one", "entity": "company", "field": "fleet"}
MORE_SIZES = {
    "type": "schema-properties",
    "id": "c_pet",
    "attributes": {"size": {"enum": ["Huge"]}},
    "meta": {"size": {"enum": "append"}},
}

OF_RECORDS = [
    Call("GET", PEOPLE, 1, takes=(*LIST, "as_of")),
    Call("GET", PEOPLE + PAST, 4, takes=(*LIST, "as_of")),
    Call("POST", PEOPLE, 12, NEW, 201, WRITE, ONE),
    Call(
        "PATCH",
        PEOPLE,
        12,
        {"data": [{"id": "{ada}"} | CHANGED["data"]]},
        scope=WRITE,
        takes=ONE,
    ),
    Call("DELETE", PEOPLE, 12, {"items": ["{ada}"]}, 204, WRITE),
    Call(
        "POST",
        f"{PEOPLE}/bulk",
        12,
        resources("person", {"name": "X"}),
        201,
        WRITE,
        ONE,
    ),
    Call("POST", f"{PEOPLE}/query", 4, {"filter": {"name": "Ada"}}),
    Call("QUERY", f"{PEOPLE}/query", 4, {"filter": {"name": "Ada"}}),
    Call("QUERY", PEOPLE, 4, {"filter": {"name": "Ada"}}),
    Call("POST", f"{PEOPLE}/lookup", 3, {"items": ["ada@example.com"]}, takes=ONE),
    Call(
        "POST",
        f"{PEOPLE}/access",
        8,
        {"items": ["{ada}"], "set": ["scout"]},
        scope=WRITE,
        by=ADMIN,
    ),
    Call("GET", ADA, 1, takes=(*ONE, "as_of")),
    Call("GET", ADA + PAST, 4, takes=(*ONE, "as_of")),
    Call("GET", TALK, 1, takes=(*ONE, "as_of")),
    Call("PATCH", ADA, 12, CHANGED, scope=WRITE, takes=ONE),
    Call("DELETE", ADA, 12, status=204, scope=WRITE),
    Call("GET", f"{ADA}/history", 2, takes=("page", "filter", "fields", "include")),
    Call("GET", f"{ADA}/duplicates", 2),
    Call("GET", f"{ADA}/access", 2),
    Call("POST", f"{BEA}/access", 8, RULE, 201, WRITE, by=ADMIN),
    Call("DELETE", ADA + "/access/{agent}", 8, status=204, scope=WRITE, by=ADMIN),
    Call("GET", f"{ADA}/companies", 2, takes=LIST),
    Call("GET", f"{TALK}/person", 2, takes=ONE),
    Call("GET", f"{ADA}/owner", 2, takes=("fields",)),
    Call("GET", f"{ADA}/relationships/companies", 3, takes=("page",)),
    Call("GET", f"{TALK}/relationships/person", 1),
    Call("GET", f"{ADA}/relationships/owner", 1),
    Call("PATCH", f"{BEA}/relationships/companies", 12, COMPANY, scope=WRITE),
    Call("POST", f"{BEA}/relationships/companies", 9, COMPANY, 204, WRITE),
    Call("DELETE", f"{ADA}/relationships/companies", 9, COMPANY, 204, WRITE),
    Call("POST", f"{ADA}/merge", 14, BEAS, scope=WRITE, takes=ONE),
    Call("POST", f"{ADA}/merges", 14, SOURCES, 204, WRITE),
    Call("POST", f"{EVE}/unmerge", 14, DANS, scope=WRITE, takes=ONE),
    Call("POST", f"{CID}/restore", 13, scope=WRITE, takes=ONE),
    Call("POST", V1 + "/changes/{change}/undo", 14, scope=WRITE),
    Call("POST", f"{V1}/operations", 9, OPERATIONS, scope=WRITE),
]
OF_THE_JOURNAL = [
    Call(
        "GET",
        f"{V1}/changes",
        2,
        takes=("page", "filter", "fields", "include", "max_wait"),
    ),
    Call("GET", V1 + "/changes/{change}", 2, takes=ONE),
]
OF_THE_DELETED = [
    Call("GET", f"{V1}/objects/person/deleted", 3, takes=("page", "filter", "fields")),
    Call("GET", CID, 3, takes=("fields",)),
    Call("GET", f"{V1}/objects/person/deleted-resources", 4, takes=("page", "filter")),
]
OF_DUPLICATES = [
    Call("GET", ALIKE, 3, takes=("page", "filter")),
    Call("POST", f"{ALIKE}/scan", 6, status=202, scope=ADMIN),
    Call("GET", ALIKE + "/{pair}", 2),
    Call("PATCH", ALIKE + "/{pair}", 7, DISMISSED, scope=WRITE),
]
OF_WORKSPACES = [
    Call("GET", V1, 1),
    Call("GET", f"{V1}/me", 2),
    Call("GET", f"{V1}/settings", 1),
    Call("PATCH", f"{V1}/settings", 5, {"bulk_limit": 50}, scope=ADMIN),
    Call("GET", f"{V1}/users", 2, takes=LIST),
    Call("GET", V1 + "/users/{user}", 2, takes=ONE),
    Call("GET", AGENTS, 2, takes=LIST),
    Call("POST", AGENTS, 4, resource("agent", handle="ranger"), 201, ADMIN, ONE),
    Call("GET", AGENTS + "/{idle}", 2, takes=ONE),
    Call(
        "PATCH",
        AGENTS + "/{idle}",
        8,
        resource("agent", name="Idle"),
        scope=ADMIN,
        takes=ONE,
    ),
    Call("DELETE", AGENTS + "/{idle}", 17, status=204, scope=ADMIN),
    Call("GET", KEYS, 3, scope=ADMIN, takes=LIST),
    Call("POST", KEYS, 4, resource("api-key", scopes=["read"]), 201, ADMIN, ONE),
    Call("GET", KEYS + "/{key}", 2, scope=ADMIN, takes=ONE),
    Call(
        "PATCH",
        KEYS + "/{key}",
        8,
        resource("api-key", label="Mine"),
        scope=ADMIN,
        takes=ONE,
    ),
    Call("DELETE", KEYS + "/{key}", 6, status=204, scope=ADMIN),
    Call("POST", KEYS + "/{key}/rotate", 6, scope=ADMIN, takes=ONE),
]
OF_ERASURES = [
    Call("GET", f"{V1}/erasures", 3, scope=ADMIN, takes=LIST),
    Call("POST", f"{V1}/erasures", 35, ERASE, 201, ADMIN, ONE),
    Call("GET", V1 + "/erasures/{erasure}", 2, scope=ADMIN, takes=ONE),
]
OF_JOBS = [
    Call("GET", f"{V1}/jobs", 3, takes=LIST),
    Call("GET", V1 + "/jobs/{job}", 2, takes=(*ONE, "max_wait")),
    Call("DELETE", V1 + "/jobs/{job}", 6, status=202, scope=WRITE, takes=ONE, by=ADMIN),
]
OF_WEBHOOKS = [
    Call("GET", HOOKS, 4, scope=ADMIN, takes=LIST),
    Call(
        "POST",
        HOOKS,
        8,
        resource("webhook", url="https://receiver.invalid/"),
        201,
        ADMIN,
        ONE,
    ),
    Call("GET", HOOK, 3, scope=ADMIN, takes=ONE),
    Call("PATCH", HOOK, 7, resource("webhook", label="Ours"), scope=ADMIN, takes=ONE),
    Call("DELETE", HOOK, 8, status=204, scope=ADMIN),
    Call("POST", f"{HOOK}/rotate", 7, scope=ADMIN, takes=ONE),
    Call("POST", f"{HOOK}/test", 9, scope=ADMIN, takes=ONE),
    Call(
        "POST",
        f"{HOOK}/replay",
        8,
        {"meta": {"from": "now"}},
        202,
        ADMIN,
        ONE,
    ),
    Call("POST", f"{HOOK}/disable", 7, scope=ADMIN, takes=ONE),
    Call("POST", f"{HOOK}/enable", 7, scope=ADMIN, takes=ONE),
    Call("GET", f"{HOOK}/deliveries", 5, scope=ADMIN, takes=LIST),
    Call("GET", SENT, 4, scope=ADMIN, takes=ONE),
    Call("POST", f"{SENT}/resend", 10, scope=ADMIN, takes=ONE),
]
OF_SCHEMAS = [
    Call("GET", f"{V1}/objects", 4, takes=("page",)),
    Call("GET", f"{V1}/objects/person", 4),
    Call("GET", SCHEMAS, 3, takes=("page",)),
    Call("PATCH", SCHEMAS, 17, {"data": [MORE_SIZES]}, scope=ADMIN),
    Call("GET", f"{SCHEMAS}/person", 3),
    Call("POST", f"{SCHEMAS}/objects", 19, {"name": "Dog"}, 201, ADMIN),
    Call("PATCH", f"{SCHEMAS}/objects/c_pet", 14, {"name": "Cat"}, scope=ADMIN),
    Call("PUT", f"{SCHEMAS}/objects/c_pet", 15, {"name": "Cat"}, scope=ADMIN),
    Call(
        "DELETE",
        f"{SCHEMAS}/objects/c_pet",
        20,
        status=204,
        scope=ADMIN,
        takes=("force",),
    ),
    Call(
        "POST",
        f"{SCHEMAS}/c_pet/properties",
        18,
        {"properties": {"age": {"type": "integer"}}},
        201,
        ADMIN,
    ),
    Call(
        "PATCH",
        f"{SCHEMAS}/c_pet/properties/size",
        16,
        resource("schema-properties", title="How large"),
        scope=ADMIN,
        takes=("force",),
    ),
    Call("DELETE", f"{SCHEMAS}/c_pet/properties/size", 29, status=204, scope=ADMIN),
    Call(
        "POST",
        f"{SCHEMAS}/c_ship/relationships",
        22,
        resource("relationship", c_ship={"line": {"x-relationship": FLEET}}),
        201,
        ADMIN,
    ),
    Call("DELETE", f"{SCHEMAS}/c_ship/relationships/crew", 23, status=204, scope=ADMIN),
    Call(
        "PATCH", f"{SCHEMAS}/deal/fields-order", 16, {"order": ["amount"]}, scope=ADMIN
    ),
    Call(
        "PATCH",
        f"{SCHEMAS}/deal/fields-visibility",
        16,
        {"hiddenInDetails": {"name": True}},
        scope=ADMIN,
    ),
]
# Records are found by either name, and it is the same to them.
BY_THE_OTHER_NAME = [
    replace(call, path=call.path.replace("/records", "/resources"))
    for call in OF_RECORDS
]
# So they are in the shape that JSON:API recommends.
BY_TYPE_AND_ID = [
    replace(call, path=re.sub(r"/objects/(\w+)/records", r"/records/\1", call.path))
    for call in OF_RECORDS
]
CALLS = [
    *OF_RECORDS,
    *BY_THE_OTHER_NAME,
    *BY_TYPE_AND_ID,
    *OF_THE_JOURNAL,
    *OF_THE_DELETED,
    *OF_DUPLICATES,
    *OF_WORKSPACES,
    *OF_ERASURES,
    *OF_JOBS,
    *OF_WEBHOOKS,
    *OF_SCHEMAS,
]
