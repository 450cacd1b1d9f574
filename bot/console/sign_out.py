"""Sign out: the sign-in ends on the server, and the browser forgets it."""

from aiohttp import web

from bot.console import cookies
from bot.console.gate import SIGN_IN, Visit, see_other
from bot.staff import Officer, sign_out


async def send(visit: Visit, _officer: Officer) -> web.StreamResponse:
    """End the sign-in."""
    async with visit.deps.open() as work:
        await sign_out(visit.token, work.staff)
    response = see_other(SIGN_IN)
    cookies.drop(response, cookies.SIGN_IN, secure=visit.deps.secure)
    response.headers["Clear-Site-Data"] = '"cache"'
    return response
