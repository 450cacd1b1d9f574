"""The two cookies of the console.

Over TLS they carry the `__Host-` prefix, so that no neighbouring host can plant one.  On plain
loopback browsers would drop such a cookie, so there the name has no prefix.
"""

from aiohttp import web

SIGN_IN = "session"
FORM = "form"


def read(request: web.Request, name: str, *, secure: bool) -> str:
    """Return the value of one of our cookies, empty where there is none."""
    return request.cookies.get(_full(name, secure=secure), "")


def put(response: web.StreamResponse, name: str, value: str, *, secure: bool) -> None:
    """Give the browser a cookie that ends with the browser and that no script can read."""
    response.set_cookie(
        _full(name, secure=secure), value, path="/", secure=secure, httponly=True, samesite="Strict"
    )


def drop(response: web.StreamResponse, name: str, *, secure: bool) -> None:
    """Let the browser forget a cookie."""
    response.del_cookie(
        _full(name, secure=secure), path="/", secure=secure, httponly=True, samesite="Strict"
    )


def _full(name: str, *, secure: bool) -> str:
    return f"__Host-{name}" if secure else name
