"""Who may call at all, and what every answer carries.

A foreign `Host` is a DNS rebinding, a foreign `Origin` a page that talks in the person's name.
The policy allows our own files and nothing inline, so that a text can never become a script.
"""

from collections.abc import Mapping
from urllib.parse import urlsplit

from aiohttp import web

LOOPBACK = ("localhost", "127.0.0.1", "[::1]")
DEFAULT_PORTS = {"http": 80, "https": 443}

POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data:",
        "connect-src 'self'",
        "base-uri 'none'",
        "form-action 'none'",
        "frame-ancestors 'none'",
    )
)

HEADERS: Mapping[str, str] = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Permissions-Policy": "geolocation=(self), camera=(), microphone=(), interest-cohort=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Embedder-Policy": "require-corp",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "no-store",
}


def origins(public_url: str) -> frozenset[str]:
    """Return the origins that are ours; on loopback both its names and its number count."""
    parts = urlsplit(public_url)
    if f"[{parts.hostname}]" in LOOPBACK or parts.hostname in LOOPBACK:
        port = "" if parts.port is None else f":{parts.port}"
        return frozenset(_plain(f"{parts.scheme}://{name}{port}") for name in LOOPBACK)
    return frozenset({_plain(public_url)})


def may_call(request: web.Request, public_url: str) -> bool:
    """Tell whether a request came to our own address and, if a page made it, from our own page."""
    ours = origins(public_url)
    scheme = urlsplit(public_url).scheme
    if _plain(f"{scheme}://{request.headers.get('Host', '')}") not in ours:
        return False
    origin = request.headers.get("Origin")
    return origin is None or _plain(origin) in ours


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
