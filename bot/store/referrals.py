"""Referrals in PostgreSQL (`bot.referrals.ReferralStore`).

Moves are compared and set in one statement: of two who act at once, one wins.  What identifies a
person is sealed here and nowhere else.
"""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, UpdateBase, delete, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.audit import By
from bot.privacy import Reason, Sealer, open_under, seal_to, seal_under
from bot.referrals import (
    ENDED,
    WITHDRAWN,
    Action,
    Author,
    CaseMessage,
    Event,
    Kept,
    NewCode,
    OfficeKeys,
    Particulars,
    Referral,
    Request,
    Staffed,
    Stand,
    State,
    Wishes,
    answers_of,
    particulars_from,
    particulars_to,
    seal,
)
from bot.store import crews, erasures, offers, profiles, wishing
from bot.store.answering import Answering
from bot.store.audit import Audit, acting
from bot.store.consents import Consents
from bot.store.contacts import Contacts
from bot.store.defer import Defer
from bot.store.keys import OfficeKeyStore
from bot.store.limits import recent_failures
from bot.store.moving import moved
from bot.store.openings import opening
from bot.store.reading import between, messages_of, on, sealed_of, texts_of
from bot.store.rows import (
    after_event,
    bound_of,
    code_columns,
    columns_of,
    encoded,
    from_row,
    placed,
    standing_at,
    to_event,
    to_message,
)
from bot.store.sealed import (
    keep_wraps,
    key_for,
    office_text,
    person_text,
    waiting_copy,
    wraps_of,
)
from bot.store.tables import (
    case_messages,
    code_failures,
    contacts,
    referral_events,
    referrals,
    stubs,
    wraps,
)


@dataclass(frozen=True, slots=True)
class Referrals:
    """Referrals inside the transaction of a connection."""

    connection: AsyncConnection
    sealer: Sealer
    defer: Defer

    @property
    def contacts(self) -> Contacts:
        """Where people can be written to, inside this transaction."""
        return Contacts(self.connection, self.sealer, self.defer)

    @property
    def consents(self) -> Consents:
        """What people said yes and no to, inside this transaction."""
        return Consents(self.connection)

    @property
    def answering(self) -> Answering:
        """The counters of answers, inside this transaction."""
        return Answering(self.connection)

    async def onboarded(self) -> frozenset[str]:
        """Return the ids of the offices that have an officer and a key."""
        return frozenset(await crews.onboarded(self.connection))

    async def staffed(self, at: datetime) -> Mapping[str, Staffed]:
        """Return the onboarded offices with what they said of themselves."""
        return await crews.staffed(self.connection, at)

    async def insert(
        self, referral: Referral, request: Request, code: NewCode | None, desks: Sequence[str]
    ) -> bool:
        """Seal and keep a new referral with its first event; False if the reference is taken.

        Raises:
            NobodyToSealTo: none of the desks has a key, and there is none of the set-up.
        """
        if await erasures.has_stub(self.connection, referral.reference):
            return False
        to = await OfficeKeyStore(self.connection).recipients(desks)
        sealed = seal(particulars_to(request.particulars), referral.bound, to)
        await self.consents.begin(referral, answers_of(request, desks, referral.created))
        made = await self.connection.execute(
            insert(referrals)
            .values(
                **columns_of(referral),
                **code_columns(code),
                particulars_sealed=sealed.text,
                stop_check=request.stop_check,
                wishes_sealed=wishing.to_sealed(self.sealer, referral.id, request.wishes),
            )
            .on_conflict_do_nothing(index_elements=["reference"])
            .returning(referrals.c.id)
        )
        if made.first() is None:
            await self.consents.undo(referral)
            return False
        await keep_wraps(self.connection, referral, referral.id, sealed.wraps)
        came = Event(referral.created, None, referral.state)
        await self._run(insert(referral_events).values(referral=referral.id, **asdict(came)))
        if request.answer_to is not None:
            await self.contacts.link(referral, request.answer_to, referral.created)
        await self.defer(self.connection, "alert", referral=referral.id, step="new")
        if referral.wakes is not None:
            await self.defer(self.connection, "step", referral.wakes, referral=referral.id)
        return True

    async def by_reference(self, reference: str, *, hold: bool = False) -> Referral | None:
        """Return the referral, or None; held, nobody else moves it before this commits."""
        query = select(referrals).where(referrals.c.reference == reference)
        found = await self.connection.execute(query.with_for_update() if hold else query)
        row = found.first()
        return from_row(row) if row is not None else None

    async def check_of(self, reference: str) -> bytes | None:
        """Return what is stored of the code; None where there is no such number or no code."""
        return await self._one(referrals.c.code_check, reference)

    async def kept(self, reference: str) -> Kept:
        """Return what is stored of code and stop word, or the stub of what time erased.

        Both are looked for always: one statement less would tell which numbers there are.
        """
        columns = (referrals.c.code_check, referrals.c.reader_locked, referrals.c.stop_check)
        found = await self.connection.execute(
            select(*columns).where(referrals.c.reference == reference)
        )
        stub = await self.connection.execute(
            select(stubs.c.code_check, stubs.c.reason).where(stubs.c.reference == reference)
        )
        if (row := found.first()) is not None:
            return Kept(*row)
        gone = stub.first()
        return Kept(gone.code_check, erased=Reason(gone.reason)) if gone is not None else Kept()

    async def particulars(
        self, referral: Referral, keys: OfficeKeys, by: By | None = None
    ) -> Particulars:
        """Return what was sealed; the audit says by whom it was opened.

        Raises:
            NotOpenable: none of the keys opens it.
        """
        key = await key_for(self.connection, referral, keys)
        ((sealed, *_),) = await opening(self.connection, sealed_of(referral, by), by)
        return particulars_from(open_under(key, sealed, referral.bound))

    async def move(
        self, referral: Referral, event: Event, stand: Stand | None = None
    ) -> Referral | None:
        """Apply an event to a referral that is still as given; None if somebody was faster.

        `stand` says where it is then and when the clock looks at it; without one it does not.
        """
        number = await moved(self.connection, referral, event, stand)
        if number is None:
            return None
        await self._wake(referral, stand)
        await self.answering.note(referral, event, number)
        if over := await offers.settle(self.connection, referral, event):
            unshared = event.action is Action.UNSHARE
            step = f"offer-unshared@{over}" if unshared else f"offer-over@{over}"
            await self.alert(referral, step, offer=over)
        await self.contacts.tell(referral, number, event.action)
        if event.state is State.CLOSED:
            await self._run(*erasures.cut_to_the_day(referral.id))
        if event.action is Action.WITHDRAW:
            await self.alert(referral, WITHDRAWN)
            await self._run(erasures.noted(self.sealer.keys, "withdrawal", referral.id))
        return after_event(referral, event, stand)

    async def place(self, referral: Referral, stand: Stand, at: datetime) -> Referral:
        """Keep where a referral of this transaction stands, with no event: it waits as before."""
        mine = update(referrals).where(referrals.c.id == referral.id)
        await self._run(mine.values(**placed(stand, at)))
        await self._wake(referral, stand)
        return standing_at(referral, stand)

    async def wishes(self, referral: Referral) -> Wishes:
        """Return what the person wishes about who reads it."""
        sealed = await self._one(referrals.c.wishes_sealed, referral.reference)
        return wishing.from_sealed(self.sealer, referral.id, sealed)

    async def is_woman(self, officer: str) -> bool:
        """Tell whether an officer's profile says that she is a woman."""
        return (await profiles.profile_of(self.connection, officer)).woman

    async def confirmed(self, referral: Referral, by: By, what: str) -> None:
        """Note in the audit what an officer said about the wishes of the person."""
        await Audit(self.connection).note(on(referral, what), by)

    async def alert(
        self,
        referral: Referral,
        step: str,
        *,
        offer: str | None = None,
        at: datetime | None = None,
    ) -> None:
        """Put a line before the office that has it, or before the partner of an offer.

        Once the transaction is committed, and not before `at`.
        """
        ids = {"referral": referral.id, "step": step} | ({"offer": offer} if offer else {})
        await self.defer(self.connection, "alert", at, **ids)

    async def _wake(self, referral: Referral, stand: Stand | None) -> None:
        """Have a job look at the request when its time is over.

        The job that would have looked before goes on to then by itself (`bot/jobs/late.py`).
        """
        if stand is not None and (referral.wakes is None or stand.wakes < referral.wakes):
            await self.defer(self.connection, "step", stand.wakes, referral=referral.id)

    async def write(
        self, referral: Referral, text: str, at: datetime, author: Author = Author.PERSON
    ) -> None:
        """Add a message of the person, or of a partner, sealed to the desks that have it."""
        message = str(uuid.uuid4())
        found = await self.connection.execute(
            select(wraps.c.office).where(wraps.c.subject == referral.id).distinct()
        )
        to = await OfficeKeyStore(self.connection).recipients(found.scalars())
        sealed = seal(encoded(text), bound_of(referral, message), to)
        await self._add(referral, message, author, at, text_sealed=sealed.text)
        await keep_wraps(self.connection, referral, message, sealed.wraps)
        wrote = f"partner-wrote@{at:%Y%m%d%H%M%S}"
        await self.alert(referral, wrote if author is Author.PARTNER else message)

    async def answer(self, referral: Referral, text: str, at: datetime, keys: OfficeKeys) -> None:
        """Add a message of the office, sealed for the office and for the person.

        Raises:
            NotOpenable: none of the keys opens the request.
        """
        message = str(uuid.uuid4())
        bound = bound_of(referral, message)
        plain = encoded(text)
        columns = {
            "text_sealed": seal_under(await key_for(self.connection, referral, keys), plain, bound)
        }
        reader = await self._one(referrals.c.reader_public, referral.reference)
        if reader is not None:
            envelope = seal_to(plain, bound, {"reader": reader})
            columns |= {"reader_sealed": envelope.text, "reader_wrap": envelope.wraps["reader"]}
        elif await self.contacts.linked(referral):
            columns["waiting_sealed"] = waiting_copy(self.sealer, plain, referral, message)
        await self._add(referral, message, Author.OFFICE, at, **columns)

    async def messages(
        self, referral: Referral, keys: OfficeKeys | None, by: By | None = None
    ) -> tuple[CaseMessage, ...]:
        """Return the messages of the case, oldest first; without keys their texts are empty.

        With keys the audit says by whom they were read.

        Raises:
            NotOpenable: none of the keys opens it.
        """
        if keys is None:
            shut = await self.connection.execute(messages_of(referral))
            return tuple(to_message(row, b"") for row in shut)
        rows = await opening(self.connection, texts_of(referral, by), by)
        if not rows:
            return ()
        key = await key_for(self.connection, referral, keys)
        own = await wraps_of(self.connection, referral)
        return tuple(to_message(row, office_text(referral, row, key, own, keys)) for row in rows)

    async def answers(self, referral: Referral, reader: bytes | None) -> tuple[CaseMessage, ...]:
        """Return the messages as the person may read them: their own without text.

        Without the reader's private key only answers that wait for a person without a code.
        """
        rows = await self.connection.execute(between(referral))
        return tuple(
            to_message(row, person_text(self.sealer, referral, row, reader)) for row in rows
        )

    async def events(self, referral: Referral) -> tuple[Event, ...]:
        """Return what happened, oldest first."""
        found = await self.connection.execute(
            select(referral_events)
            .where(referral_events.c.referral == referral.id)
            .order_by(referral_events.c.id)
        )
        return tuple(to_event(row) for row in found)

    async def linked(self, person: str, *, unread: bool = False) -> tuple[Referral, ...]:
        """Return the open referrals whose answers come to this chat, newest first."""
        query = (
            select(referrals)
            .join(contacts, contacts.c.referral == referrals.c.id)
            .where(contacts.c.person == person)
            .order_by(referrals.c.created.desc())
        )
        if unread:
            query = query.where(contacts.c.unread)
        found = await self.connection.execute(query)
        return tuple(from_row(row) for row in found)

    async def read(self, referral: Referral) -> None:
        """Note that the person has seen what was new.

        Copies that waited for a person without a code go, and so does the link of an ended one.
        """
        await self.connection.execute(
            update(case_messages)
            .where(case_messages.c.referral == referral.id)
            .values(waiting_sealed=None)
        )
        mine = contacts.c.referral == referral.id
        if referral.state in ENDED:
            await self.contacts.forget(referral)
        else:
            await self.connection.execute(update(contacts).where(mine).values(unread=False))

    async def erase(self, referral: Referral, by: By | None = None) -> None:
        """Remove the referral and all that hangs on it, the wraps of its keys first."""
        noted = erasures.noted(self.sealer.keys, "request", referral.id)
        await self._run(*erasures.parts([referral.id]), noted)
        gone = delete(referrals).where(referrals.c.id == referral.id).returning(referrals.c.id)
        await self.connection.execute(acting(gone, on(referral, "erase"), by))

    async def failures(self, person: str, at: datetime) -> int:
        """Return how many wrong codes this chat sent in the day up to its last; 0 after a day."""
        return await recent_failures(self.connection, person, at)

    async def failed(self, person: str, at: datetime) -> None:
        """Count a wrong code of this chat."""
        await self.connection.execute(insert(code_failures).values(person=person, at=at))

    async def _run(self, *statements: UpdateBase) -> None:
        for one in statements:
            await self.connection.execute(one)

    async def _one(self, column: ColumnElement[Any], reference: str) -> bytes | None:
        found = await self.connection.execute(
            select(column).where(referrals.c.reference == reference)
        )
        value: bytes | None = found.scalar_one_or_none()
        return value

    async def _add(
        self, referral: Referral, message: str, author: Author, at: datetime, **sealed: bytes
    ) -> None:
        await self.connection.execute(
            insert(case_messages).values(
                id=message, referral=referral.id, at=at, author=author, **sealed
            )
        )
