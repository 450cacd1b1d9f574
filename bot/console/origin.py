"""Which pages may post to the console: our own.

A form that posts without saying where it stands is refused too: every browser that can sign in
names its origin, and what is not a browser has an interface of its own.
"""

from urllib.parse import urlsplit

from aiohttp import web

LOOPBACK = ("localhost", "127.0.0.1", "[::1]")
DEFAULT_PORTS = {"http": 80, "https": 443}


def from_own_page(request: web.Request, public_url: str) -> bool:
    """Tell whether one of our own pages, under our own name, sent this request."""
    ours = own_origins(public_url)
    host = _plain(f"{urlsplit(public_url).scheme}://{request.headers.get('Host', '')}")
    return host in ours and _plain(request.headers.get("Origin", "")) == host


def own_origins(public_url: str) -> frozenset[str]:
    """Return the origins that are ours; on loopback both its names and its number count."""
    parts = urlsplit(public_url)
    if parts.hostname in LOOPBACK or f"[{parts.hostname}]" in LOOPBACK:
        port = "" if parts.port is None else f":{parts.port}"
        return frozenset(_plain(f"{parts.scheme}://{name}{port}") for name in LOOPBACK)
    return frozenset({_plain(public_url)})


def _plain(address: str) -> str:
    """Return scheme, host and port in the one way they are compared, empty if it is no address."""
    try:
        parts = urlsplit(address)
        port = parts.port or DEFAULT_PORTS.get(parts.scheme)
    except ValueError:
        return ""
    if not parts.hostname or parts.path not in ("", "/") or parts.username is not None:
        return ""
    return f"{parts.scheme}://{parts.hostname}:{port}"
