"""Ask for a new key of the office, or for new recovery shares, and confirm what a colleague asked.

Two people are needed: a supervisor asks, and anybody else who holds the key confirms.
"""

from dataclasses import dataclass

from aiohttp import web

from bot.console.deps import Work
from bot.console.gate import Visit, see_other
from bot.console.noted import note
from bot.console.unlock import tend
from bot.staff import (
    DUTY_DESK,
    RECOVERY,
    Act,
    Fact,
    KeyMissing,
    Officer,
    allowed,
    renew,
    renewal_open,
)

ADDRESS = "/console/members"
OFFICE = "office"


@dataclass(frozen=True, slots=True)
class Offer:
    """What the page offers: a new key to ask for, or one that `asker` asked for and waits."""

    what: str
    asker: str = ""
    mine: bool = False


async def offers(officer: Officer, work: Work) -> tuple[Offer, ...]:
    """Return what an officer who holds the key can ask for or confirm."""
    emails = {one.officer.id: one.officer.email for one in await work.staff.members(officer.office)}
    found = []
    for name, what in _kinds(officer).items():
        asked = await renewal_open(what, officer.office, work.staff.keys, work.referrals.now)
        if asked is not None:
            found.append(Offer(name, emails.get(asked.by, ""), asked.by == officer.id))
        elif _may_ask(officer):
            found.append(Offer(name))
    return tuple(found)


async def send(visit: Visit, officer: Officer) -> web.StreamResponse:
    """Ask, or confirm and let the key be made; new shares are shown this once."""
    what = _kinds(officer).get(visit.form.get("what", ""))
    if what is None:
        return see_other(ADDRESS)
    async with visit.deps.open() as work:
        await work.staff.keys.alone()
        keys = await visit.keys(work)
        asked = await renewal_open(what, officer.office, work.staff.keys, work.referrals.now)
        confirms = asked is not None and asked.by != officer.id
        if not (may_admit(officer) if confirms else _may_ask(officer)):
            raise KeyMissing("not for this role")
        renewed = await renew(what, officer, keys, work.staff, work.referrals.now)
        await note(work, officer, "renew" if renewed.made else "ask-renewal", officer.id)
    if renewed.shares:
        return visit.show("recovery.html", shares=renewed.shares, on=ADDRESS)
    if renewed.made:
        await tend(visit.deps, visit.token, officer)
    return see_other(f"{ADDRESS}?done={'renewed' if renewed.made else 'asked'}")


def _kinds(officer: Officer) -> dict[str, str]:
    """Return what can be renewed by an officer of this office, by the name in the form."""
    return {OFFICE: officer.office} | ({RECOVERY: RECOVERY} if officer.office == DUTY_DESK else {})


def _may_ask(officer: Officer) -> bool:
    return allowed(officer, Act.ROTATE_KEY, frozenset({Fact.OWN_OFFICE, Fact.SECOND_PERSON}))


def may_admit(officer: Officer) -> bool:
    """Tell whether an officer with the key may let others have it: a colleague, or a new key."""
    return allowed(officer, Act.ADMIT_TO_KEY, frozenset({Fact.OWN_OFFICE, Fact.HOLDS_KEY}))
