"""The statements that read sealed text, each of which says in the audit by whom it was read.

What is read is locked first, as by whoever changes it: a reader and somebody who moves the same
request would else wait for each other, one for the request, one for the head of the chain.
"""

from typing import Any

from sqlalchemy import Select, select

from bot.audit import OPEN, READ, Act, By
from bot.referrals import Author, Referral
from bot.store.audit import reading
from bot.store.tables import case_messages, referrals

RANK = "rank"
"""The program used the town of a request; the officer, in whose name it did, sees nothing of it."""


def on(referral: Referral, action: str) -> Act:
    """Return an act on a request, in the chain of the office that has it.

    Its object is the request's own id: the reference is in the person's hands, and given again.
    """
    return Act(action, referral.id, chain=referral.office)


def sealed_of(referral: Referral, by: By | None) -> Select[Any]:
    """Return what reads the sealed particulars of a request."""
    return reading(_held(referral), on(referral, OPEN), by)


def town_of(referral: Referral, by: By) -> Select[Any]:
    """Return what reads the sealed particulars for the town alone, which ranks partners."""
    return reading(_held(referral), on(referral, RANK), by)


def messages_of(referral: Referral) -> Select[Any]:
    """Return what reads the messages of a case whose texts stay shut, oldest first."""
    return (
        select(case_messages)
        .where(case_messages.c.referral == referral.id)
        .order_by(case_messages.c.at, case_messages.c.id)
    )


def between(referral: Referral) -> Select[Any]:
    """Return what reads the messages between office and person; what partners wrote is not one."""
    return messages_of(referral).where(case_messages.c.author != Author.PARTNER)


def texts_of(referral: Referral, by: By | None) -> Select[Any]:
    """Return what reads the messages of a case to be opened, oldest first."""
    held = _held(referral).cte("held")
    found = select(case_messages).join(held, held.c.id == case_messages.c.referral)
    read = reading(found, on(referral, READ), by)
    return read.order_by(read.selected_columns.at, read.selected_columns.id)


def _held(referral: Referral) -> Select[Any]:
    return (
        select(referrals.c.particulars_sealed, referrals.c.id)
        .where(referrals.c.id == referral.id)
        .with_for_update(key_share=True)
    )
