"""What the bot shows of itself: dull commands, a dull description, a quick farewell to groups.

All of this is seen by whoever looks over a shoulder, before any chat is opened.
"""

from collections import OrderedDict
from dataclasses import dataclass, field

from bot.channels.telegram.client import Client
from bot.channels.telegram.inbound import CHANNEL, Group
from bot.channels.telegram.render import Piece
from bot.conversation import NotNow
from bot.errors import Refused
from bot.i18n import SOURCE, Catalogs, say
from bot.privacy import Log

log = Log(__name__)

COMMANDS = (
    ("start", say("Menu")),
    ("lang", say("Language")),
    ("info", say("Topics")),
    ("office", say("Places and numbers")),
    ("number", say("My number")),
    ("clear", say("Clear the chat")),
)
SHORT = say("Information, free of charge.")
LONG = say("Information about travel, papers, work and services. Free. No name needed.")
FAREWELL = say("I only answer in private chats, so I leave this group.")
GROUPS = 1_000


@dataclass(frozen=True, slots=True)
class Manners:
    """How the bot behaves where no conversation is held."""

    client: Client
    catalogs: Catalogs
    _left: OrderedDict[int, None] = field(default_factory=OrderedDict)

    async def introduce(self) -> None:
        """Set commands in every offered language that Telegram knows, and a missing description.

        What cannot be set is logged and left; nobody is kept waiting for it.
        """
        try:
            await self.client.set_commands(self._commands(SOURCE), None)
            for language in self.catalogs.languages:
                if len(language) == 2:  # ISO 639-1 is all that Telegram takes
                    await self.client.set_commands(self._commands(language), language)
            render = self.catalogs.render
            await self.client.describe(render(LONG, SOURCE), render(SHORT, SOURCE))
        except (Refused, NotNow) as error:
            log.warning("commands-not-set", error, channel=CHANNEL)

    async def leave(self, group: Group) -> None:
        """Leave a group or channel, with one sentence the first time."""
        try:
            if group.chat not in self._left:
                self._left[group.chat] = None
                if len(self._left) > GROUPS:
                    self._left.popitem(last=False)
                text = self.catalogs.render(FAREWELL, self.catalogs.pick(group.hint))
                await self.client.send(group.chat, Piece(text))
        except Refused:
            log.info("group-takes-no-farewell", channel=CHANNEL)
        try:
            await self.client.leave(group.chat)
        except Refused:
            log.info("group-left-before", channel=CHANNEL)

    def _commands(self, language: str) -> list[tuple[str, str]]:
        return [(name, self.catalogs.render(line, language)) for name, line in COMMANDS]
