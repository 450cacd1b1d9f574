"""Officers who press buttons on the same requests, and write down what each press told them.

A press is noted before it begins and when it has ended, in a file where the officer has a process
of its own: what a killed one did last is then known to be unknown.
"""

import asyncio
import os
import random
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from bot.audit import By
from bot.directory import directory_of
from bot.errors import Unavailable
from bot.privacy import Keys, Sealer
from bot.referrals import (
    DUTY_DESK,
    Action,
    Consent,
    Contact,
    MoveRefused,
    OfficeKeys,
    Outcome,
    Referral,
    Referrals,
    State,
    TakenByAnother,
    pass_on,
)
from bot.store.engine import open_engine
from bot.store.passing import rewrapped
from bot.store.referrals import Referrals as Store
from bot.store.tables import offices, referrals
from tests.sealing import given_key
from tests.store.histories import PARTNERS, Call, Ended, Stood, moved_by, replayed
from tests.store.making import AT, Deferred, a_request
from tests.store.office import SFAX

WEIGHTS: Mapping[Action, int] = {
    Action.CLAIM: 12,
    Action.RELEASE: 4,
    Action.ANSWER: 3,
    Action.PASS_ON: 3,
    Action.OFFER: 3,
    Action.ACCEPT: 3,
    Action.DECLINE: 2,
    Action.CLOSE: 1,
}
SHARED = Consent(office=True, partner=True, contact=Contact.CODE)
NO_PLACES = directory_of({})
LONGEST_PAUSE = 0.02
AWAY = 0.1
"""Seconds until a press is tried again after one that nobody answered."""


async def at_once() -> None:
    """Let everybody else have their turn."""
    await asyncio.sleep(0)


@dataclass(frozen=True, slots=True)
class Officer:
    """Somebody at a console of their own."""

    name: str
    engine: AsyncEngine
    sealer: Sealer
    opens: OfficeKeys
    looked: Callable[[], Awaitable[object]] = at_once
    """What happens between looking at a request and pressing the button."""

    async def press(self, reference: str, action: Action) -> Ended:
        """Look at a request, press a button, and return what that told."""
        referral = None
        try:
            async with self.engine.begin() as connection:
                store = Store(connection, self.sealer, Deferred())
                rules = Referrals(store, NO_PLACES, AT)
                referral = await store.by_reference(reference)
                assert referral is not None
                await self.looked()
                await self._done(rules, connection, referral, action)
        except (MoveRefused, TakenByAnother):
            assert referral is not None
            seen = Stood(referral.state, referral.claimed_by)
            return Ended.REFUSED if moved_by(seen, self.name, action) is None else Ended.OVERTAKEN
        except (Unavailable, DBAPIError):
            return Ended.UNKNOWN
        return Ended.DONE

    async def _done(
        self, rules: Referrals, connection: AsyncConnection, referral: Referral, action: Action
    ) -> None:
        """Do what the button does; passing on goes between the two desks of the request."""
        by = By(self.name, AT)
        match action:
            case Action.CLAIM:
                if referral.claimed_by == self.name:
                    raise TakenByAnother("taken again")
                await rules.claim(referral, self.name)
            case Action.RELEASE:
                await rules.release(referral, self.name)
            case Action.ANSWER:
                await rules.answer(referral, self.name, "An invented answer.", self.opens)
            case Action.CLOSE:
                await rules.close(referral, self.name, Outcome.HELPED)
            case Action.PASS_ON:
                other = DUTY_DESK if referral.office == SFAX else SFAX
                rewrap = partial(rewrapped, connection)
                await pass_on(rules, rewrap, referral, by, other, self.opens)
            case _:
                if action not in PARTNERS and referral.claimed_by not in (None, self.name):
                    raise TakenByAnother("another officer has it")
                await rules.move(referral, action, by)


def chosen(chance: random.Random) -> Action:
    """Return a button, as often as officers press it."""
    (action,) = chance.choices(tuple(WEIGHTS), tuple(WEIGHTS.values()))
    return action


@dataclass(frozen=True, slots=True)
class Shift:
    """What an officer in a process of their own is told; the shift is over once `over` is there."""

    name: str
    address: str
    keys: Keys
    opens: Mapping[tuple[str, int], bytes]
    references: tuple[str, ...]
    notes: Path
    over: Path
    seed: int


def works(shift: Shift) -> None:
    """Press buttons until the shift is over; the body of a process."""
    asyncio.run(_works(shift))


async def _works(shift: Shift) -> None:
    chance, engine = random.Random(shift.seed), open_engine(shift.address, size=1)
    officer = Officer(shift.name, engine, Sealer(shift.keys), shift.opens)
    notes = os.open(shift.notes, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    while not shift.over.exists():
        reference, action = chance.choice(shift.references), chosen(chance)
        os.write(notes, f"{time.monotonic_ns()} {reference} {action}".encode())
        ended = await officer.press(reference, action)
        os.write(notes, f" {time.monotonic_ns()} {ended}\n".encode())
        await asyncio.sleep(AWAY if ended is Ended.UNKNOWN else chance.uniform(0, LONGEST_PAUSE))
    await engine.dispose()


def noted(notes: Path, name: str) -> list[tuple[str, Call]]:
    """Return the presses that an officer's process wrote down, each with its request.

    One that was killed never heard what became of its last.
    """
    found = []
    for line in notes.read_text().splitlines() if notes.exists() else ():
        match line.split():
            case [called, reference, action, returned, ended]:
                call = Call(name, Action(action), int(called), int(returned), Ended(ended))
            case [called, reference, action]:
                call = Call(name, Action(action), int(called), int(called), Ended.UNKNOWN)
            case _:
                raise AssertionError(line)
        found.append((reference, call))
    return found


async def opened(
    engine: AsyncEngine, sealer: Sealer, count: int
) -> tuple[list[Referral], Mapping[tuple[str, int], bytes]]:
    """Make requests that everybody sees, for Sfax and the duty desk; return what opens them."""
    async with engine.begin() as connection:
        known = insert(offices).values(id=SFAX, created=AT).on_conflict_do_nothing()
        await connection.execute(known)
        opens = await given_key(connection, SFAX, DUTY_DESK)
        store = Store(connection, sealer, Deferred())
        rules = Referrals(store, NO_PLACES, AT)
        asked = [a_request(consent=SHARED) for _ in range(count)]
        receipts = [await rules.open(one, SFAX, None) for one in asked]
        found = [await store.by_reference(one.reference) for one in receipts]
        return [one for one in found if one is not None], dict(opens)


async def stood(engine: AsyncEngine, seen: Sequence[Referral]) -> dict[str, Stood]:
    """Return where each request stands in the end, by its number."""
    mine = select(referrals).where(referrals.c.id.in_([one.id for one in seen]))
    async with engine.connect() as connection:
        rows = await connection.execute(mine)
        return {row.reference: Stood(State(row.state), row.claimed_by) for row in rows}


async def assert_whole(engine: AsyncEngine, sealer: Sealer, seen: Sequence[Referral]) -> None:
    """Check that the events of each request lead to where it stands, and that no answer is lost."""
    async with engine.connect() as connection:
        store = Store(connection, sealer, Deferred())
        for one in seen:
            now = await store.by_reference(one.reference)
            assert now is not None
            events = await store.events(now)
            assert replayed(events) is now.state
            answers = await store.messages(now, None)
            assert len(answers) == sum(event.action is Action.ANSWER for event in events)
