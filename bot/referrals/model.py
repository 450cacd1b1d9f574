"""What a referral is: values that say what stands in clear and what is encrypted.

`Referral` holds what may stand in clear in the queue; `Particulars` is what identifies a person
or tells their story, encrypted wherever it is stored.
"""

from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum

from bot.directory import Point
from bot.privacy import Bound
from bot.referrals.contact import Allowed, Hours
from bot.referrals.rungs import Pace, Rung, Stand
from bot.referrals.states import Action, Declined, Outcome, State
from bot.referrals.wishes import NONE, Wishes

DANGER_TO_LIFE = "danger-to-life"
"""The one reason for which what a person took back is kept."""


class Category(StrEnum):
    """What a request is about.  The values are stored: add one, never rename one."""

    TRAFFICKING = "trafficking"
    PROTECTION = "protection"
    CHILD = "child"
    ASYLUM = "asylum"
    RETURN = "return"
    STRANDED = "stranded"
    MEDICAL = "medical"
    LABOUR = "labour"
    RESETTLEMENT = "resettlement"
    FAMILY = "family"
    COMPENSATION = "compensation"
    SKILLS = "skills"
    DETENTION = "detention"
    COMPLAINT = "complaint"
    OTHER = "other"


class Urgency(StrEnum):
    """How soon the person needs somebody."""

    NOW = "now"
    SOON = "soon"
    LATER = "later"


class Contact(StrEnum):
    """How the office may answer: only to number and code, or also in the chat."""

    CODE = "code"
    HERE = "here"


class Author(StrEnum):
    """Who wrote a message of a case."""

    OFFICE = "office"
    PERSON = "person"
    PARTNER = "partner"
    """A partner that accepted writes to the office, never to the person."""


class Lifting(StrEnum):
    """Why an officer lets somebody be answered again who had stopped all contact."""

    PROVED = "proved"
    MISTAKE = "mistake"
    SAFE_NOW = "safe-now"


class Whose(StrEnum):
    """Whose answer a consent is.  The values are stored: add one, never rename one."""

    OWN = "own"
    AGREED = "other-agrees"
    """Somebody else's, who knows and agrees, as the one who asks says."""
    NOT_AGREED = "other-does-not"
    UNSAID = "other-not-said"


@dataclass(frozen=True, slots=True)
class Consent:
    """What the person said yes to; each answer stands for itself."""

    office: bool
    partner: bool
    contact: Contact
    notice: str = "2026-11"
    """The version of the words that were shown."""


@dataclass(frozen=True, slots=True)
class Particulars:
    """What is encrypted: the words, where the person is (a town at most) and whom it is about."""

    words: str = field(repr=False, default="")
    for_other: bool = False
    country: str | None = field(repr=False, default=None)
    place: str | None = field(repr=False, default=None)
    town: Point | None = field(repr=False, default=None)
    safe_word: str = field(repr=False, default="")
    """A word by which the office can prove that it is the office; never shown to the person."""
    against: str = field(repr=False, default="")
    """The office or partner that a complaint is about, as the person named it; it is not told."""


@dataclass(frozen=True, slots=True)
class Address:
    """Where to reach a person who chose to be written to, and in which hours of their clock."""

    person: str
    channel: str
    address: str | None = field(repr=False)
    hours: Hours = Hours.ANY
    zone: str = "UTC"


@dataclass(frozen=True, slots=True)
class Told:
    """A person to be told of an event, where they chose to be written to."""

    referral: str
    person: str
    channel: str
    language: str
    ended: bool
    allowed: Allowed
    address: str | None = field(repr=False, default=None)


@dataclass(frozen=True, slots=True)
class Request:
    """What a person asks for, ready to be sent."""

    category: Category
    urgency: Urgency
    language: str
    consent: Consent
    particulars: Particulars
    answer_to: Address | None = None
    stop_check: bytes | None = field(repr=False, default=None)
    """What is stored of a word that stops all contact, typed in place of the code."""
    wishes: Wishes = NONE
    young: bool = False
    """The person is under 18, as they said."""
    whose: Whose = Whose.OWN


@dataclass(frozen=True, slots=True)
class Referral:
    """A request as the queue sees it: nothing here says who the person is.

    `office` has it now; `due` is when somebody must have taken it.  Times are aware UTC.
    """

    id: str
    reference: str
    office: str
    category: Category
    urgency: Urgency
    language: str
    state: State
    consent: Consent
    created: datetime
    due: datetime
    pace: Pace = Pace.DAY
    rung: Rung = Rung.OFFICE
    since: datetime | None = None
    """Since when it is on its rung; None stands for its making."""
    wakes: datetime | None = None
    """When the clock acts on it next, whatever its state: a step, the end of a lease or offer."""
    alerts: int = 0
    claimed_by: str | None = None
    first_office: str = ""
    """The office it was first sealed for, which its seal is bound to; empty means `office`."""
    do_not_contact: bool = False
    """The person typed the word that stops contact; the code opens nothing until it is lifted."""
    kept: bool = False
    """A supervisor recorded danger to life: withdrawn, its words stay longer than 72 hours."""
    judged: bool = False
    """The person has said whether it helped; what they said stands only in a count."""
    lacking: bool = False
    """They may still say what was missing, in any chat."""
    wished: bool = False
    """The person wished something about who reads it; what that is stands sealed."""

    @property
    def stand(self) -> Stand:
        """Where it waits."""
        since = self.since or self.created
        return Stand(self.rung, self.office, since, self.wakes or since, self.alerts)

    @property
    def bound(self) -> Bound:
        """What its seal and the wraps of its key are bound to."""
        return Bound(self.id, self.first_office or self.office)


@dataclass(frozen=True, slots=True)
class Event:
    """What happened to a referral; `officer` is None where the person or a clock acted.

    `why` is why a partner declined, `until` the day until which it has no room.
    """

    at: datetime
    action: Action | None
    state: State
    officer: str | None = None
    outcome: Outcome | None = None
    why: Declined | None = None
    until: date | None = None


@dataclass(frozen=True, slots=True)
class CaseMessage:
    """A message between office and person; `text` is empty for who may not or need not read it."""

    id: str
    at: datetime
    author: Author
    text: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Receipt:
    """What the person holds: the number offices see, and the code, shown once, or none."""

    reference: str
    code: str | None = field(repr=False)
    office: str
