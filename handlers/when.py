"""Times and hours as a person reads them: on their own clock where it is known.

Where it is not, what the clock of these times shows now is said, for nobody counts in UTC.
"""

from datetime import datetime
from zoneinfo import ZoneInfo

from bot.conversation import Session
from bot.directory import clock_of
from bot.i18n import CountryName, Line, Text, say
from bot.referrals import Hours
from handlers.whereabouts import point_of

UTC_NAME = "UTC"


def clock(session: Session) -> ZoneInfo | None:
    """Return the clock where the person is, as far as they told it."""
    return clock_of(session.country, point_of(session)) if session.country else None


def zone(session: Session) -> str:
    """Return the name of the person's zone (IANA); UTC where it is not known."""
    known = clock(session)
    return known.key if known else UTC_NAME


def moment(at: datetime, session: Session) -> Line:
    """Return a moment on the person's clock, and whose clock it is where that is known."""
    known = clock(session)
    if known is None:
        return say("{moment}", moment=at)
    country = CountryName(session.country or "")
    return say("{moment} (time in {country})", moment=at.astimezone(known), country=country)


def day(at: datetime) -> Line:
    """Return the day of a moment, where no more of it is kept."""
    return say("{moment}", moment=at.date())


def unknown_clock(session: Session, now: datetime) -> list[Text]:
    """Say what the clock of the times above shows now, where it is not the person's own."""
    if clock(session) is not None:
        return []
    return [
        say(
            "I do not know your time zone. These times follow a clock that now shows {now}.",
            now=now,
        )
    ]


def whose(session: Session, now: datetime) -> Line:
    """Say on which clock hours are meant."""
    if clock(session) is None:
        return say(
            "I do not know your time zone. These hours follow a clock that now shows {now}.",
            now=now,
        )
    return say("The hours are those of {country}.", country=CountryName(session.country or ""))


def label(hours: Hours) -> Line:
    """Return what the button of a window of hours says."""
    match hours:
        case Hours.MORNING:
            return say("Morning, 8 to 12")
        case Hours.AFTERNOON:
            return say("Afternoon, 12 to 17")
        case Hours.EVENING:
            return say("Evening, 17 to 21")
        case Hours.ANY:
            return say("At any time")


def hours_of(value: str) -> Hours:
    """Return the hours that a button carries; what is skipped or unknown means any time."""
    return Hours(value) if value in set(Hours) else Hours.ANY
