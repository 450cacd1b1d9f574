"""The routes of the web chat (`contract.md` section 4).

A chat is its token, 256 random bits that only the page holds; we keep a keyed hash of it, the
person's pseudonym.  Every refusal is a status and a code, never what was sent.
"""

import asyncio
import math
import re
import secrets
from collections.abc import Awaitable, Callable
from functools import partial
from http import HTTPStatus

from aiohttp import hdrs, web

from bot.channels.webchat import events, shell
from bot.channels.webchat.errors import (
    STATUS,
    ForeignPage,
    MalformedTurn,
    NoSuchWords,
    TooFast,
    TurnTooLarge,
    UnknownChat,
)
from bot.channels.webchat.guard import HEADERS, may_call
from bot.channels.webchat.inbound import (
    BODY_LIMIT,
    CHANNEL,
    opening,
    read_locale,
    read_sent,
    to_turn,
)
from bot.channels.webchat.ports import WebChat
from bot.channels.webchat.render import to_reply
from bot.conversation import Chat, Rendered, Turn
from bot.errors import Unavailable
from bot.privacy import pseudonym

TOKEN_BYTES = 32
BEARER = re.compile(r"Bearer ([A-Za-z0-9_-]{43})", re.IGNORECASE)
BODY_SECONDS = 15.0
TURN_SECONDS = 18.0
RETRY_SECONDS = 5
WIPE = '"cache", "storage"'

Route = Callable[[WebChat, web.Request], Awaitable[web.StreamResponse]]


def routes(deps: WebChat) -> list[web.RouteDef]:
    """Return the routes of the page and of the chat."""

    def guarded(route: Route) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
        return partial(_guarded, route, deps)

    return [
        web.get("/", guarded(show_page)),
        web.get("/{name:chat\\.css|chat(?:-show|-wire)?\\.js}", guarded(show_file)),
        web.get("/chat/shell/{lang}", guarded(show_words)),
        web.post("/chat", guarded(open_chat)),
        web.get("/chat", guarded(resume)),
        web.post("/chat/turns", guarded(take_turn)),
        web.get("/chat/events", guarded(follow)),
    ]


async def _guarded(route: Route, deps: WebChat, request: web.Request) -> web.StreamResponse:
    try:
        if not may_call(request, deps.public_url()):
            raise ForeignPage("another host or page")
        return await route(deps, request)
    except (Unavailable, TimeoutError):
        return _refusal(HTTPStatus.SERVICE_UNAVAILABLE, Unavailable.code, RETRY_SECONDS)
    except TooFast as error:
        return _refusal(HTTPStatus.TOO_MANY_REQUESTS, error.code, error.after)
    except tuple(STATUS) as error:
        return _refusal(STATUS[type(error)], error.code)


def _refusal(status: HTTPStatus, code: str, retry_after: int | None = None) -> web.Response:
    headers = dict(HEADERS)
    if retry_after is not None:
        headers[hdrs.RETRY_AFTER] = str(retry_after)
    if status is HTTPStatus.UNAUTHORIZED:
        headers[hdrs.WWW_AUTHENTICATE] = "Bearer"
    return web.json_response({"error": code}, status=status, headers=headers)


async def show_page(deps: WebChat, request: web.Request) -> web.Response:
    """Show the one page, its words in the browser's language."""
    catalogs = deps.catalogs()
    language = shell.wanted(catalogs, request.headers.get(hdrs.ACCEPT_LANGUAGE, ""))
    text = shell.page(catalogs, language, deps.exit_url)
    response = web.Response(text=text, content_type="text/html", headers=HEADERS)
    response.headers[hdrs.VARY] = hdrs.ACCEPT_LANGUAGE
    response.enable_compression()
    return response


async def show_file(_deps: WebChat, request: web.Request) -> web.Response:
    """Show the script or the style sheet."""
    name = request.match_info["name"]
    kind = "text/css" if name.endswith(".css") else "text/javascript"
    text = shell.script_or_style(name)
    response = web.Response(text=text, content_type=kind, headers=HEADERS)
    response.enable_compression()
    return response


async def show_words(deps: WebChat, request: web.Request) -> web.Response:
    """Show what the page itself says in an offered language."""
    catalogs = deps.catalogs()
    language = request.match_info["lang"]
    if language not in catalogs.languages:
        raise NoSuchWords("this language is not offered")
    return web.json_response({"texts": shell.words(catalogs, language)}, headers=HEADERS)


async def open_chat(deps: WebChat, request: web.Request) -> web.Response:
    """Open an anonymous chat and return its token, which is never shown again."""
    hint = read_locale(await _body(request))
    token = secrets.token_urlsafe(TOKEN_BYTES)
    person = pseudonym(deps.keys, CHANNEL, token)
    reply = await _reply(deps, opening(person, deps.clock(), hint))
    return web.json_response({"token": token, **to_reply(reply)}, headers=HEADERS)


async def resume(deps: WebChat, request: web.Request) -> web.Response:
    """Return the open question again, for a page that was reloaded."""
    person, chat = await _known(deps, request)
    reply = chat.last
    if reply is None:
        key = f"resume:{secrets.token_hex(8)}"
        reply = await _reply(deps, opening(person, deps.clock(), None, key))
    return web.json_response(to_reply(reply), headers=HEADERS)


async def take_turn(deps: WebChat, request: web.Request) -> web.Response:
    """Take one turn and return its reply, the same one for the same key."""
    person, _ = await _known(deps, request)
    now = deps.clock()
    if wait := deps.pace.wait(person, now.timestamp()):
        raise TooFast(math.ceil(wait))
    sent = read_sent(await _body(request))
    reply = await _reply(deps, to_turn(sent, person, now))
    response = web.json_response(to_reply(reply), headers=HEADERS)
    if reply.wipe:
        # The browser forgets, but hides this header from the page, which has to empty itself
        # before it shows the reply: so it gets a header of its own.
        response.headers["Clear-Site-Data"] = WIPE
        response.headers["Chat-Ended"] = "1"
    return response


async def follow(deps: WebChat, request: web.Request) -> web.StreamResponse:
    """Stream what comes later."""
    person, _ = await _known(deps, request)
    response = web.StreamResponse(headers={**HEADERS, "X-Accel-Buffering": "no"})
    response.content_type = "text/event-stream"
    response.headers[hdrs.CACHE_CONTROL] = "no-store, no-transform"
    await events.send(request, response, events.stream(deps, person, events.resumed_after(request)))
    return response


async def _reply(deps: WebChat, turn: Turn) -> Rendered:
    """Handle a turn; one that takes too long is rolled back, and its key may be sent again."""
    async with asyncio.timeout(TURN_SECONDS):
        delivery = await deps.dispatcher.handle(turn)
    return delivery.reply


async def _known(deps: WebChat, request: web.Request) -> tuple[str, Chat]:
    """Return person and chat of the token; unknown, left and idle chats look alike."""
    given = BEARER.fullmatch(request.headers.get(hdrs.AUTHORIZATION, ""))
    if given is None:
        raise UnknownChat("no such chat")
    person = pseudonym(deps.keys, CHANNEL, given[1])
    chat = await deps.chats.find(person, deps.clock())
    if chat is None:
        raise UnknownChat("no such chat")
    return person, chat


async def _body(request: web.Request) -> bytes:
    """Return the body, read no further than its limit."""
    if (request.content_length or 0) > BODY_LIMIT:
        raise TurnTooLarge("over 32 KiB")
    if request.headers.get(hdrs.CONTENT_ENCODING, "identity").casefold() != "identity":
        raise MalformedTurn("a compressed body")
    read = bytearray()
    try:
        async with asyncio.timeout(BODY_SECONDS):
            async for part in request.content.iter_any():
                read += part
                if len(read) > BODY_LIMIT:
                    raise TurnTooLarge("over 32 KiB")
    except (web.RequestPayloadError, TimeoutError):
        raise MalformedTurn("a body that does not end") from None
    if read and request.content_type != "application/json":
        raise MalformedTurn("not application/json")
    return bytes(read)
