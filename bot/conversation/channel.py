"""What an adapter must offer, and what it may say went wrong.  Adding a channel is one folder."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol, runtime_checkable

from bot.conversation.ports import Delivery
from bot.errors import Refused, Unavailable


class NotReached(Refused):
    """The channel will never take this message: blocked, deleted, or no such chat."""


class NotNow(Unavailable):
    """The channel does not take messages now; `after` seconds from now it may."""

    def __init__(self, after: float = 1.0) -> None:
        super().__init__("the channel does not answer")
        self.after = after


@dataclass(frozen=True, slots=True)
class Capabilities:
    """What a channel can do: `pushes` sends replies itself, `edits` and `deletes` what it sent."""

    pushes: bool
    edits: bool
    deletes: bool


@runtime_checkable
class Clears(Protocol):
    """A channel that can delete what stands in a chat, long after it was left."""

    async def clear(self, address: str, messages: Sequence[int]) -> tuple[int, ...]:
        """Delete messages of both sides and return those that are gone.

        Raises:
            NotReached: none of them can ever be deleted.
            NotNow: they may be deleted later.
        """


class Channel(Protocol):
    """A way a person reaches the bot."""

    @property
    def name(self) -> str:
        """What turns and replies of this channel name it by."""

    @property
    def capabilities(self) -> Capabilities:
        """What it can do."""

    async def deliver(self, delivery: Delivery) -> None:
        """Send a committed reply; doing so twice may show it twice.

        Raises:
            NotReached: it can never be delivered.
            NotNow: it may be delivered later.
        """
