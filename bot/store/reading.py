"""The statements that move a request or read its sealed text, and say by whom in the audit.

What is read is locked first, as by whoever changes it: a reader and somebody who moves the same
request would else wait for each other, one for the request, one for the head of the chain.
"""

from dataclasses import asdict
from typing import Any

from sqlalchemy import Select, insert, literal, select, true
from sqlalchemy.sql.dml import ReturningUpdate

from bot.audit import OPEN, READ, Act, By
from bot.referrals import Action, Author, Event, Referral, Stand
from bot.store.audit import appended, reading
from bot.store.tables import case_messages, referral_events, referrals


def on(referral: Referral, action: str) -> Act:
    """Return an act on a request, in the chain of the office that has it.

    Its object is the request's own id: the reference is in the person's hands, and given again.
    """
    return Act(action, referral.id, chain=referral.office)


def moving(referral: Referral, event: Event, stand: Stand | None) -> Act:
    """Return the act of moving a request; of one passed on, the chain says to which office."""
    if event.action is Action.PASS_ON and stand is not None:
        return on(referral, f"pass:{stand.office}")
    return on(referral, event.action or event.state)


def moved(
    changed: ReturningUpdate[Any], referral: Referral, event: Event, stand: Stand | None
) -> Select[Any]:
    """Return a statement that changes a request, and notes that as event and in the audit.

    `changed` returns the row if nobody was faster, and only then is anything noted; the number of
    the event comes as `event`.  It is one statement, for officers press at once.
    """
    done = changed.cte("done")
    told = {"at": event.at, **{name: value for name, value in asdict(event).items() if value}}
    columns = [referral_events.c.referral, *(referral_events.c[name] for name in told)]
    values = (literal(value, referral_events.c[name].type) for name, value in told.items())
    noted = (
        insert(referral_events)
        .from_select(columns, select(done.c.id, *values))
        .returning(referral_events.c.id.label("event"))
        .cte("noted")
    )
    entry = appended(moving(referral, event, stand), By(event.officer, event.at)).label("entry")
    return select(done, noted.c.event, entry).select_from(done.join(noted, true()))


def sealed_of(referral: Referral, by: By | None) -> Select[Any]:
    """Return what reads the sealed particulars of a request."""
    return reading(_held(referral), on(referral, OPEN), by)


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
