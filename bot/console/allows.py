"""What a person allowed, whose answer that is, and what was decided beyond it; in words.

Nothing is decided here: the gate in the store asks the same records.
"""

from dataclasses import dataclass
from datetime import datetime

from bot.console.access import facts_of
from bot.console.deps import Work
from bot.console.offices import office_name
from bot.console.words import Note, mark
from bot.referrals import (
    ENDED,
    ConsentRecord,
    Purpose,
    Referral,
    Whose,
    last,
    needs_supervisor,
)
from bot.staff import Act, Officer, allowed

WHOSE = {
    Whose.AGREED: Note(
        mark("Somebody else asks for this person, and says that they know and agree.")
    ),
    Whose.NOT_AGREED: Note(
        mark(
            "Somebody else asks for this person, who does not know or has not agreed. "
            "So it goes to no partner. Speak with the person first, if that is safe."
        )
    ),
    Whose.UNSAID: Note(
        mark(
            "Somebody else asks for this person, and did not say whether they agree. "
            "So it goes to no partner. Speak with the person first, if that is safe."
        )
    ),
}
YOUNG = Note(
    mark("This is about somebody under 18: a supervisor must agree before it is passed on.")
)
AGREED = Note(
    mark("This is about somebody under 18. A supervisor agreed that it may be passed on.")
)


@dataclass(frozen=True, slots=True)
class Allows:
    """Sentences for the page, and what this officer can do beyond what was allowed."""

    lines: tuple[Note, ...]
    approves: bool
    overrides: bool


async def allows_of(work: Work, officer: Officer, referral: Referral) -> Allows:
    """Return what stands recorded of a request, as this officer may see and change it."""
    record = await work.referrals.store.consents.record(referral)
    danger = _danger(work, record, work.referrals.now)
    lines = [*_whose(record), *_young(record, referral), *danger]
    open_ = referral.state not in ENDED
    needs = needs_supervisor(record.answers, referral) and not record.approved
    asked = any(not one.confirmed and one.asked_by != officer.id for one in record.overrides)
    supervises = may_decide(officer, referral)
    works = allowed(officer, Act.WORK, facts_of(officer, referral))
    return Allows(
        tuple(lines), open_ and needs and supervises, open_ and (supervises or (asked and works))
    )


def may_decide(officer: Officer, referral: Referral) -> bool:
    """Tell whether the officer may pass it on beyond what was allowed: a supervisor of its office.

    The table of roles lets everybody else pass on only with the person's yes.
    """
    return allowed(officer, Act.PASS_ON, facts_of(officer, referral))


def _whose(record: ConsentRecord) -> list[Note]:
    office = last(record.answers, Purpose.OFFICE)
    return [WHOSE[office.whose]] if office and office.whose in WHOSE else []


def _young(record: ConsentRecord, referral: Referral) -> list[Note]:
    if not needs_supervisor(record.answers, referral):
        return []
    return [AGREED if record.approved else YOUNG]


def _danger(work: Work, record: ConsentRecord, at: datetime) -> list[Note]:
    """Return what is proposed, and what may be acted on; not what was used, or is over."""
    confirmed = mark(
        "A life is in danger: it may be passed to %(name)s without a yes. "
        "A supervisor and a second officer decided that."
    )
    asked = mark(
        "A supervisor says that a life is in danger, and wants to pass it to %(name)s without a "
        "yes. A second officer must confirm that."
    )
    return [
        Note(
            confirmed if one.confirmed else asked,
            {"name": office_name(work.referrals.directory, one.recipient)},
        )
        for one in record.overrides
        if not one.confirmed or one.covers(one.recipient, one.purpose, at)
    ]
