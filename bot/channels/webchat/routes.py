"""The routes of the web chat (`contract.md` section 4).

A chat is its token, 256 random bits that only the page holds; we keep a keyed hash of it, the
person's pseudonym.  Every refusal is a status and a code, never what was sent.
"""

import asyncio
import re
import secrets
from collections.abc import Awaitable, Callable, Mapping
from functools import partial
from http import HTTPStatus
from types import MappingProxyType

from aiohttp import hdrs, web

from bot.channels.webchat import events, shell
from bot.channels.webchat.errors import (
    STATUS,
    ForeignPage,
    MalformedTurn,
    NoSuchWords,
    ProofNeeded,
    TooFast,
    TurnTooLarge,
    UnknownChat,
)
from bot.channels.webchat.gate import Gate
from bot.channels.webchat.guard import HEADERS, may_call
from bot.channels.webchat.inbound import (
    BODY_LIMIT,
    CHANNEL,
    opening,
    read_locale,
    read_sent,
    reopening,
    to_turn,
)
from bot.channels.webchat.ports import WebChat
from bot.channels.webchat.render import to_reply
from bot.conversation import Chat, ChatOver, Rendered, Turn
from bot.errors import Unavailable
from bot.privacy import pseudonym

TOKEN_BYTES = 32
BEARER = re.compile(r"Bearer ([A-Za-z0-9_-]{43})", re.IGNORECASE)
BODY_SECONDS = 15.0
TURN_SECONDS = 18.0
RETRY_SECONDS = 5
EMPTY: Mapping[str, object] = MappingProxyType({})
WIPE = '"cache", "storage"'

Route = Callable[[Gate, web.Request], Awaitable[web.StreamResponse]]


def routes(deps: WebChat) -> list[web.RouteDef]:
    """Return the routes of the page and of the chat, which share one gate."""
    gate = Gate(deps)

    def guarded(route: Route) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
        return partial(_guarded, route, gate)

    return [
        web.get("/", guarded(show_page)),
        web.get("/{name:chat\\.css|chat(?:-show|-wire|-proof)?\\.js}", guarded(show_file)),
        web.get("/chat/shell/{lang}", guarded(show_words)),
        web.post("/chat", guarded(open_chat)),
        web.get("/chat", guarded(resume)),
        web.post("/chat/turns", guarded(take_turn)),
        web.get("/chat/events", guarded(follow)),
    ]


async def _guarded(route: Route, gate: Gate, request: web.Request) -> web.StreamResponse:
    try:
        if not may_call(request, gate.deps.public_url()):
            raise ForeignPage("another host or page")
        return await route(gate, request)
    except (Unavailable, TimeoutError):
        return _refusal(HTTPStatus.SERVICE_UNAVAILABLE, Unavailable.code, RETRY_SECONDS)
    except TooFast as error:
        return _refusal(STATUS[TooFast], error.code, error.after)
    except ProofNeeded as error:
        puzzle = {"challenge": error.challenge, "bits": error.bits}
        return _refusal(STATUS[ProofNeeded], error.code, error.after, puzzle)
    except tuple(STATUS) as error:
        return _refusal(STATUS[type(error)], error.code)


def _refusal(
    status: HTTPStatus,
    code: str,
    retry_after: int | None = None,
    more: Mapping[str, object] = EMPTY,
) -> web.Response:
    headers = dict(HEADERS)
    if retry_after is not None:
        headers[hdrs.RETRY_AFTER] = str(retry_after)
    if status is HTTPStatus.UNAUTHORIZED:
        headers[hdrs.WWW_AUTHENTICATE] = "Bearer"
    return web.json_response({"error": code, **more}, status=status, headers=headers)


async def show_page(gate: Gate, request: web.Request) -> web.Response:
    """Show the one page, its words in the browser's language."""
    deps, catalogs = gate.deps, gate.deps.catalogs()
    language = shell.wanted(catalogs, request.headers.get(hdrs.ACCEPT_LANGUAGE, ""))
    text = shell.page(catalogs, language, deps.exit_url)
    response = web.Response(text=text, content_type="text/html", headers=HEADERS)
    response.headers[hdrs.VARY] = hdrs.ACCEPT_LANGUAGE
    response.enable_compression()
    return response


async def show_file(_gate: Gate, request: web.Request) -> web.Response:
    """Show the script or the style sheet."""
    name = request.match_info["name"]
    kind = "text/css" if name.endswith(".css") else "text/javascript"
    text = shell.script_or_style(name)
    response = web.Response(text=text, content_type=kind, headers=HEADERS)
    response.enable_compression()
    return response


async def show_words(gate: Gate, request: web.Request) -> web.Response:
    """Show what the page itself says in an offered language."""
    catalogs = gate.deps.catalogs()
    language = request.match_info["lang"]
    if language not in catalogs.languages:
        raise NoSuchWords("this language is not offered")
    return web.json_response({"texts": shell.words(catalogs, language)}, headers=HEADERS)


async def open_chat(gate: Gate, request: web.Request) -> web.Response:
    """Open an anonymous chat and return its token, which is never shown again."""
    hint = read_locale(await _body(request))
    token = secrets.token_urlsafe(TOKEN_BYTES)
    person = pseudonym(gate.deps.keys, CHANNEL, token)
    gate.opening(request, person)
    reply = await _reply(gate, opening(person, gate.deps.clock(), hint), known=False)
    return web.json_response({"token": token, **to_reply(reply)}, headers=HEADERS)


async def resume(gate: Gate, request: web.Request) -> web.Response:
    """Return the open question again, for a page that was reloaded."""
    person = _person(gate, request)
    gate.calling(request, person)
    turn = reopening(person, gate.deps.clock(), f"resume:{secrets.token_hex(8)}")
    async with asyncio.timeout(TURN_SECONDS):
        chat = await _known(gate, turn)
    reply = chat.last or await _reply(gate, turn)
    return web.json_response(to_reply(reply), headers=HEADERS)


async def take_turn(gate: Gate, request: web.Request) -> web.Response:
    """Take one turn and return its reply, the same one for the same key."""
    person = _person(gate, request)
    sent = read_sent(await _body(request))
    turn = to_turn(sent, person, gate.deps.clock())
    await gate.turn(request, turn)
    reply = await _reply(gate, turn)
    await gate.taken(request, turn)
    response = web.json_response(to_reply(reply), headers=HEADERS)
    if reply.wipe:
        # The browser forgets, but hides this header from the page, which has to empty itself
        # before it shows the reply: so it gets a header of its own.
        response.headers["Clear-Site-Data"] = WIPE
        response.headers["Chat-Ended"] = "1"
    return response


async def follow(gate: Gate, request: web.Request) -> web.StreamResponse:
    """Stream what comes later."""
    person = _person(gate, request)
    gate.calling(request, person)
    with gate.listening(request, person) as place:
        async with asyncio.timeout(TURN_SECONDS):
            await _known(gate, opening(person, gate.deps.clock(), None))
        response = web.StreamResponse(headers={**HEADERS, "X-Accel-Buffering": "no"})
        response.content_type = "text/event-stream"
        response.headers[hdrs.CACHE_CONTROL] = "no-store, no-transform"
        parts = events.stream(gate.deps, person, events.resumed_after(request), place)
        await events.send(request, response, parts)
    return response


async def _reply(gate: Gate, turn: Turn, *, known: bool = True) -> Rendered:
    """Handle a turn; one that takes too long is rolled back, and its key may be sent again."""
    async with asyncio.timeout(TURN_SECONDS):
        if known:
            await _known(gate, turn)
        try:
            delivery = await gate.deps.dispatcher.handle(turn)
        except ChatOver:
            raise UnknownChat("no such chat") from None
    return delivery.reply


def _person(gate: Gate, request: web.Request) -> str:
    """Return the person a token would be of; whether there is one is looked up later."""
    given = BEARER.fullmatch(request.headers.get(hdrs.AUTHORIZATION, ""))
    if given is None:
        raise UnknownChat("no such chat")
    return pseudonym(gate.deps.keys, CHANNEL, given[1])


async def _known(gate: Gate, turn: Turn) -> Chat:
    """Return the chat of a turn; unknown, left and idle chats look alike."""
    async with gate.door.passing(turn):
        chat = await gate.deps.chats.find(turn.person, gate.deps.clock())
    if chat is None:
        raise UnknownChat("no such chat")
    return chat


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
