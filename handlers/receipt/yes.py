"""Changing a yes with number and code: as easily as it was given, in the words of the question.

What is taken back is recorded as a no of this hour, and the office is told at once.
"""

from bot.conversation import Choice, Reply, Session, Tools, tell
from bot.i18n import Text, say
from bot.referrals import Purpose, Referral, Shared, last, may_share, standing
from handlers.receipt.shown import OUT, WAYS
from handlers.refer.sharing import asked, gets


async def share(value: str, referral: Referral, session: Session, tools: Tools) -> Reply:
    """Ask again whether a partner may get it, or record what the person says now."""
    answers = (await tools.referrals.store.consents.record(referral)).answers
    said = last(answers, Purpose.PARTNER)
    if said is None or not may_share(referral.category, said.whose):
        return tell(session, say("It goes to no other organisation."), choices=WAYS)
    if value in ("yes", "no"):
        given = value == "yes"
        shared = await tools.referrals.answered(
            referral, Purpose.PARTNER, given=given, language=session.language or said.language
        )
        return tell(session, _noted(shared, given=given), choices=WAYS)
    now = say("Until now you said no.")
    if standing(answers, Purpose.PARTNER):
        now = say("Until now you said yes.")
    return tell(
        session,
        asked(said.country),
        gets(said.fields),
        now,
        choices=(
            (
                Choice("receipt:share:yes", say("Yes")),
                Choice("receipt:share:no", say("No")),
            ),
            *OUT,
        ),
    )


def _noted(shared: Shared, *, given: bool) -> list[Text]:
    if given:
        return [say("It is noted. The office may now pass it to such an organisation.")]
    noted = say("It is noted, and the office is told. It is not passed to anybody else.")
    read = say("What somebody has read already cannot be unread.")
    match shared:
        case Shared.NOWHERE:
            return [noted, read]
        case Shared.BACK:
            back = say(
                "The organisation can open it no more, and is asked to erase what it noted. "
                "Your request waits at the office again."
            )
            return [noted, back, read]
        case Shared.KEPT:
            kept = say("One organisation keeps it: two officers decided that a life is in danger.")
            return [noted, kept, read]
