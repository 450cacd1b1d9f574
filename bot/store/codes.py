"""A code is shown once: a reply that the page fetches again soon loses it.

What is kept of a code is a slow hash; a reply that held it for longer would be the code itself.
`leased_until` of such a reply tells until when it may show it.
"""

from dataclasses import replace
from datetime import timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.conversation import Rendered, RenderedMessage
from bot.privacy import BrokenSeal, Seals
from bot.referrals import spaced_code
from bot.store.tables import replies
from bot.store.turnlog import the_day

CODE_SHOWN = timedelta(minutes=2)
"""How long a reply that is fetched shows its code again, unless the person goes on before."""


async def hide_codes(
    connection: AsyncConnection, sealer: Seals, whose: ColumnElement[bool]
) -> None:
    """Take the code out of the replies that are fetched and still hold one."""
    fetched = (
        select(replies)
        .where(whose, ~replies.c.pushes, replies.c.leased_until.is_not(None))
        .with_for_update(skip_locked=True)
    )
    await _hide(connection, sealer, fetched, leased_until=None, at=the_day())


async def hide_code(connection: AsyncConnection, sealer: Seals, reply: int) -> None:
    """Take the code out of one reply, unless it is emptied already."""
    full = (
        select(replies)
        .where(replies.c.id == reply, replies.c.body_sealed.is_not(None))
        .with_for_update()
    )
    await _hide(connection, sealer, full)


def without_code(reply: Rendered) -> Rendered:
    """Return the reply with dots in the place of a code, and a line that says why."""
    return replace(reply, messages=tuple(_hidden(one, reply.once) for one in reply.messages))


async def _hide(
    connection: AsyncConnection, sealer: Seals, which: Select[Any], **columns: object
) -> None:
    """Take the code out of some replies, and set these columns with it."""
    for row in (await connection.execute(which)).all():
        hidden = _hidden_body(sealer, row.person, row.body_sealed)
        await connection.execute(
            update(replies).where(replies.c.id == row.id).values(body_sealed=hidden, **columns)
        )


def _hidden_body(sealer: Seals, person: str, body: bytes | None) -> bytes | None:
    """Return a stored reply without its code; one whose key is gone holds no code any more."""
    if body is None:
        return None
    try:
        stored = Rendered.from_json(sealer.open_json(body, "reply", person))
    except BrokenSeal:
        return None
    return sealer.seal_json(without_code(stored).to_json(), "reply", person)


def _hidden(message: RenderedMessage, once: str) -> RenderedMessage:
    if message.code is None:
        return message
    text = message.text
    for shown in (spaced_code(message.code), message.code):
        text = text.replace(shown, "".join("•" if one.isdigit() else one for one in shown))
    return replace(message, text=f"{text}\n\n{once}".rstrip(), code=None)
