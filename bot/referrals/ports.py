"""What referrals need from a store; `bot/store/referrals.py` keeps these promises."""

from datetime import datetime
from typing import Protocol

from bot.referrals.model import (
    Address,
    Author,
    CaseMessage,
    Event,
    Particulars,
    Referral,
    Request,
)


class ReferralStore(Protocol):
    """Referrals inside the transaction of the caller."""

    async def onboarded(self) -> frozenset[str]:
        """Return the ids of the offices that have an officer."""

    async def insert(self, referral: Referral, request: Request, code_hash: str | None) -> bool:
        """Keep a new referral, its first event and its notice; False if the reference is taken."""

    async def by_reference(self, reference: str) -> Referral | None:
        """Return the referral, or None."""

    async def code_hash(self, reference: str) -> str | None:
        """Return the stored hash of the code; None where there is no such number or no code."""

    async def particulars(self, referral: Referral) -> Particulars:
        """Return what is encrypted, opened."""

    async def move(self, referral: Referral, event: Event) -> Referral | None:
        """Apply an event to a referral that is still as given; None if somebody was faster."""

    async def write(self, referral: Referral, author: Author, text: str, at: datetime) -> None:
        """Add a message to the case."""

    async def messages(self, referral: Referral) -> tuple[CaseMessage, ...]:
        """Return the messages of the case, oldest first."""

    async def events(self, referral: Referral) -> tuple[Event, ...]:
        """Return what happened, oldest first."""

    async def linked(self, person: str, *, unread: bool = False) -> tuple[Referral, ...]:
        """Return the referrals whose answers come to this chat, newest first."""

    async def link(self, referral: Referral, to: Address) -> None:
        """Let answers come to this chat from now on."""

    async def read(self, referral: Referral) -> None:
        """Note that the person has seen what was new; the link of an ended referral goes."""

    async def erase(self, referral: Referral) -> None:
        """Remove the referral and all that hangs on it; no row stays."""

    async def forget_address(self, referral: Referral) -> None:
        """Remove where the person can be written to."""

    async def failures(self, person: str, at: datetime) -> int:
        """Return how many wrong codes this chat sent in the last 24 hours."""

    async def failed(self, person: str, at: datetime) -> None:
        """Count a wrong code of this chat."""
