"""What an officer may see and do with one request: the table of roles met with the table of states.

This is the console's one door to a request.  A foreign one and one that is not there raise the
same `Absent`.
"""

from collections.abc import Callable

from bot.console.deps import Work
from bot.referrals import (
    Action,
    BadReference,
    Category,
    Referral,
    State,
    UnknownReferral,
    checked_reference,
    possible,
)
from bot.staff import Act, Fact, Officer, allowed, request_facts

BUTTONS = frozenset({Action.CLAIM, Action.RELEASE, Action.ANSWER, Action.CLOSE})


async def visible_to(work: Work, officer: Officer, reference: str) -> Referral:
    """Return a request that this officer may know of.

    Raises:
        UnknownReferral: there is none for them.
    """
    number = known_form(reference)
    referral = await work.referrals.visible_to(frozenset({officer.office}), number)
    if not allowed(officer, Act.LIST_QUEUE, facts_of(officer, referral)):
        raise UnknownReferral("not for this role")
    return referral


def known_form(reference: str) -> str:
    """Return a reference that stands in an address, if it can be one at all.

    Raises:
        UnknownReferral: it cannot; this looks like one that is not there.
    """
    try:
        return checked_reference(reference)
    except BadReference:
        raise UnknownReferral("no such number") from None


def facts_of(officer: Officer, referral: Referral) -> frozenset[Fact]:
    """Return what holds between an officer and a request."""
    return request_facts(
        officer,
        office=referral.office,
        category=referral.category,
        claimed_by_officer=referral.claimed_by == officer.id,
    )


def may_open(officer: Officer, referral: Referral) -> bool:
    """Tell whether the officer may read what the person wrote.

    What a person took back is not read any more, but by a supervisor where a life is in danger.
    """
    if referral.state is State.WITHDRAWN:
        return referral.kept and may_keep(officer, referral)
    return allowed(officer, Act.OPEN_TEXT, facts_of(officer, referral))


def may_keep(officer: Officer, referral: Referral) -> bool:
    """Tell whether the officer may keep what a person took back: a supervisor, with a reason."""
    facts = facts_of(officer, referral) - {Fact.OWN_CLAIM} | {Fact.REASON}
    return referral.state is State.WITHDRAWN and allowed(officer, Act.OPEN_TEXT, facts)


def may_lift(officer: Officer, referral: Referral) -> bool:
    """Tell whether the officer may let a person be answered again who had stopped all contact.

    Whoever has the request in hand, and a supervisor of its office; both say why.
    """
    facts = facts_of(officer, referral) | {Fact.REASON}
    return referral.state is not State.WITHDRAWN and allowed(officer, Act.OPEN_TEXT, facts)


def may_work(officer: Officer, referral: Referral) -> bool:
    """Tell whether the officer may work on a request; whether it is possible the states say."""
    return allowed(officer, Act.WORK, facts_of(officer, referral))


def buttons(officer: Officer, referral: Referral) -> frozenset[Action]:
    """Return what the officer can do to a request as it stands."""
    if not may_work(officer, referral):
        return frozenset()
    can = possible(referral.state) & BUTTONS
    return can if referral.claimed_by == officer.id else can & {Action.CLAIM}


def categories_of(officer: Officer) -> frozenset[Category]:
    """Return the categories of requests that the officer's queue shows."""
    return frozenset(
        category
        for category in Category
        if allowed(
            officer,
            Act.LIST_QUEUE,
            request_facts(
                officer, office=officer.office, category=category, claimed_by_officer=False
            ),
        )
    )


async def open_to(
    work: Work, officer: Officer, reference: str, may: Callable[[Officer, Referral], bool]
) -> Referral:
    """Return a request with which this officer may do what `may` tells.

    Raises:
        UnknownReferral: there is none for them, or their role may not.
    """
    referral = await visible_to(work, officer, reference)
    if not may(officer, referral):
        raise UnknownReferral("not for this role")
    return referral


async def working_on(work: Work, officer: Officer, reference: str) -> Referral:
    """Return a request that this officer may work on.

    Raises:
        UnknownReferral: there is none for them.
    """
    return await open_to(work, officer, reference, may_work)
