"""What the tasks work with, and what they need from a store."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from bot.clock import Clock
from bot.conversation import Dispatcher, Sender, Wipe
from bot.referrals import Told


class JobStore(Protocol):
    """What the tasks read and write; each call is a transaction of its own."""

    async def told_of(self, event: int) -> Told | None:
        """Return whom to tell of an event; None where nobody wants to be told any more."""

    async def drop_address(self, referral: str) -> None:
        """Forget where to write once the last line has gone out; the news can still be read."""

    async def wipe(self, wipe: int, at: datetime) -> Wipe | None:
        """Return what is still to be deleted of a chat that was left; None where it is done."""

    async def wiped(self, wipe: int, messages: Sequence[int]) -> None:
        """Forget the numbers of messages that are gone."""

    async def end_wipe(self, wipe: int) -> None:
        """Forget where the chat was."""

    async def alert(self, referral: str, step: str, at: datetime, offer: str | None = None) -> None:
        """Put a line before the officers of the office that has it; the same step alerts once.

        With an offer it stands before the partner that this was made to.
        """


@dataclass(frozen=True, slots=True)
class Jobs:
    """What the tasks work with."""

    store: JobStore
    dispatcher: Dispatcher
    sender: Sender
    clock: Clock
