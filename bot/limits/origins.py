"""Which addresses are ours: what a request's `Host` and `Origin` are held against.

A foreign `Host` is a DNS rebinding, a foreign `Origin` a page that talks in the person's name.
"""

from urllib.parse import urlsplit

LOOPBACK = ("localhost", "127.0.0.1", "[::1]")
DEFAULT_PORTS = {"http": 80, "https": 443}


def origins(public_url: str) -> frozenset[str]:
    """Return the origins that are ours; on loopback both its names and its number count."""
    parts = urlsplit(public_url)
    # An address of ours may go on with a path; what is not even an address is nobody's.
    here = plain(f"{parts.scheme}://{parts.netloc}")
    if not here:
        return frozenset()
    if f"[{parts.hostname}]" in LOOPBACK or parts.hostname in LOOPBACK:
        port = "" if parts.port is None else f":{parts.port}"
        return frozenset(plain(f"{parts.scheme}://{name}{port}") for name in LOOPBACK)
    return frozenset({here})


def is_ours(host: str, origin: str | None, public_url: str) -> bool:
    """Tell whether a request came to our own address and, if a page made it, from our own page."""
    ours = origins(public_url)
    if plain(f"{urlsplit(public_url).scheme}://{host}") not in ours:
        return False
    return origin is None or plain(origin) in ours


def comes_from(host: str, origin: str, public_url: str) -> bool:
    """Tell whether one of our own pages, under the very name it was called by, sent a request."""
    here = plain(f"{urlsplit(public_url).scheme}://{host}")
    return here in origins(public_url) and plain(origin) == here


def plain(address: str) -> str:
    """Return scheme, host and port in the one way they are compared, empty if it is no address."""
    try:
        parts = urlsplit(address)
        port = parts.port or DEFAULT_PORTS.get(parts.scheme)
    except ValueError:
        return ""
    more = parts.query or parts.fragment or parts.path not in ("", "/")
    if not parts.hostname or more or "@" in parts.netloc:
        return ""
    return f"{parts.scheme}://{parts.hostname}:{port}"
