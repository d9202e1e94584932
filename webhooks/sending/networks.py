"""Which addresses of the internet messages may go to.

Who names an endpoint chooses where this server connects to, so everything that lies
inside a network, or leads into one, is refused.
"""

from __future__ import annotations

from collections.abc import Iterable
from ipaddress import (
    IPv4Address,
    IPv4Network,
    IPv6Address,
    IPv6Network,
    ip_address,
    ip_network,
)
from typing import TypeAlias

Address: TypeAlias = IPv4Address | IPv6Address
Network: TypeAlias = IPv4Network | IPv6Network

UNICAST = ip_network("2000::/3")
"""All of IPv6 that is given out to the internet. Python calls much beside it global,
some of which leads to IPv4 of any kind."""

NOT_GLOBAL = [
    ip_network(network)
    for network in (
        *("2001::/32", "2002::/16", "3fff::/20"),
        *("192.0.0.0/24", "192.88.99.0/24"),
    )
]
"""What Python calls global even so, but leads elsewhere or is not routed."""


def read_address(text: str) -> Address:
    """Return an address as the resolver writes it, which may name an interface."""
    return ip_address(text.partition("%")[0])


def is_allowed(address: Address, own: Iterable[Network] = ()) -> bool:
    """Whether messages may go to an address: a global one, or in a network of ours."""
    judged = embedded(address)
    if any(judged in network or address in network for network in own):
        return True
    is_global = judged.is_global and not judged.is_multicast
    is_routed = judged.version == 4 or judged in UNICAST
    return is_global and is_routed and not any(judged in net for net in NOT_GLOBAL)


def embedded(address: Address) -> Address:
    """Return the IPv4 address that is mapped into IPv6, or the address itself."""
    mapped = address.ipv4_mapped if isinstance(address, IPv6Address) else None
    return mapped or address
