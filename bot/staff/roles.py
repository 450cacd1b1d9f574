"""Who may do what: the table of roles, as data.

Each cell lists alternatives; each alternative is the set of facts that must hold.  An empty tuple
denies.  What needs a second person says so by a fact too, so that a caller that knows of no second
person is refused.  The table says nothing about unknown and foreign objects: whoever is refused one
sees the same as for one that is not there.
"""

from collections.abc import Mapping
from enum import StrEnum

from bot.staff.model import DUTY_DESK, Officer, Role


class Act(StrEnum):
    """A thing that somebody in the console may want to do: the rows of the table."""

    LIST_QUEUE = "list-queue"
    OPEN_TEXT = "open-text"
    WORK = "work"
    REASSIGN = "reassign"
    PASS_ON = "pass-on"  # noqa: S105  # a row of the table, not a password
    WRITE = "write"
    SEE_IDENTITY = "see-identity"
    EXPORT_CASE = "export-case"
    EDIT_CONTENT = "edit-content"
    PUBLISH_CONTENT = "publish-content"
    CAMPAIGN = "campaign"
    STATISTICS = "statistics"
    MANAGE_OFFICERS = "manage-officers"
    ADMIT_TO_KEY = "admit-to-key"
    ROTATE_KEY = "rotate-key"
    CONFIRM_PLACE = "confirm-place"
    CORRECT_PLACE = "correct-place"
    READ_AUDIT = "read-audit"
    CONFIGURE = "configure"


class Fact(StrEnum):
    """Something that holds for this officer, this object and this moment."""

    OWN_OFFICE = "own-office"
    OWN_CLAIM = "own-claim"
    OFFERED = "offered"
    PASSED = "passed"
    MEDICAL = "medical"
    REASON = "reason"
    CONSENTED = "consented"
    SAFE_CONTACT = "safe-contact"
    THROUGH_OFFICE = "through-office"
    SECOND_PERSON = "second-person"
    HOLDS_KEY = "holds-key"
    OWN_COUNTRY = "own-country"
    OWN_COUNTS = "own-counts"
    OWN_ACTS = "own-acts"
    WITHOUT_CONTENT = "without-content"
    NOT_ADMIN_ROLE = "not-admin-role"
    INVITING = "inviting"


Alternatives = tuple[frozenset[Fact], ...]


def _one(*facts: Fact) -> Alternatives:
    return (frozenset(facts),)


_F = Fact
_OWN = _one(_F.OWN_OFFICE)
_TWO = _one(_F.SECOND_PERSON)
_OWN_TWO = _one(_F.OWN_OFFICE, _F.SECOND_PERSON)
_MEDICAL = _one(_F.OWN_OFFICE, _F.MEDICAL)
_OFFERED_OR_PASSED = _one(_F.OFFERED) + _one(_F.PASSED)
_KEY = _one(_F.OWN_OFFICE, _F.HOLDS_KEY)
_PLACE = _one(_F.OWN_COUNTRY)
_PLACE_TWO = _one(_F.OWN_COUNTRY, _F.SECOND_PERSON)

TABLE: Mapping[Act, Mapping[Role, Alternatives]] = {
    Act.LIST_QUEUE: {
        Role.OFFICER: _OWN,
        Role.SUPERVISOR: _OWN,
        Role.PARTNER: _OFFERED_OR_PASSED,
        Role.CLINICIAN: _MEDICAL,
    },
    Act.OPEN_TEXT: {
        Role.OFFICER: _one(_F.OWN_OFFICE, _F.OWN_CLAIM),
        Role.SUPERVISOR: _one(_F.OWN_OFFICE, _F.OWN_CLAIM) + _one(_F.OWN_OFFICE, _F.REASON),
        Role.PARTNER: _one(_F.PASSED),
        Role.CLINICIAN: _one(_F.OWN_OFFICE, _F.MEDICAL, _F.OWN_CLAIM),
    },
    Act.WORK: {
        Role.OFFICER: _OWN,
        Role.SUPERVISOR: _OWN,
        Role.PARTNER: _OFFERED_OR_PASSED,
        Role.CLINICIAN: _MEDICAL,
    },
    Act.REASSIGN: {
        Role.OFFICER: _one(_F.OWN_OFFICE, _F.OWN_CLAIM),
        Role.SUPERVISOR: _OWN,
        Role.CLINICIAN: _one(_F.OWN_OFFICE, _F.MEDICAL, _F.OWN_CLAIM),
    },
    Act.PASS_ON: {
        Role.OFFICER: _one(_F.OWN_OFFICE, _F.CONSENTED),
        Role.SUPERVISOR: _OWN,
        Role.CLINICIAN: _one(_F.OWN_OFFICE, _F.MEDICAL, _F.CONSENTED),
    },
    Act.WRITE: {
        Role.OFFICER: _one(_F.OWN_OFFICE, _F.OWN_CLAIM, _F.SAFE_CONTACT),
        Role.SUPERVISOR: _OWN,
        Role.PARTNER: _one(_F.PASSED, _F.THROUGH_OFFICE),
        Role.CLINICIAN: _one(_F.OWN_OFFICE, _F.MEDICAL, _F.OWN_CLAIM),
    },
    Act.SEE_IDENTITY: {},
    Act.EXPORT_CASE: {Role.SUPERVISOR: _OWN_TWO},
    Act.EDIT_CONTENT: {Role.EDITOR: _one()},
    Act.PUBLISH_CONTENT: {Role.EDITOR: _TWO},
    Act.CAMPAIGN: {Role.SUPERVISOR: _OWN_TWO, Role.EDITOR: _TWO},
    Act.STATISTICS: {
        Role.OFFICER: _OWN,
        Role.SUPERVISOR: _OWN,
        Role.PARTNER: _one(_F.OWN_COUNTS),
        Role.CLINICIAN: _OWN,
        Role.ANALYST: _one(),
    },
    Act.MANAGE_OFFICERS: {
        Role.SUPERVISOR: _one(_F.OWN_OFFICE, _F.INVITING, _F.NOT_ADMIN_ROLE),
        Role.ADMIN: _one(_F.NOT_ADMIN_ROLE) + _TWO,
    },
    Act.ADMIT_TO_KEY: {Role.OFFICER: _KEY, Role.SUPERVISOR: _KEY},
    Act.ROTATE_KEY: {Role.SUPERVISOR: _OWN_TWO},
    Act.CONFIRM_PLACE: {
        Role.OFFICER: _PLACE,
        Role.SUPERVISOR: _PLACE,
        Role.EDITOR: _PLACE,
    },
    Act.CORRECT_PLACE: {
        Role.OFFICER: _PLACE_TWO,
        Role.SUPERVISOR: _PLACE_TWO,
        Role.EDITOR: _PLACE_TWO,
    },
    Act.READ_AUDIT: {
        Role.OFFICER: _one(_F.OWN_ACTS),
        Role.SUPERVISOR: _OWN,
        Role.ADMIN: _one(_F.WITHOUT_CONTENT),
    },
    Act.CONFIGURE: {Role.ADMIN: _TWO},
}


def alternatives(role: Role, act: Act) -> Alternatives:
    """Return the sets of facts under each of which the role may act; empty where it never may."""
    return TABLE[act].get(role, ())


def may(role: Role, act: Act, facts: frozenset[Fact] = frozenset()) -> bool:
    """Tell whether the role may act, given what holds."""
    return any(needed <= facts for needed in alternatives(role, act))


def allowed(officer: Officer, act: Act, facts: frozenset[Fact] = frozenset()) -> bool:
    """Tell whether the officer may act in any of their roles, given what holds."""
    return any(may(role, act, facts) for role in officer.roles)


def request_facts(
    officer: Officer, *, office: str, category: str, claimed_by_officer: bool
) -> frozenset[Fact]:
    """Return what holds between an officer and a request held by `office`.

    A complaint is seen by the supervisor of the duty desk alone: for everybody else nothing holds,
    as if it were a foreign request.
    """
    if category == "complaint" and not hears_complaints(officer):
        return frozenset()
    if officer.office != office:
        return frozenset()
    medical = {Fact.MEDICAL} if category == "medical" else set()
    claim = {Fact.OWN_CLAIM} if claimed_by_officer else set()
    return frozenset({Fact.OWN_OFFICE} | medical | claim)


def hears_complaints(officer: Officer) -> bool:
    """Tell whether complaints come to this officer."""
    return officer.office == DUTY_DESK and Role.SUPERVISOR in officer.roles
