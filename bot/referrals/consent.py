"""Consent as a hard gate: what a recorded yes covers, and what may be passed to whom.

Every answer is a record of its own and none is ever changed: a later no takes back what was said
yes to before it, and a new yes is a new record.  The database asks the same of whoever creates,
moves or offers a request (migration 0007), so that no page and no job can forget it.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Protocol

from bot.directory import Service
from bot.referrals.errors import ConsentMissing
from bot.referrals.model import Category, Contact, Particulars, Referral, Request, Whose
from bot.referrals.routing import SERVICES

YOUNG = "young"
"""What the notice in simpler words is called behind its version."""


class Purpose(StrEnum):
    """What an answer allows or not.  The values are stored."""

    OFFICE = "office"
    PARTNER = "partner"
    CONTACT = "contact"


class Field(StrEnum):
    """What a partner may get of a request.  The values are stored."""

    ABOUT = "about"
    URGENCY = "urgency"
    LANGUAGE = "language"
    PLACE = "place"
    WORDS = "words"


ALWAYS = frozenset({Field.ABOUT, Field.URGENCY, Field.LANGUAGE})
"""What every partner gets."""


class Danger(StrEnum):
    """Why a life is in danger, so that what the person allowed may be gone beyond."""

    VIOLENCE = "violence"
    CAPTIVE = "captive"
    HEALTH = "health"
    SUICIDE = "suicide"
    AT_SEA = "at-sea"


OVERRIDE_LASTS = timedelta(hours=24)
"""So long after its confirmation danger to life may be acted on."""


class SupervisorMissing(ConsentMissing):
    """A supervisor must agree before a request of somebody under 18 is passed on."""


class Shared(StrEnum):
    """What became of a request with a partner when the person took back their yes."""

    NOWHERE = "nowhere"
    """No partner had it."""
    BACK = "back"
    """A partner had it, or was offered it: it waits at its office again."""
    KEPT = "kept"
    """A partner has it by a confirmed danger to life, which is no yes that could be taken back."""


@dataclass(frozen=True, slots=True)
class Answer:
    """One yes or no: to these offices, to this kind of partner, or to a line in the chat.

    `at` is cut to the hour (aware UTC); `notice` says which words were shown, `language` in which
    language; `whose` tells whether it is the answer of the person whom the request is about.
    """

    purpose: Purpose
    given: bool
    notice: str
    language: str
    at: datetime
    offices: tuple[str, ...] = ()
    kind: Service | None = None
    country: str | None = None
    fields: frozenset[Field] = frozenset()
    whose: Whose = Whose.OWN
    young: bool = False


@dataclass(frozen=True, slots=True)
class Recipient:
    """An organisation that may get a request: what it does, where, and what it would get."""

    id: str
    services: frozenset[Service]
    country: str
    fields: frozenset[Field] = frozenset()


@dataclass(frozen=True, slots=True)
class Override:
    """Danger to life: one asks for a recipient, another one confirms.  Times are aware UTC.

    It is for this recipient and purpose alone, and is used up by the passing on that it covers.
    """

    id: int
    recipient: str
    why: Danger
    asked_by: str
    asked: datetime
    confirmed_by: str | None = None
    confirmed: datetime | None = None
    desks: tuple[str, ...] = ()
    """Where the ladder of an office that it is passed to can bring it."""
    purpose: Purpose = Purpose.OFFICE
    """To another office, or to a partner."""
    used: datetime | None = None

    def covers(self, recipient: str, purpose: Purpose, at: datetime) -> bool:
        """Tell whether it covers passing to a recipient now: confirmed, in its day, not used."""
        if self.confirmed is None or self.used is not None:
            return False
        its = (self.recipient, self.purpose) == (recipient, purpose)
        return its and self.confirmed <= at <= self.confirmed + OVERRIDE_LASTS


@dataclass(frozen=True, slots=True)
class ConsentRecord:
    """All that bears on passing a request on."""

    answers: tuple[Answer, ...]
    overrides: tuple[Override, ...] = ()
    approved: bool = False
    """A supervisor agreed that it may be passed on at all."""


class ConsentStore(Protocol):
    """The records of consent inside the transaction of the caller."""

    async def record(self, referral: Referral) -> ConsentRecord:
        """Return all that bears on passing a request on, oldest first."""
        ...

    async def add(self, referral: Referral, answers: Sequence[Answer]) -> None:
        """Keep answers; the queue shows what stands now."""
        ...

    async def ask(self, referral: Referral, override: Override) -> None:
        """Propose to pass a request on as a life is in danger; the audit says by whom and why."""
        ...

    async def confirm(self, referral: Referral, override: int, officer: str, at: datetime) -> bool:
        """Confirm what another officer proposed, audited; False where there is no such proposal."""
        ...

    async def in_danger(self, referral: Referral) -> bool:
        """Tell whether a partner has it, or is offered it, by danger to life and not by a yes."""
        ...

    async def approve(self, referral: Referral, officer: str, at: datetime) -> None:
        """Let a request of somebody under 18 be passed on, audited; twice is the same as once."""
        ...


def answers_of(request: Request, desks: Sequence[str], at: datetime) -> tuple[Answer, ...]:
    """Return the answers with which a request is made: office, partner, contact."""
    consent, told = request.consent, request.particulars
    young = is_young(request)
    notice = f"{consent.notice}-{YOUNG}" if young else consent.notice
    asked = Answer(
        Purpose.OFFICE,
        consent.office,
        notice,
        request.language,
        to_the_hour(at),
        whose=request.whose,
        young=young,
    )
    partner = consent.partner and may_share(request.category, request.whose)
    return (
        replace(asked, offices=tuple(desks)),
        replace(
            asked,
            purpose=Purpose.PARTNER,
            given=partner,
            kind=SERVICES[request.category],
            country=told.country,
            fields=fields_of(told),
        ),
        replace(asked, purpose=Purpose.CONTACT, given=consent.contact is Contact.HERE),
    )


def fields_of(told: Particulars) -> frozenset[Field]:
    """Return what a partner would get of what was told; never how the person can be reached."""
    said = {Field.PLACE: told.country is not None, Field.WORDS: bool(told.words)}
    return ALWAYS | {one for one, is_said in said.items() if is_said}


def is_young(request: Request) -> bool:
    """Tell whether a request is about somebody under 18, as far as was said."""
    return request.young or request.category is Category.CHILD


def may_share(category: Category, whose: Whose) -> bool:
    """Tell whether a partner can be asked for: not for a complaint, nor without agreement."""
    return category is not Category.COMPLAINT and whose in (Whose.OWN, Whose.AGREED)


def standing(answers: Sequence[Answer], purpose: Purpose) -> tuple[Answer, ...]:
    """Return each yes to a purpose that no later no has taken back, oldest first."""
    yes: list[Answer] = []
    for one in answers:
        if one.purpose is purpose:
            yes = [*yes, one] if one.given else []
    return tuple(yes)


def last(answers: Sequence[Answer], purpose: Purpose) -> Answer | None:
    """Return the latest answer to a purpose."""
    return next((one for one in reversed(answers) if one.purpose is purpose), None)


def named(record: ConsentRecord, office: str, at: datetime) -> frozenset[str]:
    """Return the desks that may open a request while an office has it, or gets it now.

    Those are the office, the desks that the person said yes to, and those of a confirmed danger
    that brings it there.
    """
    yes = {one for answer in standing(record.answers, Purpose.OFFICE) for one in answer.offices}
    danger = {
        desk
        for one in record.overrides
        if one.purpose is Purpose.OFFICE
        and (one.used is not None or one.covers(office, Purpose.OFFICE, at))
        for desk in one.desks
    }
    return frozenset({office} | yes | danger)


def gate(
    record: ConsentRecord, referral: Referral, recipient: str | Recipient, at: datetime
) -> None:
    """Let through what the person said yes to, or what danger to life was confirmed for.

    A recipient is the id of an office, or a partner.

    Raises:
        ConsentMissing: no yes and no confirmed override covers it.
        SupervisorMissing: it is about somebody under 18, and no supervisor agreed.
    """
    if any(_in_danger(one, recipient, at) for one in record.overrides):
        return
    if not _covered(record.answers, referral, recipient):
        raise ConsentMissing("no recorded yes covers this")
    if needs_supervisor(record.answers, referral) and not record.approved:
        raise SupervisorMissing("no supervisor has agreed")


def needs_supervisor(answers: Sequence[Answer], referral: Referral) -> bool:
    """Tell whether a supervisor must agree before anything is passed on."""
    return referral.category is Category.CHILD or any(one.young for one in answers)


def _in_danger(override: Override, recipient: str | Recipient, at: datetime) -> bool:
    if isinstance(recipient, str):
        return override.covers(recipient, Purpose.OFFICE, at)
    return override.covers(recipient.id, Purpose.PARTNER, at)


def _covered(answers: Sequence[Answer], referral: Referral, recipient: str | Recipient) -> bool:
    if isinstance(recipient, str):
        return any(recipient in one.offices for one in standing(answers, Purpose.OFFICE))
    return any(
        may_share(referral.category, one.whose) and _covers(one, recipient)
        for one in standing(answers, Purpose.PARTNER)
    )


def _covers(yes: Answer, partner: Recipient) -> bool:
    """Tell whether a yes names this kind of partner, its country and all that it would get."""
    here = yes.country == partner.country
    return yes.kind in partner.services and here and partner.fields <= yes.fields


def later(
    answers: Sequence[Answer], purpose: Purpose, *, given: bool, language: str, at: datetime
) -> Answer:
    """Return the answer of a person who is asked again, in the words of the last question."""
    asked = last(answers, purpose)
    if asked is None:
        raise ConsentMissing("this was never asked")
    return replace(asked, given=given, language=language, at=to_the_hour(at))


def to_the_hour(at: datetime) -> datetime:
    """Return a moment without what is finer than an hour."""
    return at.replace(minute=0, second=0, microsecond=0)
