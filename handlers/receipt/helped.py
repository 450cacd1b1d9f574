"""Whether it helped: two taps once a request is closed, of which only counts are kept."""

from bot.conversation import Reply, Session, Tools, tell
from bot.i18n import say
from bot.referrals import Judgement, Lack, Referral, State
from handlers.receipt.judging import LACKS, MISSING
from handlers.receipt.shown import OUT, WAYS

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
    return tell(session, MISSING, choices=(*LACKS, *OUT))


async def lacked(value: str, referral: Referral, session: Session, tools: Tools) -> Reply | None:
    """Count the second tap, once, in whatever chat it is made; None where it is not asked."""
    lack = Lack(value) if value in set(Lack) else None
    if not await tools.referrals.store.answering.lacked(referral, lack, tools.now.date()):
        return None
    return tell(session, TOLD, choices=WAYS)
