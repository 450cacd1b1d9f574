"""Where somebody calls from, as coarse as a network is given out and never in clear.

A line gets a /56 of IPv6 as a rule, so that within it an attacker has addresses without number;
of IPv4 a /24 is what one operator's gateway uses.  What is kept is a keyed hash, in memory alone.
"""

import hashlib
import hmac
from dataclasses import dataclass, field
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

PREFIX_BITS = {4: 24, 6: 56}
UNKNOWN = ""
HASH_BYTES = 16


def address_of(text: str) -> IPv4Address | IPv6Address | None:
    """Return the address that a socket or a proxy names, with a port or without; None for no one.

    The same caller has one address here, however the line came in (RFC 4291, IPv4-mapped).
    """
    host = text.strip()
    if host.startswith("[") or host.count(":") == 1:
        host = host.removeprefix("[").partition("]" if host.startswith("[") else ":")[0]
    try:
        here = ip_address(host.partition("%")[0])
    except ValueError:
        return None
    mapped = here.ipv4_mapped if isinstance(here, IPv6Address) else None
    return mapped or here


def block_of(address: str) -> str:
    """Return the block of an address, empty for what is none (a local socket)."""
    here = address_of(address)
    if here is None:
        return UNKNOWN
    return str(ip_network(f"{here}/{PREFIX_BITS[here.version]}", strict=False))


@dataclass(frozen=True, slots=True)
class Blocks:
    """Names blocks so that nobody without the key can tell which they are."""

    key: bytes = field(repr=False)

    def name(self, address: str) -> str:
        """Return the keyed hash of the block an address lies in."""
        # Keyed, because all the blocks there are could be tried against a plain hash.
        named = hmac.new(self.key, block_of(address).encode(), hashlib.sha256).digest()
        return named[:HASH_BYTES].hex()
