"""One statement looks at so many entries at most, and one page takes so long."""

from __future__ import annotations

from django.db import connection
from django.test.utils import CaptureQueriesContext

from crm.authentication import find_actor
from objects.catalog import Catalog
from records.journal.changes import Change
from records.journal.conditions import Asked
from records.journal.feed import Feed
from records.journal.heads import find_head
from tests.api_client import Api, resources

PEOPLE = "objects/person/records"


def feed_of(api: Api, many: int, *, patience: float = 60) -> Feed:
    """Return the feed of a journal of so many entries, four looked at at once."""
    api.post(f"{PEOPLE}/bulk", resources("person", *[{}] * many))
    actor = find_actor(api.secret, "")
    catalog, head = Catalog.of(actor.workspace), find_head(actor)
    return Feed(actor, catalog, head, Asked(), most_scanned=4, patience=patience)


def seqs(changes: list[Change]) -> list[int]:
    return [change.entry.seq for change in changes]


def test_a_page_is_filled_by_several_statements(api: Api) -> None:
    feed = feed_of(api, 13)

    with CaptureQueriesContext(connection) as statements:
        page = feed.read(0, 10)

    assert len(statements) == 3
    assert (seqs(page.changes), page.reached) == ([*range(1, 11)], 10)
    assert page.has_more
    rest = feed.read(page.reached, 10)
    assert (seqs(rest.changes), rest.has_more) == ([11, 12, 13], False)


def test_a_page_that_takes_too_long_is_short_and_goes_on(api: Api) -> None:
    feed = feed_of(api, 10, patience=0)

    reached, pages = 0, []
    while reached < 10:
        page = feed.read(reached, 10)
        pages.append(seqs(page.changes))
        assert page.has_more == (page.reached < 10)
        reached = page.reached

    assert pages == [[1, 2, 3, 4], [5, 6, 7, 8], [9, 10]]
