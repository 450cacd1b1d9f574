"""Passing a request to another office, which then has it as if it had come to it.

The person said yes to that office, or danger to life was confirmed for it.  Who had it keeps no
key of it, unless the ladder of the next office leads back to them.
"""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from datetime import datetime

from bot.audit import By
from bot.referrals.consent import ConsentRecord, Purpose, gate, named, standing
from bot.referrals.errors import ConsentMissing, TakenByAnother
from bot.referrals.model import Referral
from bot.referrals.routing import Crews, Need, desks, kept_away, ladder
from bot.referrals.service import Referrals
from bot.referrals.sla import due, first
from bot.referrals.states import Action, after
from bot.staff import DUTY_DESK, OfficeKeys

Rewrap = Callable[[Referral, Sequence[str], OfficeKeys], Awaitable[None]]
"""Wraps what is sealed of a request for these desks alone, the first of which gets it."""


async def pass_on(
    rules: Referrals, rewrap: Rewrap, referral: Referral, by: By, office: str, keys: OfficeKeys
) -> Referral:
    """Give a request in the officer's hands to another office, where it waits by a fresh clock.

    What is soon and finds that office closed goes on to the next desk that the yes names.

    Raises:
        ConsentMissing, SupervisorMissing: neither a yes nor a confirmed danger covers the office.
        NobodyToSealTo: nobody there could open it.
        NotOpenable: none of the keys opens the request.
        MoveRefused, TakenByAnother: it is not in the officer's hands.
    """
    after(referral.state, Action.PASS_ON)
    if referral.claimed_by != by.officer:
        raise TakenByAnother("another officer has it")
    record = await rules.store.consents.record(referral)
    gate(record, referral, office, by.at)
    wishes = await rules.store.wishes(referral)
    if kept_away(rules.directory, office, wishes):
        raise ConsentMissing("the person wants another office")
    need = Need(referral.category, wishes=wishes)
    may = named(record, referral.office, by.at) | {office, DUTY_DESK}
    found = ladder(rules.directory, await rules.crews(), office, need)
    rungs = {rung: desk for rung, desk in found.items() if desk.office in may}
    stand = first(referral.pace, rungs, by.at)
    stand = replace(stand, due=due(referral.pace, rungs[stand.rung], by.at))
    above = desks(rules.directory, office, referral.category, wishes)
    open_to = named(record, stand.office, by.at) & set(above)
    await rewrap(referral, sorted(open_to, key=lambda one: one != stand.office), keys)
    moved = await rules.move(referral, Action.PASS_ON, by, stand=stand)
    await rules.store.alert(moved, f"passed@{by.at:%Y%m%d%H%M%S}")
    return moved


def may_have(
    record: ConsentRecord, referral: Referral, crews: Crews, at: datetime
) -> tuple[str, ...]:
    """Return the other offices that the person's yes, or a confirmed danger, covers and can take.

    Where somebody under 18 is concerned and no supervisor agreed, there is none.
    """
    found = [one for yes in standing(record.answers, Purpose.OFFICE) for one in yes.offices]
    found += [one.recipient for one in record.overrides]
    return tuple(
        one
        for one in dict.fromkeys(found)
        if one != referral.office and one in crews and _covered(record, referral, one, at)
    )


def _covered(record: ConsentRecord, referral: Referral, office: str, at: datetime) -> bool:
    try:
        gate(record, referral, office, at)
    except ConsentMissing:
        return False
    return True
