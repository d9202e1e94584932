"""Which URLs an endpoint may have. Names are judged when they are connected to."""

from __future__ import annotations

import re
from ipaddress import AddressValueError, IPv4Address, IPv6Address
from urllib.parse import SplitResult, urlsplit

from django.conf import settings

from crm.errors import InvalidValue
from webhooks.sending.networks import Address, is_allowed

LONGEST = 2048
PRINTABLE = re.compile(r"[!-~]+")
"""ASCII without blanks: what a URI may have (RFC 3986, section 2), and some more."""

NAME = re.compile(
    r"(?!-)[A-Za-z0-9_-]{1,63}(?<!-)(\.(?!-)[A-Za-z0-9_-]{1,63}(?<!-))*\.?"
)
NUMBER = re.compile(r"[0-9]+|0[xX][0-9A-Fa-f]*")
"""The last label of a host that is taken for an IPv4 address (WHATWG URL, 3.5)."""


def check_url(url: str, place: str = "/attributes/url") -> None:
    """Refuse a URL to which no message may be sent.

    Raises:
        InvalidValue: if it is such a one.
    """
    why = fault_of(url)
    if why:
        raise InvalidValue({place: why})


def fault_of(url: str) -> str:
    """Return what is wrong with a URL; nothing if it can be taken."""
    if len(url) > LONGEST or not PRINTABLE.fullmatch(url) or "\\" in url:
        return f"Give a URL of {LONGEST} ASCII characters at most, without blanks."
    schemes = ["https", "http"] if settings.WEBHOOK_HTTP else ["https"]
    try:
        parts = urlsplit(url)
        is_whole = parts.scheme in schemes and bool(parts.hostname)
        is_whole = is_whole and parts.port != 0
    except ValueError:
        return "Give a URL such as https://example.com/hooks."
    if not is_whole:
        return f"Give a URL that begins with {' or '.join(schemes)}:// and has a host."
    if "@" in parts.netloc or "#" in url:
        return "Give a URL without a user and without a fragment."
    return fault_of_host(parts)


def fault_of_host(parts: SplitResult) -> str:
    """Return what is wrong with the host of a URL."""
    host = str(parts.hostname)
    try:
        address = literal(host, is_bracketed="[" in parts.netloc)
    except AddressValueError:
        return "Give a host by its name, or an address as it is usually written."
    if address is not None:
        networks = settings.WEBHOOK_NETWORKS
        return "" if is_allowed(address, networks) else "This address is not allowed."
    is_name = len(host) <= 253 and NAME.fullmatch(host)
    return "" if is_name else "Give the name of a host, in ASCII (xn--...)."


def literal(host: str, *, is_bracketed: bool) -> Address | None:
    """Return the address that a host is, or None for a name.

    Raises:
        AddressValueError: if it is one in another than its canonical form.
    """
    if is_bracketed:
        six = IPv6Address(host)
        if str(six) != host or six.scope_id:
            raise AddressValueError("Not canonical.")
        return six
    if NUMBER.fullmatch(host.removesuffix(".").rpartition(".")[2]):
        return IPv4Address(host)
    return None
