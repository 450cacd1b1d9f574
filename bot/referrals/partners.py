"""Which partner may get a request: one that helps with this, where the person is, under agreement.

Nothing ever goes to police, to who decides on borders and papers, or to a place that only takes
reports; of all authorities only the public services named here.  A place for one group gets nobody
of whom it is known that they are not of it.  Without an agreement on data in force nothing goes to
anybody; the store refuses it too.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from bot.directory import Directory, Kind, Label, Place, Query, Service, Who, nearest
from bot.referrals.model import Category
from bot.referrals.routing import SERVICES, Need

KINDS = frozenset(
    {
        Kind.NGO,
        Kind.LEGAL_AID,
        Kind.UN,
        Kind.HOTLINE,
        Kind.CHILD_LINE,
        Kind.SHELTER_NETWORK,
        Kind.WOMEN_CENTRE,
        Kind.TRANSIT_CENTRE,
        Kind.CLINIC,
    }
)
ANSWERERS = frozenset({Who.NGO, Who.UN, Who.UNKNOWN})
PUBLIC_SERVICES = frozenset(
    {
        "at-drehscheibe",
        "bd-109",
        "bd-1098",
        "cy-sws-unit",
        "ee-ska-victim-support",
        "gh-icic",
        "gy-ctip",
        "id-sapa-129",
        "in-181",
        "it-1522",
        "mt-appogg",
        "pt-lnes-144",
        "ug-116-sauti",
        "ug-sauti",
    }
)
"""The authorities that may be partners: welfare, women's and children's services, and shelters.

Each was looked at: under no ministry of the interior, of justice or of security, and under none
that decides who may stay.  One that is added to the directory is a partner only once it is named.
"""
CARE = frozenset({Service.SHELTER, Service.HEALTH, Service.PROTECTION, Service.CHILD})
"""What a public service does that may be a partner; who only informs or takes calls is none."""
NEVER = frozenset(
    {
        Label.POLICE_MAY_COME,
        Label.POLICE_MAY_DETAIN,
        Label.POLICE_REPORTED_UNSAFE,
        Label.RISK_WITHOUT_PAPERS,
        Label.IMMIGRATION_AUTHORITY,
        Label.PROSECUTION_OFFICE,
        Label.REPORT_LINE,
        Label.MAY_BE_PASSED_ON,
        Label.DIRECTORY,
        Label.VISA_CLINIC,
        Label.MAY_HAVE_CLOSED,
    }
)

ONLY_ABOUT: Mapping[Label, frozenset[Category]] = {
    Label.WORK_PROBLEMS: frozenset(
        {Category.LABOUR, Category.TRAFFICKING, Category.COMPENSATION, Category.SKILLS}
    ),
    Label.FAMILY_TRACING_ONLY: frozenset({Category.FAMILY}),
}
"""What a place is for alone, where that is less than the services it names."""
FOR_SOME = frozenset(
    {
        Label.WOMEN_ONLY,
        Label.WOMEN_AND_CHILDREN,
        Label.MEN_ONLY,
        Label.REFUGEES_ONLY,
        Label.PEOPLE_FROM_UKRAINE,
    }
)
"""Groups that no request says whether the person is of: the officer reads it and decides."""


@dataclass(frozen=True, slots=True)
class Agreement:
    """The data-sharing state of a partner; days are of UTC, the last one counts.

    `full_until` is the last day on which it has no room, as it said itself.
    """

    partner: str
    agreed: bool = False
    since: date | None = None
    until: date | None = None
    full_until: date | None = None

    def in_force(self, day: date) -> bool:
        """Tell whether something may be passed to it on a day."""
        begun = self.since is not None and self.since <= day
        return self.agreed and begun and (self.until is None or day <= self.until)

    def has_room(self, day: date) -> bool:
        """Tell whether it takes requests on a day, as far as is known."""
        return self.full_until is None or self.full_until < day


Agreements = Mapping[str, Agreement]
"""The state of each partner that has one, by the id of its place."""


def is_partner(place: Place) -> bool:
    """Tell whether a place is one that a request can be passed to at all."""
    return (
        (_is_independent(place) or _is_public_service(place))
        and place.country not in {"", "XX"}
        and not NEVER & set(place.labels)
    )


def partners_in(directory: Directory, country: str) -> tuple[Place, ...]:
    """Return the partners of a country, in the order of their ids."""
    return tuple(place for place in directory.in_country(country) if is_partner(place))


def helping(directory: Directory, need: Need) -> tuple[Place, ...]:
    """Return the partners that help with this where the person is, whatever their state."""
    if need.country is None or need.category is Category.COMPLAINT:
        return ()
    service = SERVICES[need.category]
    return tuple(
        place
        for place in partners_in(directory, need.country)
        if (service is None or service in place.services)
        and takes(place, need.category, young=need.young)
    )


def fitting(
    directory: Directory,
    agreements: Agreements,
    need: Need,
    at: datetime,
    tried: Collection[str] = (),
) -> tuple[Place, ...]:
    """Return the partners that may have it now, best first: who fits, then who is nearest.

    `tried` are left out: those who were asked for this request already.
    """
    day = at.date()
    able = {
        place.id: place
        for place in helping(directory, need)
        if place.id not in tried and _may(agreements.get(place.id), day)
    }
    asked = Query(need.town, need.country, SERVICES[need.category], need.language)
    found = [one.place.id for one in nearest(directory, asked, at, limit=200)]
    known = [one for one in found if one in able]
    return tuple(able[one] for one in (*known, *sorted(able.keys() - set(known))))


def _may(agreement: Agreement | None, day: date) -> bool:
    return agreement is not None and agreement.in_force(day) and agreement.has_room(day)


def takes(place: Place, category: Category, *, young: bool) -> bool:
    """Tell whether whom and what a place is for can hold, as far as it is known of a request.

    `young`: it is about somebody under 18, as they said.
    """
    labels, child = set(place.labels), young or category is Category.CHILD
    if any(category not in about for label, about in ONLY_ABOUT.items() if label in labels):
        return False
    if {Label.CHILDREN_ONLY, Label.MISSING_CHILDREN} & labels:
        return child
    return not (child and Label.MEN_ONLY in labels)


def _is_independent(place: Place) -> bool:
    return place.kind in KINDS and place.answered_by in ANSWERERS


def _is_public_service(place: Place) -> bool:
    """Tell whether it is a named authority that cares for people, whatever kind it is listed as."""
    named = place.id in PUBLIC_SERVICES and place.answered_by is Who.GOVERNMENT
    return named and bool(CARE & place.services)
