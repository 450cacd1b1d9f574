"""Whether it helped: two taps once a request is closed, of which only counts are kept."""

from bot.conversation import Choice, Reply, Session, Tools, row, tell
from bot.i18n import Line, say
from bot.referrals import Judgement, Lack, Referral, State
from handlers.receipt.shown import OUT, WAYS

OPEN = "lack"
"""The slot that tells that one reason may be given in this chat; no request is marked with it."""
TOLD = say("Thank you. Only the number of such answers is kept, not who gave them.")


async def helped(value: str, referral: Referral, session: Session, tools: Tools) -> Reply | None:
    """Count the first tap and ask what was missing; None where there is nothing to count."""
    if referral.state is not State.CLOSED or value not in set(Judgement):
        return None
    judgement, today = Judgement(value), tools.now.date()
    if not await tools.referrals.store.answering.judge(referral, judgement, today):
        return tell(session, say("You have said so already. Thank you."), choices=WAYS)
    if judgement is Judgement.YES:
        return tell(session, TOLD, choices=WAYS)
    buttons = [(Choice(f"receipt:lack:{one}", missing(one)),) for one in Lack]
    skip = row(Choice("receipt:lack:skip", say("Skip")))
    return tell(
        session.put(**{OPEN: referral.reference}),
        say("What was missing?"),
        choices=(*buttons, skip, *OUT),
    )


async def lacked(value: str, referral: Referral, session: Session, tools: Tools) -> Reply | None:
    """Count the second tap, once; None where it was not asked."""
    if session.slots.get(OPEN) != referral.reference:
        return None
    if value in set(Lack):
        await tools.referrals.store.answering.lacked(referral, Lack(value), tools.now.date())
    return tell(session.drop(OPEN), TOLD, choices=WAYS)


def missing(lack: Lack) -> Line:
    """Say what was missing, as its button does."""
    match lack:
        case Lack.TOO_LATE:
            return say("It came too late")
        case Lack.NO_ANSWER:
            return say("Nobody answered me")
        case Lack.NOT_WHAT_I_NEEDED:
            return say("It was not what I needed")
        case Lack.WORSE:
            return say("It made things worse for me")
