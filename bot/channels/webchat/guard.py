"""Who may call at all, and what every answer carries.

The policy allows our own files and nothing inline, so that a text can never become a script.
"""

from collections.abc import Mapping

from aiohttp import web

from bot.limits import is_ours

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


def may_call(request: web.Request, public_url: str) -> bool:
    """Tell whether a request came to our own address and, if a page made it, from our own page."""
    return is_ours(request.headers.get("Host", ""), request.headers.get("Origin"), public_url)
