"""What to do until somebody answers: numbers that help with this, and something to read."""

from collections.abc import Mapping

from bot.conversation import Choice, Message, Session, Tools, message, row
from bot.directory import Service
from bot.i18n import Text, say
from bot.referrals import Category
from handlers.menu import LEAVE, MENU, PERSON
from handlers.numbers import helps, numbers

CALL: Mapping[Category, Service] = {
    Category.PROTECTION: Service.PROTECTION,
    Category.CHILD: Service.CHILD,
    Category.ASYLUM: Service.LEGAL,
    Category.MEDICAL: Service.HEALTH,
    Category.LABOUR: Service.LABOUR,
    Category.DETENTION: Service.LEGAL,
    Category.COMPENSATION: Service.LEGAL,
}
"""Whose lines help; for all else, and where a country has none of these, those that always do."""
READ: Mapping[Category, tuple[str, ...]] = {
    Category.TRAFFICKING: ("trafficking.leave-safely", "trafficking.get-help"),
    Category.PROTECTION: ("journey.violence", "trafficking.get-help"),
    Category.CHILD: ("trafficking.children", "asylum.children-alone"),
    Category.ASYLUM: ("asylum.legal-help", "asylum.appeal", "asylum.how-to-apply"),
    Category.RETURN: ("return.how-to-apply", "return.what-is-it"),
    Category.STRANDED: ("return.stranded", "return.how-to-apply"),
    Category.MEDICAL: ("health.emergency-care", "health.mental-health"),
    Category.LABOUR: ("labour.unpaid-wages", "trafficking.passport-taken", "trafficking.signs"),
    Category.RESETTLEMENT: ("resettlement.what-is-it",),
    Category.FAMILY: ("family.tracing",),
    Category.COMPENSATION: ("compensation.claims",),
    Category.SKILLS: ("diaspora.skills",),
    Category.DETENTION: ("asylum.detention", "asylum.legal-help", "asylum.not-sent-back"),
    Category.COMPLAINT: ("scams.fake-services",),
}
"""What is worth reading, best first; the first that there is gets a button."""


def until_then(about: Category, session: Session, tools: Tools) -> Message:
    """Return what to do until somebody answers; the button tells nobody what it was about."""
    shown: list[Text | list[Text]] = [say("Until they answer, you can call:")]
    if session.country:
        service = _service(about, session.country, tools)
        shown += [list(one) for one in numbers(tools, session.country, service)]
    else:
        shown = [say("You can ask here for an office or a number at any time.")]
    shown.append(
        say("You can delete what stands in this chat now. A few harmless messages stay instead.")
    )
    return message(
        *shown,
        choices=(
            _to_read(about, tools),
            row(Choice("near", say("Find an office")), Choice("receipt", say("My number"))),
            row(PERSON, MENU),
            (Choice(LEAVE.id, say("Leave, and delete this chat's messages")),),
        ),
    )


def _service(about: Category, country: str, tools: Tools) -> Service:
    wanted = CALL.get(about, Service.TRAFFICKING)
    return wanted if helps(tools, country, wanted) else Service.TRAFFICKING


def _to_read(about: Category, tools: Tools) -> tuple[Choice, ...]:
    known = tools.knowledge.library.ids()
    found = next((one for one in READ.get(about, ()) if one in known), None)
    return (Choice(f"article:{found}", say("What you can do until then")),) if found else ()
