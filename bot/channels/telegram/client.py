"""The few calls of the Bot API that the channel makes, each with its time limit and retries."""

import json
import logging
from collections.abc import Awaitable, Callable, Sequence
from hashlib import sha256
from typing import Any, TypeVar

from telegram import (
    Bot,
    BotCommand,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    LinkPreviewOptions,
)

from bot.channels.telegram.inbound import CHANNEL, WANTED
from bot.channels.telegram.render import Keyboard, Piece
from bot.channels.telegram.retry import ONCE, BadToken, Patience, patiently
from bot.channels.telegram.transport import AiohttpRequest
from bot.privacy import Log

log = Log(__name__)
T = TypeVar("T")

POLL_SECONDS = 30
"""How long Telegram holds an empty poll."""
GRACE_SECONDS = 10.0
"""How much longer an answer to a poll may take on the way."""
BATCH = 100
MAX_CONNECTIONS = 40
NO_PREVIEW = LinkPreviewOptions(is_disabled=True)


class Client:
    """One bot at one Bot API server; `api_url` is the part before `/bot<token>/<method>`."""

    def __init__(self, token: str, api_url: str, patience: Patience | None = None) -> None:
        # The library logs tokens, texts and chat ids at DEBUG, whatever the handlers then do.
        logging.getLogger("telegram").setLevel(logging.CRITICAL + 1)
        if not token or any(char.isspace() or char in "/?#" for char in token):
            raise BadToken("the token does not have the form of one")
        self._polls = AiohttpRequest(connections=2)
        self._bot = Bot(
            token,
            base_url=lambda given: f"{api_url.rstrip('/')}/bot{given}",
            request=AiohttpRequest(),
            get_updates_request=self._polls,
        )
        self._patience = patience or Patience()
        self.bot_id = _bot_id(token)

    async def open(self) -> None:
        """Make ready to call; nothing is called yet."""
        await self._polls.initialize()
        await self._bot.request.initialize()

    async def close(self) -> None:
        """Close all connections."""
        await self._polls.shutdown()
        await self._bot.request.shutdown()

    async def check(self) -> None:
        """Ask who the bot is.

        Raises:
            BadToken: Telegram does not know the token.
            NotNow: Telegram does not answer.
        """
        await patiently(self._bot.get_me, self._patience)

    async def updates(self, offset: int | None, wait: int = POLL_SECONDS) -> list[Any]:
        """Return the next raw updates, none of them parsed; everything below `offset` is confirmed.

        Raises:
            BadToken, PolledElsewhere, NotNow: there are none to be had.
        """
        values = {"timeout": str(wait), "limit": str(BATCH), "allowed_updates": json.dumps(WANTED)}
        if offset is not None:
            values["offset"] = str(offset)
        url = f"{self._bot.base_url}/getUpdates"
        found = await patiently(lambda: self._polls.call(url, values, wait + GRACE_SECONDS), ONCE)
        return found if isinstance(found, list) else []

    async def send(self, chat: int, piece: Piece) -> int | None:
        """Send a message and return its number, None if the answer did not tell it.

        Raises:
            NotReached, NotNow: it was not sent, for good or for now.
        """
        sent = await self._understood(
            lambda: self._bot.send_message(
                chat,
                piece.text,
                reply_markup=_markup(piece.keyboard),
                protect_content=piece.protect,
                link_preview_options=NO_PREVIEW,
            )
        )
        return None if sent is None else sent.message_id

    async def edit(self, chat: int, message: int, piece: Piece) -> None:
        """Put another text and keyboard in the place of a message.

        Raises:
            Unchanged, Gone, NotReached, NotNow: the message is not changed.
        """
        await self._understood(
            lambda: self._bot.edit_message_text(
                piece.text,
                chat,
                message,
                reply_markup=_markup(piece.keyboard),
                link_preview_options=NO_PREVIEW,
            )
        )

    async def strip(self, chat: int, message: int) -> None:
        """Take the keyboard from a message.

        Raises:
            Unchanged, Gone, NotReached, NotNow: the message is not changed.
        """
        await self._understood(
            lambda: self._bot.edit_message_reply_markup(chat, message, reply_markup=None)
        )

    async def delete(self, chat: int, messages: Sequence[int]) -> None:
        """Delete up to a hundred messages of either side; those not found are skipped.

        Raises:
            Gone, NotReached, NotNow: not all of them could be deleted.
        """
        await patiently(lambda: self._bot.delete_messages(chat, messages), self._patience)

    async def answer(self, query: str) -> None:
        """End the little clock on a pressed button; tried once, for soon it is too late.

        Raises:
            NotReached, NotNow: it was too late, or did not arrive.
        """
        await patiently(lambda: self._bot.answer_callback_query(query), ONCE)

    async def leave(self, chat: int) -> None:
        """Leave a group or channel.

        Raises:
            NotReached, NotNow: the bot is not in it, or Telegram does not answer.
        """
        await patiently(lambda: self._bot.leave_chat(chat), self._patience)

    async def set_commands(self, commands: Sequence[tuple[str, str]], language: str | None) -> None:
        """Set the command menu (name, description) of a language (ISO 639-1), None for the rest.

        Raises:
            NotReached, NotNow: it was not set.
        """
        menu = [BotCommand(name, description) for name, description in commands]
        await patiently(
            lambda: self._bot.set_my_commands(menu, language_code=language), self._patience
        )

    async def describe(self, text: str, short: str) -> None:
        """Set what shows before a chat is opened, but only where nothing is set yet.

        Raises:
            NotReached, NotNow: it was not set.
        """
        bot, patience = self._bot, self._patience
        if not (await patiently(bot.get_my_description, patience)).description:
            await patiently(lambda: bot.set_my_description(text), patience)
        if not (await patiently(bot.get_my_short_description, patience)).short_description:
            await patiently(lambda: bot.set_my_short_description(short), patience)

    async def set_webhook(self, url: str, secret: str) -> None:
        """Let Telegram deliver updates to this address, with the secret in a header.

        Raises:
            BadToken, NotReached, NotNow: it was not set.
        """
        await patiently(
            lambda: self._bot.set_webhook(
                url,
                secret_token=secret,
                max_connections=MAX_CONNECTIONS,
                allowed_updates=WANTED,
            ),
            self._patience,
        )

    async def delete_webhook(self) -> None:
        """Let updates wait to be fetched; none is dropped.

        Raises:
            BadToken, NotReached, NotNow: a webhook may still be set.
        """
        await patiently(self._bot.delete_webhook, self._patience)

    async def _understood(self, call: Callable[[], Awaitable[T]]) -> T | None:
        """Return the result, None if it was given but cannot be read by the library.

        Other Bot API servers leave fields out.  What they did is done; done again, it would be
        shown again and again.
        """
        try:
            return await patiently(call, self._patience)
        except (AttributeError, LookupError, TypeError, ValueError) as error:
            log.warning("answer-not-understood", error, channel=CHANNEL)
            return None


def _markup(keyboard: Keyboard) -> InlineKeyboardMarkup | None:
    if not keyboard:
        return None
    return InlineKeyboardMarkup(
        [
            [InlineKeyboardButton(button.label, callback_data=button.id) for button in row]
            for row in keyboard
        ]
    )


def _bot_id(token: str) -> str:
    """Return the number that stands before the colon; an emulator's token may have another form."""
    number = token.partition(":")[0]
    digits = number.isascii() and number.isdigit()
    return number if digits else sha256(token.encode()).hexdigest()[:16]
