"""Records that may be the same as another, each found by an index.

A probe is a condition on a record ``r`` that an index answers. Each yields a few
records of those that the caller may see, so that hidden ones crowd out none.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice

from crm.authentication import Actor
from crm.sql import Sql, any_of, concat, join
from objects.folding import fold_accents
from objects.models import Field
from objects.schema import Schema
from records.access.visibility import seen_among, seen_by
from records.duplicates.compared import Compared
from records.duplicates.portraits import Portrait, Value
from records.duplicates.spellings import spellings_of_profile
from records.reading.filters.search import anywhere_contains
from records.reading.filters.stored import StoredField

MOST_VALUES = 10
"""How many values of a kind are looked for."""
MOST_FOUND = 50
"""How many records a probe yields."""
MOST_READ = 500
"""How many similar names are read to find the most similar of them."""
LEAST_LIKE = "0.7"
"""How similar a part of the search text must be to a name (``pg_trgm``)."""

THRESHOLD = Sql(
    "SELECT set_config('pg_trgm.strict_word_similarity_threshold', %s, true); ",
    (LEAST_LIKE,),
)
"""Goes before a statement with probes, and holds for it alone."""

IN_MAILBOX = """r.id IN (
    SELECT held.record_id FROM records_uniquevalue held
    WHERE held.workspace_id = %s AND held.field_id = %s AND held.key LIKE '%%@%%'
      AND records_mailbox(held.key) = ANY(%s::text[])
)"""


def candidates(
    actor: Actor, schema: Schema, compared: Compared, portrait: Portrait
) -> Sql:
    """Return the statement that reads the ids of records which may be the same."""
    probes = [
        *mailbox_probes(actor, schema, compared, portrait),
        *value_probes(actor, schema, compared, portrait),
        *domain_probes(actor, schema, compared, portrait),
        *name_probes(actor, schema, compared, portrait),
    ]
    others = Sql(" AND r.id <> %s", (portrait.id,))
    most = f" LIMIT {MOST_FOUND})"
    return join(
        " UNION ",
        [
            concat("(SELECT r.id FROM records_record r WHERE ", probe, others, most)
            for probe in probes
        ],
    )


def first(values: Iterable[Value]) -> Iterator[str]:
    """Yield the first of some values, as they are written."""
    return (value.written for value in islice(values, MOST_VALUES))


def mailbox_probes(
    actor: Actor, schema: Schema, compared: Compared, portrait: Portrait
) -> Iterator[Sql]:
    """Yield what finds the same mailbox.

    Unique fields keep addresses where an index knows their mailboxes; in others that
    are searched, only those without needless dots are found.
    """
    mailboxes = list(islice(portrait.emails, MOST_VALUES))
    if not mailboxes:
        return
    for field in compared.emails:
        if field.unique:
            held = Sql(IN_MAILBOX, (actor.workspace.id, field.id, mailboxes))
            yield seen_among(actor, schema, held)
        elif field.searchable:
            found = any_of(map(has_mailbox, mailboxes))
            yield seen_among(actor, schema, found)


def has_mailbox(address: str) -> Sql:
    """Return the condition that an address of a mailbox is in the search text."""
    local, _, domain = address.rpartition("@")
    tagged = anywhere_contains(f"{local}+") & anywhere_contains(f"@{domain}")
    return anywhere_contains(address) | concat("(", tagged, ")")


def value_probes(
    actor: Actor, schema: Schema, compared: Compared, portrait: Portrait
) -> Iterator[Sql]:
    """Yield what finds the same phone, and the same profile."""
    phones = list(first(portrait.phones.values()))
    profiles = [
        spelling
        for written in first(portrait.profiles.values())
        for spelling in spellings_of_profile(written)
    ]
    for fields, values in ((compared.phones, phones), (compared.profiles, profiles)):
        held = [StoredField("r", f).holds(value) for f in fields for value in values]
        if held:
            yield seen_by(actor, schema) & any_of(held)


def domain_probes(
    actor: Actor, schema: Schema, compared: Compared, portrait: Portrait
) -> Iterator[Sql]:
    """Yield what finds the same registered domain, where domains are searched."""
    if not any(field.searchable for field in compared.domains):
        return
    found = [anywhere_contains(one) for one in islice(portrait.domains, MOST_VALUES)]
    if found:
        yield seen_among(actor, schema, any_of(found))


def name_probes(
    actor: Actor, schema: Schema, compared: Compared, portrait: Portrait
) -> Iterator[Sql]:
    """Yield what finds similar names, the most similar first, if they are searched.

    Where very many are called alike, the most similar of some of them.
    """
    if not portrait.name or not portrait.name.words or not is_searched(compared.name):
        return
    words = fold_accents(portrait.name.written)
    similar = seen_among(actor, schema, Sql("%s <<%% r.search", (words,)))
    likest = concat(
        "r.id IN (SELECT id FROM (SELECT r.id, strict_word_similarity(",
        Sql("%s, r.search) AS likeness FROM records_record r WHERE ", (words,)),
        similar,
        f" LIMIT {MOST_READ}) AS like_it ORDER BY likeness DESC, id",
        f" LIMIT {MOST_FOUND})",
    )
    yield seen_among(actor, schema, likest)


def is_searched(field: Field | None) -> bool:
    """Whether the search text has what is in a field."""
    return field is not None and field.searchable
