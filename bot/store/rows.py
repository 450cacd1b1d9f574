"""From rows to values and back, for referrals and what hangs on them."""

from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import Row

from bot.privacy import Bound
from bot.referrals import (
    ENDED,
    Action,
    Author,
    CaseMessage,
    Category,
    Consent,
    Contact,
    Declined,
    Event,
    NewCode,
    Outcome,
    Pace,
    Referral,
    Rung,
    Stand,
    State,
    Urgency,
    Wrap,
)


def from_row(row: Row[Any]) -> Referral:
    """Return the referral of a row."""
    contact = Contact(row.contact)
    return Referral(
        id=row.id,
        reference=row.reference,
        office=row.office,
        category=Category(row.category),
        urgency=Urgency(row.urgency),
        language=row.language,
        state=State(row.state),
        consent=Consent(row.consent_office, row.consent_partner, contact, row.notice),
        created=row.created,
        due=row.due,
        pace=Pace(row.pace),
        rung=Rung(row.rung),
        since=row.since,
        wakes=row.wakes,
        alerts=row.alerts,
        claimed_by=row.claimed_by,
        first_office=row.first_office,
        do_not_contact=row.do_not_contact,
        kept=row.kept_reason is not None,
        judged=row.judged,
        lacking=row.lacking,
        wished=row.wishes_sealed is not None,
    )


def columns_of(referral: Referral) -> dict[str, object]:
    """Return what stands in clear of a referral, by column."""
    consent = referral.consent
    plain = ("id", "reference", "office", "category", "urgency", "language", "state", "created")
    return {name: getattr(referral, name) for name in plain} | {
        "due": referral.due,
        "pace": referral.pace,
        "rung": referral.rung,
        "since": referral.since or referral.created,
        "wakes": referral.wakes,
        "counted": referral.created,
        "alerts": referral.alerts,
        "first_office": referral.first_office or referral.office,
        "changed": referral.created,
        "consent_office": consent.office,
        "consent_partner": consent.partner,
        "contact": consent.contact,
        "notice": consent.notice,
    }


def placed(stand: Stand | None, at: datetime) -> dict[str, object]:
    """Return where a referral stands, by column; without a stand the clock does not look at it.

    `at` is when that was counted: a clock that ran ahead then is found out by it.
    """
    if stand is None:
        return {"wakes": None}
    due = {"due": stand.due} if stand.due else {}
    return due | {
        "rung": stand.rung,
        "office": stand.office,
        "since": stand.since,
        "wakes": stand.wakes,
        "alerts": stand.alerts,
        "counted": at,
    }


def claimed_by_after(referral: Referral, event: Event) -> str | None:
    """Return whose it is after an event: nobody's in the queue, else the officer's who acts."""
    if event.state is State.WAITING:
        return None
    if event.state in ENDED or event.officer is None or event.action is Action.ACCEPT:
        return referral.claimed_by
    return event.officer


def after_event(referral: Referral, event: Event, stand: Stand | None) -> Referral:
    """Return a referral as it is after an event that was applied to it."""
    moved = replace(referral, state=event.state, claimed_by=claimed_by_after(referral, event))
    return replace(moved, wakes=None) if stand is None else standing_at(moved, stand)


def standing_at(referral: Referral, stand: Stand) -> Referral:
    """Return a referral that stands there."""
    return replace(
        referral,
        office=stand.office,
        rung=stand.rung,
        since=stand.since,
        wakes=stand.wakes,
        alerts=stand.alerts,
        due=stand.due or referral.due,
    )


def to_event(row: Row[Any]) -> Event:
    """Return the event of a row."""
    action = Action(row.action) if row.action else None
    outcome = Outcome(row.outcome) if row.outcome else None
    why = Declined(row.why) if row.why else None
    return Event(row.at, action, State(row.state), row.officer, outcome, why, row.until)


def code_columns(code: NewCode | None) -> dict[str, bytes]:
    """Return what is kept of a code, by column."""
    if code is None:
        return {}
    return {
        "code_check": code.check,
        "reader_public": code.reader,
        "reader_locked": code.locked,
    }


def wrap_columns(subject: str, referral: str, wrap: Wrap) -> dict[str, object]:
    """Return what is kept of a wrap, by column: what it opens, and of which request that is."""
    return {
        "subject": subject,
        "office": wrap.office,
        "version": wrap.version,
        "referral": referral,
        "blob": wrap.blob,
    }


def bound_of(referral: Referral, message: str) -> Bound:
    """Return what the seal of a message is bound to: in another request it does not open."""
    return replace(referral.bound, message=message)


def to_message(row: Row[Any], text: bytes) -> CaseMessage:
    """Return the message of a row with its opened text."""
    decoded = text.decode("utf-8", "surrogatepass")
    return CaseMessage(row.id, row.at, Author(row.author), decoded)


def encoded(text: str) -> bytes:
    """Return a text as bytes; lone surrogates survive."""
    return text.encode("utf-8", "surrogatepass")
