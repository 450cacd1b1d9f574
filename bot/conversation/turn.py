"""What comes in: one thing a person did, whichever channel it came through."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from bot.directory import Point


class Unreadable(StrEnum):
    """What a person may send that is not opened, only answered kindly."""

    MEDIA = "media"
    CONTACT = "contact"
    EDIT = "edit"
    TOO_LONG = "too-long"
    BLOCKED = "blocked"


@dataclass(frozen=True, slots=True)
class Turn:
    """One thing a person did.

    `key` is unique on the channel: the same key again gets the stored reply and has no second
    effect.  `address` is where the channel answers; it is never stored in clear.  `number` orders
    the turns of one person where several wait.
    """

    key: str
    channel: str
    person: str
    at: datetime
    text: str | None = field(default=None, repr=False)
    choice: str | None = None
    point: Point | None = field(default=None, repr=False)
    unreadable: Unreadable | None = None
    hint: str | None = None
    address: str | None = field(default=None, repr=False)
    number: int = 0
    unasked: bool = False
    """Whether the office's side made it: its reply comes to the person without their asking."""
    about: str | None = None
    """The request that an unasked turn is about; what its person allowed is asked by it."""
    pressed: str | None = None
    """The channel's own id of the message whose button was pressed."""
    begun: bool = False
    """Whether the chat must be there: what is on its way when somebody leaves begins none."""
