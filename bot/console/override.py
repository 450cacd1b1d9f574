"""Danger to life: pass a request on without the person's yes, by two people and with a reason.

A supervisor of its office proposes to whom and why; a second officer who holds the key confirms.
Both stand in the audit.  Then, and to that recipient alone, it may be passed on.
"""

from collections.abc import Mapping

from aiohttp import web

from bot.console.access import facts_of, visible_to
from bot.console.allows import may_decide
from bot.console.case import changed_meanwhile, done, refused_pending
from bot.console.deps import Work
from bot.console.gate import Visit
from bot.console.offices import office_name
from bot.console.words import Note, mark
from bot.referrals import (
    DUTY_DESK,
    ENDED,
    Category,
    Danger,
    Override,
    Purpose,
    Referral,
    UnknownReferral,
    desks,
    is_partner,
    kept_away,
)
from bot.staff import Act, Officer, allowed

REASONS: Mapping[Danger, str] = {
    Danger.VIOLENCE: mark("Somebody may kill or badly hurt them"),
    Danger.CAPTIVE: mark("They are held and may die there"),
    Danger.HEALTH: mark("They may die without medical help"),
    Danger.SUICIDE: mark("They may take their own life"),
    Danger.AT_SEA: mark("They may die at sea or on the way"),
}
CHOOSE = Note(mark("Choose to whom it goes and why, then press the button again."))


async def ask(visit: Visit, officer: Officer) -> web.StreamResponse:
    """Say what it means; ask for recipient and reason, or for the second person's yes."""
    return await _page(visit, officer)


async def send(visit: Visit, officer: Officer) -> web.StreamResponse:
    """Keep the proposal, or confirm one of a colleague."""
    confirms = visit.form.get("confirm", "")
    async with visit.deps.open() as work:
        referral = await _of(visit, work, officer)
        holds = bool(await visit.keys(work))
        if holds and confirms:
            is_done = await _confirmed(work, officer, referral, confirms)
        elif holds:
            is_done = await _proposed(visit, work, officer, referral)
    if not holds:
        return await refused_pending(visit, officer)
    if is_done:
        return done(referral, "overridden" if confirms else "proposed")
    if confirms:
        return await changed_meanwhile(visit, officer)
    return await _page(visit, officer, 400, CHOOSE)


async def _proposed(visit: Visit, work: Work, officer: Officer, referral: Referral) -> bool:
    """Keep who is to get it and why; False where either is not among what can be chosen."""
    if not may_decide(officer, referral):
        raise UnknownReferral("not for this role")
    recipient, why = visit.form.get("recipient", ""), visit.form.get("why", "")
    rules = work.referrals
    if recipient not in await _recipients(work, referral) or why not in set(Danger):
        return False
    wishes = await rules.store.wishes(referral)
    ladder = desks(rules.directory, recipient, referral.category, wishes)
    reached = ladder if recipient in await rules.store.onboarded() else ()
    place = rules.directory.places.get(recipient)
    purpose = Purpose.PARTNER if place and is_partner(place) else Purpose.OFFICE
    made = Override(
        0, recipient, Danger(why), officer.id, rules.now, desks=reached, purpose=purpose
    )
    await rules.store.consents.ask(referral, made)
    await rules.store.alert(referral, f"override@{rules.now:%Y%m%d%H%M%S}")
    return True


async def _confirmed(work: Work, officer: Officer, referral: Referral, number: str) -> bool:
    if not number.isascii() or not number.isdigit() or len(number) > 18:
        return False
    consents = work.referrals.store.consents
    return await consents.confirm(referral, int(number), officer.id, work.referrals.now)


async def _recipients(work: Work, referral: Referral) -> Mapping[str, str]:
    """Return to whom it could go, with names: offices that can open it, and partners near it.

    Never police, for a complaint nobody, and no office that the person kept away.
    """
    if referral.category is Category.COMPLAINT:
        return {}
    directory = work.referrals.directory
    here = directory.places.get(referral.office) or directory.ladder.get(referral.office)
    near = directory.in_country(here.country) if here else ()
    able = [place.id for place in near if is_partner(place)]
    wishes = await work.referrals.store.wishes(referral)
    working = sorted(await work.referrals.store.onboarded() | {DUTY_DESK})
    offices = [one for one in working if not kept_away(directory, one, wishes)]
    named = dict.fromkeys((*offices, *able))
    return {one: office_name(directory, one) for one in named if one != referral.office}


async def _page(
    visit: Visit, officer: Officer, status: int = 200, problem: Note | None = None
) -> web.Response:
    async with visit.deps.open() as work:
        referral = await _of(visit, work, officer)
        holds = bool(await visit.keys(work))
        record = await work.referrals.store.consents.record(referral)
        proposes = may_decide(officer, referral)
        recipients = await _recipients(work, referral) if proposes else {}
    if not holds:
        return await refused_pending(visit, officer)
    names = {one.id: office_name(visit.deps.directory, one.recipient) for one in record.overrides}
    return visit.show(
        "override.html",
        status,
        referral=referral,
        waiting=[one for one in record.overrides if not one.confirmed],
        names=names,
        reasons=REASONS,
        recipients=recipients,
        problem=problem,
    )


async def _of(visit: Visit, work: Work, officer: Officer) -> Referral:
    """Return the open request named in the address.

    Raises:
        UnknownReferral: there is none for the officer, it has ended, or they do not work on it.
    """
    referral = await visible_to(work, officer, visit.request.match_info["reference"])
    works = allowed(officer, Act.WORK, facts_of(officer, referral))
    if referral.state in ENDED or not works:
        raise UnknownReferral("not for this role")
    return referral
