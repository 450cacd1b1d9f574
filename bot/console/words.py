"""What stored codes are called in the console: one sentence or word for each, in English.

`mark` only marks a text for the catalogue; it is translated where it is shown.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from bot.directory import Label
from bot.referrals import (
    Action,
    Author,
    Category,
    Declined,
    Event,
    Field,
    Lifting,
    Outcome,
    State,
    Urgency,
)
from bot.staff import Officer, Role, Weakness


def mark(text: str) -> str:
    """Return the text; its being here puts it into the catalogue."""
    return text


@dataclass(frozen=True, slots=True)
class Note:
    """A sentence to be translated where it is shown, with its values; moments show their zone."""

    text: str
    values: Mapping[str, "str | int | datetime | Note"] = field(default_factory=dict)


CATEGORY: Mapping[Category, str] = {
    Category.TRAFFICKING: mark("Controlled or exploited by somebody"),
    Category.PROTECTION: mark("Threats or violence"),
    Category.CHILD: mark("A child"),
    Category.ASYLUM: mark("Papers and staying"),
    Category.RETURN: mark("Going home"),
    Category.STRANDED: mark("Stuck on the way"),
    Category.MEDICAL: mark("Health"),
    Category.LABOUR: mark("Work or pay"),
    Category.RESETTLEMENT: mark("Resettlement"),
    Category.FAMILY: mark("Family"),
    Category.COMPENSATION: mark("Compensation"),
    Category.SKILLS: mark("Training and skills"),
    Category.DETENTION: mark("Detention"),
    Category.COMPLAINT: mark("A complaint"),
    Category.OTHER: mark("Something else"),
}

URGENCY: Mapping[Urgency, str] = {
    Urgency.NOW: mark("In danger now"),
    Urgency.SOON: mark("Soon"),
    Urgency.LATER: mark("Can wait"),
}

STATE: Mapping[State, str] = {
    State.WAITING: mark("Waiting"),
    State.CLAIMED: mark("Taken"),
    State.ANSWERED: mark("Answered"),
    State.OFFERED: mark("Offered to a partner"),
    State.ACCEPTED: mark("With a partner"),
    State.CLOSED: mark("Closed"),
    State.WITHDRAWN: mark("Withdrawn by the person"),
}

OUTCOME: Mapping[Outcome, str] = {
    Outcome.HELPED: mark("The person was helped"),
    Outcome.REFERRED_ON: mark("Passed on to somebody who helps"),
    Outcome.NOT_REACHED: mark("The person could not be reached"),
    Outcome.WITHDREW: mark("The person no longer wants help"),
    Outcome.NOT_IN_MANDATE: mark("Not something this office can do"),
    Outcome.DUPLICATE: mark("The same request came twice"),
}

AUTHOR: Mapping[Author, str] = {
    Author.OFFICE: mark("Office"),
    Author.PERSON: mark("The person"),
    Author.PARTNER: mark("The partner, to your office"),
}

ROLE: Mapping[Role, str] = {
    Role.OFFICER: mark("officer"),
    Role.SUPERVISOR: mark("supervisor"),
    Role.PARTNER: mark("partner"),
    Role.CLINICIAN: mark("clinician"),
    Role.EDITOR: mark("editor"),
    Role.ANALYST: mark("analyst"),
    Role.ADMIN: mark("administrator"),
}

HAPPENED: Mapping[Action, str] = {
    Action.CLAIM: mark("Taken by an officer"),
    Action.RELEASE: mark("Given back to the queue"),
    Action.ANSWER: mark("Answered"),
    Action.OFFER: mark("Offered to a partner"),
    Action.ACCEPT: mark("Accepted by a partner"),
    Action.DECLINE: mark("Declined by a partner"),
    Action.FULL: mark("The partner has no room"),
    Action.EXPIRE: mark("The partner did not answer in time"),
    Action.HAND_BACK: mark("Given back by the partner"),
    Action.LAPSE: mark("Not answered in time, so it waits again"),
    Action.CLIMB: mark("Not taken in time, so it went to the next desk"),
    Action.PASS_ON: mark("Passed on to another office"),
    Action.CLOSE: mark("Closed"),
    Action.UNSHARE: mark("The person took back their yes to partners"),
    Action.WITHDRAW: mark("Withdrawn by the person"),
    Action.STOP: mark("The person must not be contacted"),
    Action.LIFT: mark("The person may be answered again"),
}
RECEIVED = mark("Received")
HANDED_OVER = mark("Given to the duty desk, as nobody had ended it for 90 days")

DECLINED: Mapping[Declined, str] = {
    Declined.NO_ROOM: mark("no room"),
    Declined.NOT_OURS: mark("not this kind of work"),
    Declined.ELSEWHERE: mark("not in this area"),
    Declined.TOO_LITTLE: mark("too little is known to say yes"),
    Declined.UNSAID: mark("another reason"),
}

FIELD: Mapping[Field, str] = {
    Field.ABOUT: mark("what it is about"),
    Field.URGENCY: mark("how soon"),
    Field.LANGUAGE: mark("the language"),
    Field.PLACE: mark("where the person is"),
    Field.WORDS: mark("what the person wrote"),
}

FOR_WHOM: Mapping[Label, str] = {
    Label.WOMEN_ONLY: mark("For women."),
    Label.WOMEN_AND_CHILDREN: mark("For women and children."),
    Label.MEN_ONLY: mark("For men."),
    Label.REFUGEES_ONLY: mark("For refugees and people who ask for asylum."),
    Label.PEOPLE_FROM_UKRAINE: mark("Information for people from Ukraine."),
}

LIFTING: Mapping[Lifting, str] = {
    Lifting.PROVED: mark("The person proved to us who they are, and asks for it"),
    Lifting.MISTAKE: mark("The person says that the word was typed by mistake"),
    Lifting.SAFE_NOW: mark("The person is out of reach of whoever was a danger to them"),
}

WEAKNESS: Mapping[Weakness, str] = {
    Weakness.SHORT: mark("This password is too short. Use 15 characters or more."),
    Weakness.LONG: mark("This password is too long. Use 256 characters or fewer."),
    Weakness.COMMON: mark("This password is on the list of those that are tried first."),
    Weakness.GUESSABLE: mark(
        "This password is easy to guess. Use four or five words that do not belong together."
    ),
}


def happened(event: Event) -> str:
    """Return what an event of a request is called."""
    if event.action is Action.RELEASE and event.officer is None:
        return HANDED_OVER
    return HAPPENED[event.action] if event.action else RECEIVED


def roles(officer: Officer) -> tuple[str, ...]:
    """Return what the officer is, the role they were given first."""
    others = sorted(officer.roles - {officer.role})
    return tuple(ROLE[role] for role in (officer.role, *others))
