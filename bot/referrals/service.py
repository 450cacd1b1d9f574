"""Open, claim, answer, close and withdraw a referral: the rules over one transaction.

Consent is a hard gate here, not only in the dialogue.  Moves are compared and set in the store:
of two officers who press at once, one wins and the other is told.
"""

import uuid
from dataclasses import dataclass, replace
from datetime import datetime

from bot.audit import By
from bot.directory import Directory
from bot.referrals.codes import NewCode, new_reference
from bot.referrals.contact import Judged
from bot.referrals.errors import ConsentMissing, TakenByAnother, UnknownReferral
from bot.referrals.model import (
    Address,
    CaseMessage,
    Category,
    Event,
    Particulars,
    Receipt,
    Referral,
    Request,
)
from bot.referrals.ports import ReferralStore
from bot.referrals.routing import desks, receiver
from bot.referrals.sla import due
from bot.referrals.states import ENDED, Action, Outcome, State, after
from bot.staff import OfficeKeys

TRIES_A_DAY = 5


@dataclass(frozen=True, slots=True)
class Case:
    """A referral with all that has happened to it, as its two sides may see it."""

    referral: Referral
    events: tuple[Event, ...]
    messages: tuple[CaseMessage, ...]


@dataclass(frozen=True, slots=True)
class Referrals:
    """The referrals, bound to a transaction and to the moment it runs in (aware UTC)."""

    store: ReferralStore
    directory: Directory
    now: datetime

    async def receiver(self, category: Category, particulars: Particulars) -> str:
        """Return the id of the office that would get such a request now."""
        onboarded = await self.store.onboarded()
        return receiver(
            self.directory, onboarded, category, particulars.country, particulars.town, self.now
        )

    async def open(self, request: Request, office: str, code: NewCode | None) -> Receipt:
        """Create a referral for the office the person said yes to, and return its receipt.

        Raises:
            ConsentMissing: the person did not say yes to this office.
        """
        if not request.consent.office:
            raise ConsentMissing("no consent to the office")
        referral = Referral(
            id=str(uuid.uuid4()),
            reference=new_reference(),
            office=office,
            category=request.category,
            urgency=request.urgency,
            language=request.language,
            state=State.WAITING,
            consent=request.consent,
            created=self.now,
            due=due(request.category, request.urgency, self.now),
        )
        to = desks(self.directory, office, request.category)
        while not await self.store.insert(referral, request, code, to):
            referral = replace(referral, reference=new_reference())
        return Receipt(referral.reference, code.code if code else None, office)

    async def case(
        self, referral: Referral, keys: OfficeKeys | None = None, officer: str | None = None
    ) -> Case:
        """Return the referral with its events and messages; without keys the texts are empty.

        With keys the audit says which officer read them.

        Raises:
            NotOpenable: none of the keys opens it.
        """
        events = await self.store.events(referral)
        messages = await self.store.messages(referral, keys, By(officer, self.now))
        return Case(referral, events, messages)

    async def visible_to(self, offices: frozenset[str], reference: str) -> Referral:
        """Return a referral of these offices.

        Raises:
            UnknownReferral: there is none; a foreign one looks the same.
        """
        referral = await self.store.by_reference(reference)
        if referral is None or referral.office not in offices:
            raise UnknownReferral("no such referral")
        return referral

    async def claim(self, referral: Referral, officer: str) -> Referral:
        """Take a waiting referral; taking one's own again changes nothing.

        Raises:
            MoveRefused: it is not waiting.
            TakenByAnother: somebody else was faster.
        """
        if referral.state is State.CLAIMED and referral.claimed_by == officer:
            return referral
        return await self._move(referral, Action.CLAIM, officer)

    async def release(self, referral: Referral, officer: str) -> Referral:
        """Give a referral back to the queue.

        Raises:
            MoveRefused: it is not in hand.
            TakenByAnother: it is somebody else's.
        """
        self._own(referral, officer)
        return await self._move(referral, Action.RELEASE, officer)

    async def take_back(self, referral: Referral, officer: str) -> Referral:
        """Let what a colleague has in hand wait again; events and audit name who did it.

        Raises:
            MoveRefused: it is not in hand.
            TakenByAnother: meanwhile it is somebody else's.
        """
        return await self._move(referral, Action.RELEASE, officer)

    async def answer(
        self, referral: Referral, officer: str, text: str, keys: OfficeKeys
    ) -> Referral:
        """Write to the person; they read it with number and code.

        Raises:
            NotOpenable: none of the keys opens the request.
            MoveRefused: it is not in hand.
            TakenByAnother: it is somebody else's.
        """
        self._own(referral, officer)
        moved = await self._move(referral, Action.ANSWER, officer)
        await self.store.answer(moved, text, self.now, keys)
        return moved

    async def close(self, referral: Referral, officer: str, outcome: Outcome) -> Referral:
        """End a referral with what became of it.

        Raises:
            MoveRefused: it cannot be closed from where it stands.
            TakenByAnother: it is somebody else's.
        """
        self._own(referral, officer)
        return await self._move(referral, Action.CLOSE, officer, outcome)

    async def answer_here(self, referral: Referral, to: Address) -> None:
        """Let answers come to this chat from now on, as the person who holds the code asks.

        Raises:
            UnknownReferral: it was ended or erased at this moment.
        """
        await self.store.contacts.link(await self._open(referral), to, self.now)

    async def write_back(self, referral: Referral, text: str) -> None:
        """Add what the person writes to their own request.

        Raises:
            UnknownReferral: it was ended or erased at this moment.
        """
        await self.store.write(await self._open(referral), text, self.now)

    async def refuse(self, asker: str, found: Judged, referral: Referral | None) -> None:
        """Count a code that opened nothing; a stop word marks its request, all else nobody's.

        The same is done whatever it was, so that the clock tells nothing.
        """
        subject = str(uuid.uuid4())
        if found.stops and referral is not None and not referral.do_not_contact:
            subject = referral.id
        await self.store.contacts.stop(subject, self.now)
        await self.store.failed(asker, self.now)

    async def withdraw(self, referral: Referral) -> State | None:
        """Take back a request, and return the state that it has then; None where it is erased.

        One that nobody has, or that is closed, is erased; one in hand is marked, its address gone.
        What was taken back before stays as it is: its words go when its time is over.
        """
        held = await self.store.by_reference(referral.reference, hold=True)
        if held is None:
            return None
        if held.state in (State.WAITING, State.CLOSED):
            await self.store.erase(held)
            return None
        if held.state is not State.WITHDRAWN:
            held = await self._move(held, Action.WITHDRAW, None)
        await self.store.contacts.forget(held)
        return held.state

    async def _open(self, referral: Referral) -> Referral:
        """Return it held and as it is now: nothing may come to what is being erased."""
        held = await self.store.by_reference(referral.reference, hold=True)
        if held is None or held.id != referral.id or held.state in ENDED:
            raise UnknownReferral("no longer open")
        return held

    async def _move(
        self,
        referral: Referral,
        action: Action,
        officer: str | None,
        outcome: Outcome | None = None,
    ) -> Referral:
        state = after(referral.state, action)
        moved = await self.store.move(referral, Event(self.now, action, state, officer, outcome))
        if moved is None:
            raise TakenByAnother("the referral has changed meanwhile")
        return moved

    def _own(self, referral: Referral, officer: str) -> None:
        if referral.claimed_by is not None and referral.claimed_by != officer:
            raise TakenByAnother("another officer has it")
