"""Where a request stands after something was done to it, and when the clock looks at it then."""

from dataclasses import dataclass, replace
from datetime import datetime

from bot.directory import Directory
from bot.referrals.consent import named
from bot.referrals.model import Referral
from bot.referrals.ports import ReferralStore
from bot.referrals.routing import Crews, Need, crews, ladder, upward
from bot.referrals.rungs import Rung, Stand
from bot.referrals.sla import Desk, Ladder, again, climbed, due, in_hand, recounted
from bot.referrals.states import Action, State
from bot.staff import DUTY_DESK


@dataclass(frozen=True, slots=True)
class Stands:
    """The ladders of requests, bound to a transaction and to the moment it runs in (aware UTC)."""

    store: ReferralStore
    directory: Directory
    now: datetime

    async def crews(self) -> Crews:
        """Return the onboarded offices with who works there, and when."""
        return crews(self.directory, await self.store.staffed(self.now))

    async def after(self, referral: Referral, action: Action, at: datetime) -> Stand:
        """Return where a request stands after an action that the clock watches."""
        if action is Action.CLAIM:
            return in_hand(referral.stand, at)
        if action is Action.OFFER:
            return await self.held(referral, at)
        counted = climbed if action is Action.CLIMB else again
        stand = counted(referral.pace, referral.stand, await self._rungs(referral), at)
        return replace(stand, since=min(stand.since, self.now))

    async def held(self, referral: Referral, since: datetime) -> Stand:
        """Return where it stands in hand, and by when its office must have answered."""
        return replace(referral.stand, wakes=due(referral.pace, await self._desk(referral), since))

    async def recounted(self, referral: Referral) -> Stand:
        """Return where it stands as it was before a clock ran ahead: since then, at most now."""
        since = min(referral.stand.since, self.now)
        match referral.state:
            case State.WAITING:
                desk = await self._desk(referral)
                return recounted(referral.pace, referral.stand, desk, self.now)
            case State.CLAIMED:
                return replace(await self.held(referral, since), since=since)
            case _:
                return replace(await self.held(referral, self.now), since=since)

    async def _desk(self, referral: Referral) -> Desk:
        """Return the desk that has it."""
        here = ladder(self.directory, await self.crews(), referral.office, Need(referral.category))
        return here.get(Rung.OFFICE, here[Rung.DUTY])

    async def _rungs(self, referral: Referral) -> Ladder:
        """Return the desks from where it stands; wishes and the yes of then hold on the way up.

        A desk that the directory names since then was not in the question, and gets nothing.
        """
        need = Need(referral.category, wishes=await self.store.wishes(referral))
        rungs = upward(self.directory, await self.crews(), referral.stand, need)
        record = await self.store.consents.record(referral)
        open_to = named(record, referral.office, self.now) | {DUTY_DESK}
        return {rung: desk for rung, desk in rungs.items() if desk.office in open_to}
