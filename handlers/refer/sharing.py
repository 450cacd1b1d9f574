"""May a partner have it: what kind, in which country, what they would get; others ask anew.

The same question is put again, with number and code, to whoever wants to change the answer.
"""

from bot.conversation import Session
from bot.i18n import CountryName, Line, Text, say
from bot.referrals import Category, Field, may_share
from handlers.refer import young
from handlers.refer.other import whose
from handlers.refer.questions import Question, choice, ways_out
from handlers.refer.receivers import category, particulars


def share(session: Session) -> Question:
    """Ask whether a partner may get it, or say that none will."""
    if not may_share(category(session), whose(session)):
        return _nobody(session)
    told = particulars(session)
    fields = {Field.WORDS: bool(told.words), Field.PLACE: told.country is not None}
    lines: list[Text | list[Text]] = [asked(told.country)]
    lines.append([gets(frozenset(one for one, is_said in fields.items() if is_said))])
    if young.is_young(session):
        lines.append(say("Before that, somebody more at the office must agree."))
    lines.append(say("You need not say yes."))
    rows = (
        (choice("share", "yes", say("Yes")), choice("share", "no", say("No"))),
        ways_out("share"),
    )
    return Question(tuple(lines), rows)


def asked(country: str | None) -> Line:
    """Ask for a yes that names kind and country of a partner."""
    if country is None:
        return say("May they pass it to an organisation that helps with this where you are?")
    return say(
        "May they pass it to an organisation in {country} that helps with this?",
        country=CountryName(country),
    )


def gets(fields: frozenset[Field]) -> Line:
    """Say what a partner would get."""
    words, place = Field.WORDS in fields, Field.PLACE in fields
    if words and place:
        return say(
            "It would get: what it is about, how soon, the language, the place, and what you wrote."
        )
    if words:
        return say("It would get: what it is about, how soon, the language, and what you wrote.")
    if place:
        return say("It would get: what it is about, how soon, the language, and the place.")
    return say("It would get: what it is about, how soon, and the language.")


def _nobody(session: Session) -> Question:
    """Say that no partner gets it, and why; there is nothing to say yes to."""
    why = say("This person has not said yes. So nothing goes to another organisation.")
    if category(session) is Category.COMPLAINT:
        why = say("A complaint goes to no other organisation.")
    return Question((why,), ((choice("share", "no", say("Go on")),), ways_out("share")))
