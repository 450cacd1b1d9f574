"""What the directory knows about a place a person can be sent to.

A wrong number here can cost a life, so the values are made unable to say what must not be said: a
place that may not be shown is not among `Directory.places`, a shelter or a place nobody should
travel to has no point and no address, and a number that does not connect from abroad has no E.164.
"""

import datetime
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    """What kind of place it is.  The values stand in places.yaml: add one, never rename one."""

    COUNTRY = "country"
    SUB = "sub"
    RESOURCE_CENTRE = "resource-centre"
    TRANSIT_CENTRE = "transit-centre"
    WOMEN_CENTRE = "women-centre"
    CLINIC = "clinic"
    HOTLINE = "hotline"
    GOVERNMENT = "government"
    NGO = "ngo"
    LEGAL_AID = "legal-aid"
    CHILD_LINE = "child-line"
    SHELTER_NETWORK = "shelter-network"
    UN = "un"
    EMERGENCY = "emergency"
    REGIONAL = "regional"
    LIAISON = "liaison"
    HEADQUARTERS = "headquarters"


LADDER_KINDS = frozenset({Kind.REGIONAL, Kind.LIAISON, Kind.HEADQUARTERS})
"""Offices that take no cases: steps of the ladder, never an answer to a person."""

OFFICE_KINDS = frozenset({Kind.COUNTRY, Kind.SUB, Kind.RESOURCE_CENTRE, Kind.TRANSIT_CENTRE})
"""Offices that can answer a general question, whatever services they state."""


class Service(StrEnum):
    """What a place offers (`contract.md` section 6)."""

    EMERGENCY = "emergency"
    INFO = "info"
    RETURN = "return"
    TRAFFICKING = "trafficking"
    PROTECTION = "protection"
    SHELTER = "shelter"
    HEALTH = "health"
    LEGAL = "legal"
    LABOUR = "labour"
    CHILD = "child"
    TRACING = "tracing"
    RESETTLEMENT = "resettlement"
    REINTEGRATION = "reintegration"


class Show(StrEnum):
    """What people see of a place."""

    SHOWN = "shown"
    REPORTED_ONLY = "reported-only"
    """"An IOM office is reported here", with its page, without number or address."""
    LADDER = "ladder"
    HIDDEN = "hidden"


class Who(StrEnum):
    """Who answers the phone."""

    POLICE = "police"
    GOVERNMENT = "government"
    NGO = "ngo"
    UN = "un"
    UNKNOWN = "unknown"


class Anonymity(StrEnum):
    """Whether a person may ask without a name; unknown means "ask", never "no"."""

    YES = "yes"
    NO = "no"
    UNKNOWN = "unknown"


class Label(StrEnum):
    """What a person must know before they call; each is one sentence (`labels.LABEL_TEXT`)."""

    POLICE_MAY_COME = "police-may-come"
    POLICE_MAY_DETAIN = "police-may-detain"
    POLICE_REPORTED_UNSAFE = "police-reported-unsafe"
    RISK_WITHOUT_PAPERS = "risk-without-papers"
    MAY_BE_PASSED_ON = "may-be-passed-on"
    MAY_BE_RECORDED = "may-be-recorded"
    WATCHED_PHONE = "watched-phone"
    NO_DETAILS_BY_MAIL = "no-details-by-mail"
    REPORT_LINE = "report-line"
    IMMIGRATION_AUTHORITY = "immigration-authority"
    PROSECUTION_OFFICE = "prosecution-office"
    COOPERATION_ASKED = "cooperation-asked"
    VOLUNTARY_RETURN_ONLY = "voluntary-return-only"
    NOT_PROTECTION = "not-protection"
    NO_RESCUE = "no-rescue"
    NOT_EMERGENCY = "not-emergency"
    MISSING_CHILDREN = "missing-children"
    CHILDREN_ONLY = "children-only"
    WOMEN_ONLY = "women-only"
    WOMEN_AND_CHILDREN = "women-and-children"
    MEN_ONLY = "men-only"
    REFUGEES_ONLY = "refugees-only"
    PEOPLE_FROM_UKRAINE = "people-from-ukraine"
    WORK_PROBLEMS = "work-problems"
    FAMILY_TRACING_ONLY = "family-tracing-only"
    VIOLENCE_HELPLINE = "violence-helpline"
    EMOTIONAL_SUPPORT = "emotional-support"
    INFORMATION_ONLY = "information-only"
    NAMES_NEAREST_CENTRE = "names-nearest-centre"
    DIRECTORY = "directory"
    VISA_CLINIC = "visa-clinic"
    ADDRESS_WITHHELD = "address-withheld"
    OFFICE_HOURS = "office-hours"
    ANSWERING_MACHINE = "answering-machine"
    FREE_CALL = "free-call"
    CALLS_COST_MONEY = "calls-cost-money"
    MAY_NOT_WORK = "may-not-work"
    MAY_HAVE_CLOSED = "may-have-closed"


class What(StrEnum):
    """What a number is for."""

    CALL = "call"
    TEXT = "text"
    WHATSAPP = "whatsapp"
    OFFICE = "office"
    FROM_ABROAD = "from-abroad"
    GENERAL = "general"
    POLICE = "police"
    GENDARMERIE = "gendarmerie"
    AMBULANCE = "ambulance"
    FIRE = "fire"
    TRAFFICKING = "trafficking"
    VIOLENCE = "violence"
    CHILDREN = "children"
    ADULTS = "adults"
    WOMEN_AND_CHILDREN = "women-and-children"


class Confidence(StrEnum):
    """Where a fact comes from, not how fresh it is."""

    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"


@dataclass(frozen=True, slots=True)
class Point:
    """A position in degrees, WGS 84."""

    lat: float
    lon: float


@dataclass(frozen=True, slots=True)
class Phone:
    """A number: `dial` is what to dial inside the country, `number` (E.164) connects from abroad.

    `number` is None for free national numbers and short codes: those are never made a link that
    starts with a country code.
    """

    dial: str
    what: What = What.CALL
    number: str | None = None
    whatsapp: bool = False

    @property
    def domestic_only(self) -> bool:
        """Tell whether it works only from inside the country."""
        return self.number is None


@dataclass(frozen=True, slots=True)
class Source:
    """Where the facts stand: addresses, the pages' own date (YYYY, YYYY-MM or YYYY-MM-DD)."""

    urls: tuple[str, ...]
    date: str | None
    confidence: Confidence
    retrieved: datetime.date | None = None
    review: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """An office, partner, hotline or set of emergency numbers (`country` is ISO 3166-1 alpha-2).

    `XX` is the country of a service for the whole world.  `point` is the town's middle, never a
    door, and is None where no distance may be told.
    """

    id: str
    name: str
    org: str
    kind: Kind
    country: str
    show: Show
    answered_by: Who
    source: Source
    city: str | None = None
    address: str | None = None
    point: Point | None = None
    no_route: bool = False
    phones: tuple[Phone, ...] = ()
    email: str | None = None
    url: str | None = None
    chat_url: str | None = None
    languages: tuple[str, ...] = ()
    services: frozenset[Service] = frozenset()
    hours: str | None = None
    anonymous: Anonymity = Anonymity.UNKNOWN
    labels: tuple[Label, ...] = ()
    serves: tuple[str, ...] = ()
    regional: str | None = None

    @property
    def reported_only(self) -> bool:
        """Tell whether only "an office is reported here" may be said."""
        return self.show is Show.REPORTED_ONLY

    @property
    def reachable(self) -> bool:
        """Tell whether there is any number, mailbox or page to turn to."""
        return bool(self.phones or self.email or self.url or self.chat_url)


@dataclass(frozen=True, slots=True)
class Directory:
    """All places: those people may see, the steps of the ladder, and those withheld."""

    places: Mapping[str, Place]
    ladder: Mapping[str, Place]
    withheld: Mapping[str, Place]
    countries: Mapping[str, tuple[Place, ...]]
    offices: tuple[Place, ...]
    """Offices one could name across a border: reachable, and nobody is in danger on the way."""

    def in_country(self, country: str) -> tuple[Place, ...]:
        """Return the places people may see in a country, in the order of their ids."""
        return self.countries.get(country, ())

    def emergency(self, country: str) -> Place | None:
        """Return the emergency numbers of a country."""
        return self.places.get(f"{country.lower()}-emergency")
