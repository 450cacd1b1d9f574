"""What has happened to a request, in plain words, step by step, for the one who holds its code.

Only what they may know: no officer, no partner by name, and nothing of a word that stops contact.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime

from bot.i18n import Line, say
from bot.referrals import Action, Declined, Event, Outcome

SHOWN = 6
"""So many steps at most, the last ones."""
PLAIN: Mapping[Action, Callable[[Line], Line]] = {
    Action.CLAIM: lambda at: say("On {moment} an officer took it.", moment=at),
    Action.RELEASE: lambda at: say(
        "On {moment} it was given back, to wait for another officer.", moment=at
    ),
    Action.LAPSE: lambda at: say(
        "On {moment} the officer had not answered in time. It waits again.", moment=at
    ),
    Action.CLIMB: lambda at: say(
        "On {moment} nobody had taken it. Somebody above was told.", moment=at
    ),
    Action.PASS_ON: lambda at: say("On {moment} it was passed to another office.", moment=at),
    Action.OFFER: lambda at: say(
        "On {moment} it was offered to a partner organisation.", moment=at
    ),
    Action.ACCEPT: lambda at: say("On {moment} a partner organisation took it.", moment=at),
    Action.EXPIRE: lambda at: say(
        "On {moment} a partner organisation had not answered in time.", moment=at
    ),
    Action.HAND_BACK: lambda at: say(
        "On {moment} the partner organisation gave it back.", moment=at
    ),
    Action.UNSHARE: lambda at: say(
        "On {moment} you took back your yes to partners. It waits at the office again.", moment=at
    ),
    Action.WITHDRAW: lambda at: say("On {moment} you took it back.", moment=at),
}
"""What is told of a step that needs nothing but its moment."""


def history(events: Sequence[Event], when: Callable[[datetime], Line]) -> list[Line]:
    """Return the last steps in order; `when` says a moment, or its day once it is closed."""
    lines = [line for one in events if (line := _step(one, when(one.at))) is not None]
    return lines[-SHOWN:]


def _step(event: Event, at: Line) -> Line | None:
    """Say one step; None for what stands elsewhere, or is not for these eyes."""
    match event.action:
        case None | Action.ANSWER | Action.STOP | Action.LIFT:
            return None
        case Action.CLOSE:
            return _closed(event.outcome, at)
        case Action.DECLINE:
            return _declined(event.why or Declined.UNSAID, at)
        case Action.FULL:
            return _full(event.until, at)
        case plain:
            return PLAIN[plain](at)


def _full(until: date | None, at: Line) -> Line:
    if until is None:
        return _declined(Declined.NO_ROOM, at)
    return say(
        "On {moment} a partner organisation said no: it has no room until {day}.",
        moment=at,
        day=until,
    )


def _declined(why: Declined, at: Line) -> Line:
    match why:
        case Declined.NO_ROOM:
            return say("On {moment} a partner organisation said no: it has no room.", moment=at)
        case Declined.NOT_OURS:
            return say(
                "On {moment} a partner organisation said no: it does not do this kind of work.",
                moment=at,
            )
        case Declined.ELSEWHERE:
            return say(
                "On {moment} a partner organisation said no: it does not work where you are.",
                moment=at,
            )
        case Declined.TOO_LITTLE:
            return say(
                "On {moment} a partner organisation said no: it would have to know more.",
                moment=at,
            )
        case Declined.UNSAID:
            return say("On {moment} a partner organisation said no. It gave no reason.", moment=at)


def _closed(outcome: Outcome | None, at: Line) -> Line:
    match outcome:
        case None:
            return say("On {moment} it was closed.", moment=at)
        case Outcome.HELPED:
            return say("On {moment} it was closed: the office says that you got help.", moment=at)
        case Outcome.REFERRED_ON:
            return say("On {moment} it was closed: another organisation goes on.", moment=at)
        case Outcome.NOT_REACHED:
            return say("On {moment} it was closed: the office could not reach you.", moment=at)
        case Outcome.WITHDREW:
            return say("On {moment} it was closed: you did not want it any more.", moment=at)
        case Outcome.NOT_IN_MANDATE:
            return say("On {moment} it was closed: this office may not do what you need.",
                       moment=at)  # fmt: skip
        case Outcome.DUPLICATE:
            return say("On {moment} it was closed: you have another request about this.",
                       moment=at)  # fmt: skip
