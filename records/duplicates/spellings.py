"""The one form of addresses and domains that people write in several ways."""

from __future__ import annotations

import re
from functools import lru_cache

from tldextract import TLDExtract

TAG = re.compile(r"^([^@+]+)\+[^@]*@")
GMAIL = re.compile(r"@(?:gmail|googlemail)\.com$")
WEB_ADDRESS = re.compile(r"^https?://(?:[^@/?#]*@)?(?:www\.)?([^/?#]+)(/[^?#]*)?")
MOST_REMEMBERED = 50_000
"""How many domains a process remembers the owners of."""

find_suffix = TLDExtract(
    cache_dir=None, suffix_list_urls=(), include_psl_private_domains=True
)
"""Knows the suffixes below which people register names, by the list it brings along."""


def mailbox(address: str) -> str:
    """Return the mailbox of an email address in lower case.

    That is without a ``+tag``, and at Gmail without dots. The database's function
    ``records_mailbox`` does the same.
    """
    plain = TAG.sub(r"\1@", address)
    if not GMAIL.search(plain):
        return plain
    return plain.rpartition("@")[0].replace(".", "") + "@gmail.com"


def profile(address: str) -> str:
    """Return a web address in lower case without what may be left out of it.

    It is blank if it leads to no page below a host: many share the first page of one.
    """
    found = WEB_ADDRESS.match(address)
    path = (found[2] or "").rstrip("/") if found else ""
    return f"{found[1]}{path}" if found and path else ""


def spellings_of_profile(address: str) -> list[str]:
    """Return how a web address that has a profile is written."""
    plain = profile(address)
    if not plain:
        return []
    hosts = [
        f"{scheme}://{www}" for scheme in ("https", "http") for www in ("", "www.")
    ]
    return [f"{host}{plain}{slash}" for host in hosts for slash in ("", "/")]


@lru_cache(MOST_REMEMBERED)
def registrable(domain: str) -> str:
    """Return the part of a domain that somebody has registered (publicsuffix.org).

    Below a suffix that the list does not have, that is a name and no more.
    """
    found = find_suffix(domain)
    if found.suffix:
        return found.top_domain_under_public_suffix or domain
    return ".".join(domain.split(".")[-2:])
