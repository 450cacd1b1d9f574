"""What referrals need from a store; `bot/store/referrals.py` keeps these promises."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Protocol

from bot.audit import By
from bot.referrals.answering import AnsweringStore
from bot.referrals.codes import NewCode
from bot.referrals.consent import ConsentStore
from bot.referrals.contact import Allowed, Kept
from bot.referrals.model import (
    Address,
    Author,
    CaseMessage,
    Event,
    Lifting,
    Particulars,
    Referral,
    Request,
)
from bot.referrals.routing import Staffed
from bot.referrals.rungs import Stand
from bot.referrals.wishes import Wishes
from bot.staff import OfficeKeys


class ContactStore(Protocol):
    """Where people can be written to, inside the transaction of the caller."""

    async def link(self, referral: Referral, to: Address, at: datetime) -> None:
        """Let a line come to this chat in its hours, from a fresh yes on."""

    async def allowed(self, referral: Referral, person: str | None = None) -> Allowed | None:
        """Return what is allowed; with a person, only where it is their chat."""

    async def unread(self, referral: Referral) -> bool:
        """Tell whether something new waits that was not opened in the chat or with the code."""

    async def confirm(self, referral: Referral, to: Address) -> None:
        """Allow the next line, in the hours chosen before."""

    async def decline(self, referral: Referral, person: str) -> None:
        """Allow no line any more; with no code the chat stays the one way to read an answer."""

    async def forget(self, referral: Referral) -> None:
        """Remove where the person can be written to, and a line that is not sent yet."""

    async def forget_person(self, person: str) -> None:
        """Remove every contact of a chat."""

    async def stop_checks(self, person: str) -> tuple[tuple[str, bytes], ...]:
        """Return number and stop word's check of every request whose answers come to this chat."""

    async def stop(self, subject: str, at: datetime) -> None:
        """Mark a request 'do not contact', and tell its office; as slow where there is none."""

    async def lift(self, referral: Referral, officer: str, at: datetime, why: Lifting) -> None:
        """Let the code open the request again; nothing comes unasked before a new yes.

        The audit of the office that has it says why.
        """


class ReferralStore(Protocol):
    """Referrals inside the transaction of the caller."""

    @property
    def contacts(self) -> ContactStore:
        """Where people can be written to."""

    @property
    def consents(self) -> ConsentStore:
        """What people said yes and no to."""

    @property
    def answering(self) -> AnsweringStore:
        """The counters of answers, and of whether they helped."""

    async def onboarded(self) -> frozenset[str]:
        """Return the ids of the offices that have an officer and a key."""

    async def staffed(self, at: datetime) -> Mapping[str, Staffed]:
        """Return the onboarded offices with what they said of themselves."""

    async def insert(
        self, referral: Referral, request: Request, code: NewCode | None, desks: Sequence[str]
    ) -> bool:
        """Seal and keep a new referral with its first event; False if the reference is taken.

        Raises:
            NobodyToSealTo: none of the desks has a key, and there is none of the set-up.
        """

    async def by_reference(self, reference: str, *, hold: bool = False) -> Referral | None:
        """Return the referral, or None; held, nobody else moves it before this commits."""

    async def check_of(self, reference: str) -> bytes | None:
        """Return what is stored of the code; None where there is no such number or no code."""

    async def kept(self, reference: str) -> Kept:
        """Return what is stored of code and stop word; nothing where there is no such number."""

    async def particulars(
        self, referral: Referral, keys: OfficeKeys, by: By | None = None
    ) -> Particulars:
        """Return what was sealed; the audit says by whom it was opened.

        Raises:
            NotOpenable: none of the keys opens it.
        """

    async def move(
        self, referral: Referral, event: Event, stand: Stand | None = None
    ) -> Referral | None:
        """Apply an event to a referral that is still as given; None if somebody was faster.

        `stand` says where it is then and when the clock looks at it; without one it does not.
        """

    async def place(self, referral: Referral, stand: Stand, at: datetime) -> Referral:
        """Keep where a referral of this transaction stands, with no event: it waits as before."""

    async def wishes(self, referral: Referral) -> Wishes:
        """Return what the person wishes about who reads it."""

    async def is_woman(self, officer: str) -> bool:
        """Tell whether an officer's profile says that she is a woman."""

    async def confirmed(self, referral: Referral, by: By, what: str) -> None:
        """Note in the audit what an officer said about the wishes of the person."""

    async def alert(
        self,
        referral: Referral,
        step: str,
        *,
        offer: str | None = None,
        at: datetime | None = None,
    ) -> None:
        """Put a line before the office that has it, or before the partner of an offer.

        Once the transaction is committed, and not before `at` (aware UTC).
        """

    async def write(
        self, referral: Referral, text: str, at: datetime, author: Author = Author.PERSON
    ) -> None:
        """Add a message of the person, or of a partner, sealed to the desks that have it."""

    async def answer(self, referral: Referral, text: str, at: datetime, keys: OfficeKeys) -> None:
        """Add a message of the office, sealed for the office and for the person.

        Raises:
            NotOpenable: none of the keys opens the request.
        """

    async def messages(
        self, referral: Referral, keys: OfficeKeys | None, by: By | None = None
    ) -> tuple[CaseMessage, ...]:
        """Return the messages of the case, oldest first; without keys their texts are empty.

        With keys the audit says by whom they were read.

        Raises:
            NotOpenable: none of the keys opens it.
        """

    async def answers(self, referral: Referral, reader: bytes | None) -> tuple[CaseMessage, ...]:
        """Return the messages as the person may read them: their own without text.

        Without the reader's private key only answers that wait for a person without a code.
        """

    async def events(self, referral: Referral) -> tuple[Event, ...]:
        """Return what happened, oldest first."""

    async def linked(self, person: str, *, unread: bool = False) -> tuple[Referral, ...]:
        """Return the referrals whose answers come to this chat, newest first."""

    async def read(self, referral: Referral) -> None:
        """Note that the person has seen what was new.

        Copies that waited for a person without a code go, and so does the link of an ended one.
        """

    async def erase(self, referral: Referral, by: By | None = None) -> None:
        """Remove the referral and all that hangs on it; no row stays."""

    async def failures(self, person: str, at: datetime) -> int:
        """Return how many wrong codes this chat sent in the day up to its last; 0 after a day."""

    async def failed(self, person: str, at: datetime) -> None:
        """Count a wrong code of this chat."""
