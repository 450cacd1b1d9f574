"""Joins the parts of the channel to what handles turns and sends replies."""

from collections.abc import Awaitable, Callable

from bot.channels.telegram.deliver import Telegram
from bot.channels.telegram.inbound import Reader
from bot.channels.telegram.intake import Intake
from bot.channels.telegram.manners import Manners
from bot.conversation import Delivery, SetAside, Turn
from bot.privacy import Keys


def intake(
    telegram: Telegram,
    manners: Manners,
    handle: Callable[[Turn], Awaitable[Delivery]],
    send: Callable[[Delivery], Awaitable[None]],
    aside: SetAside,
    keys: Keys,
) -> Intake:
    """Return what takes updates in, for a `Poller` or a `Hook`."""
    return Intake(
        reader=Reader(telegram.client.bot_id, keys),
        handle=handle,
        send=send,
        ids=telegram.screens,
        answer=telegram.answer,
        leave=manners.leave,
        aside=aside,
        clock=telegram.clock,
    )
