"""How soon a request will be answered, said only as far as it is true.

Who really gets it now decides what is said: where the office is closed and the ladder begins
higher, that desk is named and its own figures are told.  A figure is the middle of the desk's last
thirty days; where it has too few, the time it set itself.  Hours it did not state are not named.
"""

from datetime import timedelta

from bot.conversation import Session, Tools
from bot.i18n import Line, Text, say, say_n
from bot.referrals import (
    DUTY_DESK,
    LONGEST_CLASS,
    LOOKED_AT,
    Desk,
    Need,
    Pace,
    closes,
    due,
    first,
    ladder,
    median,
    opens,
)
from handlers.refer.naming import office_name
from handlers.when import moment, unknown_clock

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


async def speed(office: str, asked: Need, soon: Pace, session: Session, tools: Tools) -> list[Text]:
    """Say whether the office works now, who has the request else, and how soon they answer."""
    rungs = ladder(tools.knowledge.directory, await tools.referrals.crews(), office, asked)
    stand = first(soon, rungs, tools.now)
    wanted = next(desk for desk in rungs.values() if desk.office == office)
    lines = _there(wanted, session, tools)
    if lines and opens(wanted.worktime, tools.now) != tools.now:
        lines.append(_meanwhile(office, stand.office, soon, tools))
    lines.append(await _usually(rungs[stand.rung], soon, session, tools))
    timed = any(isinstance(one, Line) and "moment" in dict(one.values) for one in lines)
    return lines + (unknown_clock(session, tools.now) if timed else [])


def _there(desk: Desk, session: Session, tools: Tools) -> list[Text]:
    """Say when they are there; nothing of the duty desk, and no hours that they did not state."""
    if desk.office == DUTY_DESK:
        return []
    opening, stated = opens(desk.worktime, tools.now), desk.worktime.hours is not None
    if opening is None:
        return [say("Nobody is there now, and it is not known when somebody is.")]
    if opening > tools.now:
        at = moment(opening, session)
        known = say("They are closed now. They open on {moment}.", moment=at)
        return [known if stated else say("They may be closed now.")]
    closing = closes(desk.worktime, tools.now) if stated else None
    if closing is None:
        return []
    return [say("They are open now, until {moment}.", moment=moment(closing, session))]


def _meanwhile(office: str, getting: str, soon: Pace, tools: Tools) -> Line:
    """Say who has it while the office that was asked is closed."""
    if getting != office:
        return say("So it goes first to: {desk}.", desk=office_name(getting, tools))
    if soon is Pace.NOW:
        return say("They are alerted all the same. In danger, call a number and do not wait.")
    return say("Your request waits there.")


async def _usually(desk: Desk, soon: Pace, session: Session, tools: Tools) -> Line:
    since = (tools.now - LOOKED_AT).date()
    took = median(await tools.referrals.store.answering.answered(desk.office, soon, since))
    if took is not None:
        return measured(took)
    by = due(soon, desk, tools.now)
    if soon is Pace.DAY:
        return say(
            "Somebody should look at it by {moment}. It can take longer.",
            moment=moment(by, session),
        )
    return set_time(by - tools.now)


def measured(took: timedelta) -> Line:
    """Say within which time half of the last answers came."""
    if took == LONGEST_CLASS:
        return say("It often takes a week or longer until they answer.")
    if took % DAY == timedelta():
        return say_n(
            "They usually answer within {count} day. It can take longer.",
            "They usually answer within {count} days. It can take longer.",
            took // DAY,
        )
    if took % HOUR == timedelta():
        return say_n(
            "They usually answer within {count} hour. It can take longer.",
            "They usually answer within {count} hours. It can take longer.",
            took // HOUR,
        )
    return say_n(
        "They usually answer within {count} minute. It can take longer.",
        "They usually answer within {count} minutes. It can take longer.",
        took // MINUTE,
    )


def set_time(wait: timedelta) -> Line:
    """Say the time that a desk gives itself."""
    if wait % HOUR == timedelta():
        return say_n(
            "Somebody should look at it within {count} hour. It can take longer.",
            "Somebody should look at it within {count} hours. It can take longer.",
            wait // HOUR,
        )
    return say_n(
        "Somebody should look at it within {count} minute. It can take longer.",
        "Somebody should look at it within {count} minutes. It can take longer.",
        wait // MINUTE,
    )
