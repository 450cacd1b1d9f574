"""Open, claim, answer, close and withdraw a referral: the rules over one transaction.

Consent is a hard gate here, not only in the dialogue.  Moves are compared and set in the store:
of two officers who press at once, one wins and the other is told.
"""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime

from bot.audit import By
from bot.directory import Directory
from bot.referrals.codes import NewCode, new_reference
from bot.referrals.consent import (
    Purpose,
    Recipient,
    Shared,
    gate,
    later,
    may_share,
)
from bot.referrals.contact import Judged
from bot.referrals.errors import ConsentMissing, TakenByAnother, UnknownReferral
from bot.referrals.model import (
    Address,
    CaseMessage,
    Event,
    Receipt,
    Referral,
    Request,
)
from bot.referrals.ports import ReferralStore
from bot.referrals.routing import (
    Crews,
    Need,
    Receiver,
    desks,
    ladder,
    need_of,
    receiver,
)
from bot.referrals.rungs import Stand
from bot.referrals.sla import due, first, pace
from bot.referrals.stands import Stands
from bot.referrals.states import ENDED, MOVES, Action, Declined, Outcome, State, after
from bot.referrals.taking import CONFIRMED, confirms
from bot.staff import OfficeKeys

TRIES_A_DAY = 5

BY_CLOCK: Mapping[State, Action] = {
    State.WAITING: Action.CLIMB,
    State.CLAIMED: Action.LAPSE,
    State.OFFERED: Action.EXPIRE,
}
"""What the clock does to a request whose time is over."""
STEPS: Mapping[State, str] = {State.CLAIMED: "lapsed", State.OFFERED: "expired"}
"""What the clock did, where that is not the rung a request came to."""
BACK = frozenset(action for (_, action), state in MOVES.items() if state is State.WAITING)
WATCHED = BACK | {Action.CLAIM, Action.OFFER}
"""After any other action the clock has nothing to look at."""
WITH_PARTNER = frozenset({State.OFFERED, State.ACCEPTED})


@dataclass(frozen=True, slots=True)
class Step:
    """What the clock did: from which office to which, and what it is called."""

    reference: str
    from_office: str
    to_office: str
    step: str


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

    @property
    def stands(self) -> Stands:
        """Where requests stand on their ladders."""
        return Stands(self.store, self.directory, self.now)

    async def crews(self) -> Crews:
        """Return the onboarded offices with who works there, and when."""
        return await self.stands.crews()

    async def receiver(self, need: Need) -> Receiver:
        """Return the office that would get such a request now, and what it cannot meet."""
        return receiver(self.directory, await self.crews(), need, self.now)

    async def open(self, request: Request, office: str, code: NewCode | None) -> Receipt:
        """Create a referral for the office the person said yes to, and return its receipt.

        Raises:
            ConsentMissing: the person did not say yes to this office.
        """
        if not request.consent.office:
            raise ConsentMissing("no consent to the office")
        rungs = ladder(self.directory, await self.crews(), office, need_of(request))
        soon = pace(request.category, request.urgency, young=request.young)
        stand = first(soon, rungs, self.now)
        referral = Referral(
            id=str(uuid.uuid4()),
            reference=new_reference(),
            office=stand.office,
            category=request.category,
            urgency=request.urgency,
            language=request.language,
            state=State.WAITING,
            consent=request.consent,
            created=self.now,
            due=due(soon, rungs[stand.rung], self.now),
            pace=soon,
            rung=stand.rung,
            since=stand.since,
            wakes=stand.wakes,
        )
        to = desks(self.directory, office, request.category, request.wishes)
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

    async def claim(
        self, referral: Referral, officer: str, *, not_community: bool = False
    ) -> Referral:
        """Take a waiting referral; taking one's own again changes nothing.

        `not_community`: the officer says not to be of the person's community, if that is wished.

        Raises:
            MoveRefused: it is not waiting.
            TakenByAnother: somebody else was faster.
            WomanWished, CommunityUnconfirmed: the person wishes that somebody else takes it.
        """
        if referral.state is State.CLAIMED and referral.claimed_by == officer:
            return referral
        after(referral.state, Action.CLAIM)
        said = await confirms(self.store, referral, officer, not_community=not_community)
        taken = await self._move(referral, Action.CLAIM, officer)
        if said:
            await self.store.confirmed(taken, By(officer, self.now), CONFIRMED)
        return taken

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

    async def move(
        self,
        referral: Referral,
        action: Action,
        by: By,
        why: Declined | None = None,
        until: date | None = None,
        stand: Stand | None = None,
    ) -> Referral:
        """Do to a referral what is between office and partner, or between two offices.

        Raises:
            MoveRefused: it is not possible from where it stands.
            TakenByAnother: meanwhile it has changed.
        """
        event = Event(by.at, action, after(referral.state, action), by.officer, None, why, until)
        if stand is None and action in WATCHED:
            stand = await self.stands.after(referral, action, by.at)
        moved = await self.store.move(referral, event, stand)
        if moved is None:
            raise TakenByAnother("the referral has changed meanwhile")
        return moved

    async def close(self, referral: Referral, officer: str, outcome: Outcome) -> Referral:
        """End a referral with what became of it.

        Raises:
            MoveRefused: it cannot be closed from where it stands.
            TakenByAnother: it is somebody else's.
        """
        self._own(referral, officer)
        return await self._move(referral, Action.CLOSE, officer, outcome)

    async def may_pass(self, referral: Referral, recipient: str | Recipient) -> None:
        """Let through what a recorded yes or a confirmed danger to life covers; ask before passing.

        Raises:
            ConsentMissing: nothing covers this office (its id) or partner.
            SupervisorMissing: it is about somebody under 18, and no supervisor agreed.
        """
        gate(await self.store.consents.record(referral), referral, recipient, self.now)

    async def answered(
        self, referral: Referral, purpose: Purpose, *, given: bool, language: str
    ) -> Shared:
        """Record a later yes or no of the person who holds the code; the office is told of it.

        With the yes to partners goes what one has of it, but for what danger to life gave it.

        Raises:
            UnknownReferral: it was ended or erased at this moment.
            ConsentMissing: no partner can be asked for here.
        """
        held = await self._open(referral)
        answers = (await self.store.consents.record(held)).answers
        answer = later(answers, purpose, given=given, language=language, at=self.now)
        if purpose is Purpose.PARTNER:
            if given and not may_share(held.category, answer.whose):
                raise ConsentMissing("no partner can be asked for")
            step = "share-yes" if given else "share-no"
            await self.store.alert(held, f"{step}@{self.now:%Y%m%d%H%M%S}")
        await self.store.consents.add(held, (answer,))
        if purpose is not Purpose.PARTNER or given or held.state not in WITH_PARTNER:
            return Shared.NOWHERE
        if await self.store.consents.in_danger(held):
            return Shared.KEPT
        await self._move(held, Action.UNSHARE, None)
        return Shared.BACK

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

    async def late(self, referral: Referral, at: datetime) -> Step | None:
        """Do what the clock has to do with a request whose time is over at `at`; told as a step.

        What is stored of it happened now; where it stands then is counted from `at`.  None where
        somebody has it in hand whose time, counted with the hours of their office, goes on.
        """
        if referral.state is State.CLAIMED:
            held = await self.stands.held(referral, referral.stand.since)
            if held.wakes > at:
                await self.store.place(referral, held, self.now)
                return None
        stand = await self.stands.after(referral, BY_CLOCK[referral.state], at)
        if referral.state is State.WAITING and stand.rung is referral.rung:
            moved = await self.store.place(referral, stand, self.now)
            step = "again"
        else:
            moved = await self._set(referral, BY_CLOCK[referral.state], None, stand=stand)
            step = STEPS.get(referral.state, moved.rung)
        await self.store.alert(moved, f"{step}@{self.now:%Y%m%d%H%M%S}")
        return Step(referral.reference, referral.office, moved.office, step)

    async def recount(self, referral: Referral) -> None:
        """Count anew what was counted by a clock that ran ahead; nothing else happens to it."""
        await self.store.place(referral, await self.stands.recounted(referral), self.now)

    async def _move(
        self,
        referral: Referral,
        action: Action,
        officer: str | None,
        outcome: Outcome | None = None,
    ) -> Referral:
        stand = await self.stands.after(referral, action, self.now) if action in WATCHED else None
        return await self._set(referral, action, officer, outcome, stand)

    async def _set(
        self,
        referral: Referral,
        action: Action,
        officer: str | None,
        outcome: Outcome | None = None,
        stand: Stand | None = None,
    ) -> Referral:
        event = Event(self.now, action, after(referral.state, action), officer, outcome)
        moved = await self.store.move(referral, event, stand)
        if moved is None:
            raise TakenByAnother("the referral has changed meanwhile")
        return moved

    def _own(self, referral: Referral, officer: str) -> None:
        if referral.claimed_by is not None and referral.claimed_by != officer:
            raise TakenByAnother("another officer has it")
