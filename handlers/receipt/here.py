"""Writing to a person in this chat: in which hours, whether again, or no more."""

from datetime import datetime

from bot.conversation import Choice, Reply, Session, Tools, Turn, ask, tell
from bot.i18n import Line, say
from bot.referrals import Address, Hours, Purpose, Referral, may_ask_again
from handlers.receipt.shown import OUT, WAYS
from handlers.when import hours_of, label, whose, zone

HOURS = "receipt:hours"


async def answer_here(
    value: str, referral: Referral, turn: Turn, session: Session, tools: Tools
) -> Reply:
    """Ask for the hours, then let one neutral line come here; or the next one, or none."""
    if value == "no":
        await tools.referrals.store.contacts.decline(referral, turn.person)
        await _record(referral, session, tools, given=False)
        return tell(session, await _how_to_read(referral, tools), choices=WAYS)
    if value == "again":
        return await _again(referral, turn, session, tools)
    if not value:
        return ask_hours(session, tools.now)
    hours = hours_of(value)
    to = Address(turn.person, turn.channel, turn.address, hours, zone(session))
    await tools.referrals.answer_here(referral, to)
    await _record(referral, session, tools, given=True)
    return tell(
        session,
        say("From now on one neutral line comes here when there is something new."),
        [
            say("Hours: {hours}", hours=label(hours)),
            *([whose(session, tools.now)] if hours is not Hours.ANY else []),
            say("After each line I ask you again. It ends after three lines or 14 days."),
        ],
        choices=WAYS,
    )


async def _again(referral: Referral, turn: Turn, session: Session, tools: Tools) -> Reply:
    contacts = tools.referrals.store.contacts
    allowed = await contacts.allowed(referral, turn.person)
    if allowed is None or not may_ask_again(allowed, tools.now):
        return ask_hours(session, tools.now)
    await contacts.confirm(referral, Address(turn.person, turn.channel, turn.address))
    await _record(referral, session, tools, given=True)
    return tell(
        session,
        say("One more neutral line may come here, in the hours you chose."),
        choices=WAYS,
    )


async def _record(referral: Referral, session: Session, tools: Tools, *, given: bool) -> None:
    """Keep the answer beside those before it; what came with it holds at once."""
    language = session.language or referral.language
    await tools.referrals.answered(referral, Purpose.CONTACT, given=given, language=language)


def ask_hours(session: Session, now: datetime) -> Reply:
    """Ask in which hours a line may come."""
    buttons = [Choice(f"receipt:contact:{one}", label(one)) for one in Hours]
    return ask(
        session,
        HOURS,
        say("When may one neutral line come here?"),
        whose(session, now),
        choices=(*((one,) for one in buttons), *OUT),
    )


async def _how_to_read(referral: Referral, tools: Tools) -> Line:
    """Say how an answer is read now; who has no code reads it in this chat alone."""
    if await tools.referrals.store.check_of(referral.reference) is None:
        return say("Nothing will be sent here. To read, choose My number in this chat.")
    return say("Nothing will be sent here. Come back with number and code to read.")
