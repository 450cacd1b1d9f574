"""The core: a turn comes in, a reply goes out, and no channel, page or table is known here."""

from bot.conversation.channel import Capabilities, Channel, Clears, NotNow, NotReached
from bot.conversation.dispatch import ChatOver, Dispatcher, Parts
from bot.conversation.door import Door, is_code
from bot.conversation.leaving import COMMANDS as EXIT_COMMANDS
from bot.conversation.leaving import typed_exits
from bot.conversation.pick import Handler, Handlers, listed
from bot.conversation.ports import (
    OWN,
    Chat,
    Delivery,
    MessageIds,
    Outbox,
    SetAside,
    Shown,
    Unit,
    Units,
    Wipe,
)
from bot.conversation.rendered import Button, Rendered, RenderedMessage
from bot.conversation.reply import (
    Choice,
    Message,
    PlaceCard,
    Reply,
    Rows,
    again,
    ask,
    message,
    row,
    tell,
)
from bot.conversation.sender import Sender
from bot.conversation.session import Session
from bot.conversation.tools import Knowledge, Outside, Slow, Tools
from bot.conversation.turn import Turn, Unreadable

__all__ = [
    "EXIT_COMMANDS",
    "OWN",
    "Button",
    "Capabilities",
    "Channel",
    "Chat",
    "ChatOver",
    "Choice",
    "Clears",
    "Delivery",
    "Dispatcher",
    "Door",
    "Handler",
    "Handlers",
    "Knowledge",
    "Message",
    "MessageIds",
    "NotNow",
    "NotReached",
    "Outbox",
    "Outside",
    "Parts",
    "PlaceCard",
    "Rendered",
    "RenderedMessage",
    "Reply",
    "Rows",
    "Sender",
    "Session",
    "SetAside",
    "Shown",
    "Slow",
    "Tools",
    "Turn",
    "Unit",
    "Units",
    "Unreadable",
    "Wipe",
    "again",
    "ask",
    "is_code",
    "listed",
    "message",
    "row",
    "tell",
    "typed_exits",
]
