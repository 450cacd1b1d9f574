"""Every office is dead: whatever its hours and whatever breaks, a request comes to the duty desk.

A simulated clock over the real store, in worlds drawn at random: offices with nobody, or with
officers who never sign in, opening hours, holidays and absences of any kind.  How long it takes at
most is counted here, pace by pace, from what the offices say of themselves.  Then the clock of the
machine goes wrong, the program stops, jobs are lost or run twice: the same time holds once that is
over.  At the duty desk a line stands anew every day until a person closes the request.
"""

import random
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from types import SimpleNamespace
from typing import Any, cast

import pytest
from sqlalchemy import delete, func, insert, select
from sqlalchemy.ext.asyncio import AsyncEngine

from bot.audit import By
from bot.referrals import (
    DUTY_DESK,
    Category,
    OfficeTimes,
    Outcome,
    Pace,
    Rung,
    Times,
    Urgency,
    need_of,
)
from bot.store.jobs import JobStore
from bot.store.staff import Staff
from bot.store.tables import absences, alerts, office_keys, officers, referrals
from bot.store.times import OwnTimes
from tests.store.late.clockwork import CAIRO, DAY, HOUR, MINUTE, Clockwork
from tests.store.late.conftest import clockwork as clockwork
from tests.store.making import a_request
from tests.store.office import SFAX, arrived

ASKED: Mapping[Pace, Mapping[str, Any]] = {
    Pace.NOW: {"category": Category.LABOUR, "urgency": Urgency.NOW},
    Pace.HOUR: {"category": Category.TRAFFICKING},
    Pace.THREE_HOURS: {"category": Category.PROTECTION},
    Pace.DAY: {"category": Category.RETURN},
}
HOURS = (None, "24/7", "Mo-Fr 08:00-12:00", "Sa-Su 10:00-14:00", "Mo 09:00-10:00", "Dec 25 09:00+")
WITHIN = 5 * DAY
"""No rung of the slowest pace takes longer, however long its office is closed."""
SKEW = 5 * MINUTE
WATCHED = 3 * DAY


@dataclass(slots=True)
class World:
    """The true time, how far the machine's clock is ahead of it, and what the offices say."""

    clockwork: Clockwork
    chance: random.Random
    true: datetime
    ahead: timedelta = timedelta()
    times: dict[str, Times] = field(default_factory=dict)

    @property
    def shown(self) -> datetime:
        """The time that the machine's clock shows."""
        return self.true + self.ahead

    async def peopled(self, staff: Staff) -> None:
        """Draw who works where and when, and what their offices say; nobody ever signs in."""
        connection, chance = self.clockwork.connection, self.chance
        for office, crew in ((SFAX, (0, 1, 1, 2)), (CAIRO, (0, 1, 1)), (DUTY_DESK, (0, 1))):
            self.times[office] = times = Times(
                chance.randint(15, 180) * MINUTE,
                chance.randint(30, 720) * MINUTE,
                chance.randint(1, 40) * HOUR,
            )
            hours = None if office == DUTY_DESK else chance.choice(HOURS)
            said = OfficeTimes(hours, times)
            await OwnTimes(connection).keep(office, said, By(None, self.true))
            await connection.execute(delete(officers).where(officers.c.office == office))
            if wanted := chance.choice(crew):
                await connection.execute(delete(office_keys).where(office_keys.c.office == office))
            for number in range(wanted):
                one, _ = await arrived(staff, f"{office}-{number}", office)
                await self._away(one.officer.id)
        if chance.random() < 0.8:
            self.clockwork.above(CAIRO)

    async def _away(self, officer: str) -> None:
        for _ in range(self.chance.randint(0, 2)):
            gone = self.true + self.chance.randint(-100, 200) * HOUR
            back = gone + self.chance.choice((HOUR, DAY, 20 * DAY, 60 * DAY))
            own = insert(absences).values(officer=officer, gone=gone, back=back)
            await self.clockwork.connection.execute(own)

    async def asked(self, *paces: Pace) -> list[tuple[Pace, str]]:
        """Send a request of each pace to where it goes now, and return their numbers."""
        self.clockwork.now, numbers = self.shown, []
        for pace in paces:
            request, rules = a_request(**ASKED[pace]), self.clockwork.rules
            office = (await rules.receiver(need_of(request))).office
            numbers.append((pace, (await rules.open(request, office, None)).reference))
        return numbers

    async def passes(self, until: datetime) -> None:
        """Let true time pass; the program looks at the minutes when there is something to do."""
        await self._looks()
        while self.true < until:
            due = await self.clockwork.connection.scalar(select(func.min(referrals.c.wakes)))
            minutes = max(1, -((self.shown - due) // MINUTE)) if due else WATCHED // MINUTE
            self.true = min(until, self.true + minutes * MINUTE)
            await self._looks()

    async def _looks(self) -> None:
        """Scan by the shown time; before it each job was lost, or has run once or twice."""
        now = self.clockwork.now = self.shown
        due = select(referrals.c.id).where(referrals.c.wakes <= now)
        for one in (await self.clockwork.connection.scalars(due)).all():
            for _ in range(self.chance.choice((0, 0, 0, 1, 2))):
                await self.clockwork.late.step(one, now)
        await self.clockwork.late.scan(now, now)
        await self._says()

    async def _says(self) -> None:
        """Put the lines before officers, each job once or twice, with the true time on them."""
        begin, sealer = self.clockwork.late.begin, self.clockwork.sealer
        store = JobStore(cast("AsyncEngine", SimpleNamespace(begin=begin)), sealer, sealer)
        for one in self.clockwork.deferred.named("alert"):
            for _ in range(self.chance.choice((1, 1, 1, 2))):
                await store.alert(str(one["referral"]), str(one["step"]), self.true)
        self.clockwork.deferred.jobs.clear()

    async def trouble(self) -> None:
        """Let the clock leap or be set right, or the program be away, and some time pass."""
        leaps = (timedelta(), -3 * DAY, -2 * HOUR, 4 * MINUTE, 9 * HOUR, 30 * DAY, 400 * DAY)
        if self.chance.random() < 0.3:
            self.true += self.chance.choice((20 * MINUTE, 7 * HOUR, 3 * DAY))
        else:
            self.ahead = self.chance.choice(leaps)
        await self.passes(self.true + self.chance.choice((MINUTE, 50 * MINUTE, 11 * HOUR, 2 * DAY)))

    def most(self, pace: Pace) -> timedelta:
        """Return in how much time a request is at the duty desk: each rung below, and a minute."""
        sfax, cairo = self.times[SFAX], self.times[CAIRO]
        rungs = {
            Pace.NOW: 3 * HOUR,
            Pace.HOUR: 2 * sfax.hour + cairo.hour,
            Pace.THREE_HOURS: 2 * sfax.three_hours + cairo.three_hours,
            Pace.DAY: 3 * WITHIN,
        }
        return rungs[pace] + 4 * MINUTE

    async def lines(self, number: str) -> list[datetime]:
        """Return when a line about a request was put before the duty desk."""
        referral = await self.clockwork.found(number)
        mine = select(alerts.c.at).where(
            alerts.c.referral == referral.id, alerts.c.office == DUTY_DESK
        )
        return sorted((await self.clockwork.connection.scalars(mine)).all())

    async def ends(self, asked: list[tuple[Pace, str]], slack: timedelta) -> None:
        """Check that each is at the duty desk in its time, and said there daily until it is closed.

        Those that can wait a day come last, so that the others are closed when they do.
        """
        began = self.true
        for slow in (False, True):
            these = [(one, number) for one, number in asked if (one is Pace.DAY) is slow]
            for pace, number in sorted(these, key=lambda one: self.most(one[0])):
                await self.passes(max(self.true, began + self.most(pace) + slack))
                referral = await self.clockwork.found(number)
                assert (referral.office, referral.rung) == (DUTY_DESK, Rung.DUTY), pace
            await self.passes(self.true + WATCHED)
            for pace, number in these:
                said = [one for one in await self.lines(number) if one >= began]
                gaps = [b - a for a, b in pairwise([*said, self.true])]
                assert max(gaps) <= DAY + MINUTE, (pace, gaps)
                assert all(gap >= DAY for gap in gaps[3:-1]), (pace, gaps)
            await self._close(these)

    async def _close(self, asked: list[tuple[Pace, str]]) -> None:
        """Let a person close each of them, and check that nothing is said of it any more."""
        self.clockwork.now = self.shown
        for _, number in asked:
            taken = await self.clockwork.rules.claim(await self.clockwork.found(number), "duty-1")
            await self.clockwork.rules.close(taken, "duty-1", Outcome.NOT_REACHED)
        before = {number: await self.lines(number) for _, number in asked}
        await self.passes(self.true + WATCHED)
        assert {number: await self.lines(number) for _, number in asked} == before


@pytest.fixture(params=range(5))
async def world(clockwork: Clockwork, staff: Staff, request: pytest.FixtureRequest) -> World:
    """Give a world drawn at random; its first day is around holidays or not."""
    chance = random.Random(request.param)
    begins = datetime(2026, 12, 1, tzinfo=UTC) + chance.randint(0, 60 * 24 * 60) * MINUTE
    made = World(clockwork, chance, begins)
    await made.peopled(staff)
    return made


async def test_whatever_the_hours_every_request_is_at_the_duty_desk_in_its_time_and_rings_daily(
    world: World,
) -> None:
    asked = await world.asked(*Pace)
    await world.ends(asked, slack=timedelta())


async def test_whatever_broke_every_request_is_there_in_the_same_time_once_that_is_over(
    world: World,
) -> None:
    asked = await world.asked(*Pace)
    for _ in range(2):
        await world.trouble()
        asked += await world.asked(world.chance.choice(tuple(Pace)))
    world.ahead = timedelta()
    await world.ends(asked, slack=SKEW)
