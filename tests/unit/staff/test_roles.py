"""The table of roles says exactly what was decided, cell by cell."""

from itertools import product

import pytest

from bot.staff import (
    DUTY_DESK,
    TABLE,
    Act,
    Fact,
    Officer,
    Role,
    allowed,
    alternatives,
    hears_complaints,
    may,
    request_facts,
)

ROLES = list(Role)
EVERYTHING = frozenset(Fact)
# One letter a role, in the order of `Role`: y yes, 2 with a second person, - never.
DECIDED = {
    Act.LIST_QUEUE: "yyyy---",
    Act.OPEN_TEXT: "yyyy---",
    Act.WORK: "yyyy---",
    Act.REASSIGN: "yy-y---",
    Act.PASS_ON: "yy-y---",
    Act.WRITE: "yyyy---",
    Act.SEE_IDENTITY: "-------",
    Act.EXPORT_CASE: "-2-----",
    Act.EDIT_CONTENT: "----y--",
    Act.PUBLISH_CONTENT: "----2--",
    Act.CAMPAIGN: "-2--2--",
    Act.STATISTICS: "yyyy-y-",
    Act.MANAGE_OFFICERS: "-y----y",
    Act.ADMIT_TO_KEY: "yy-----",
    Act.ROTATE_KEY: "-2-----",
    Act.CONFIRM_PLACE: "yy--y--",
    Act.CORRECT_PLACE: "22--2--",
    Act.READ_AUDIT: "yy----y",
    Act.CONFIGURE: "------2",
}


def officer(role: Role, office: str = "iom-sfax", *, acting: bool = False) -> Officer:
    return Officer("o-1", "one@example.org", office, role, acting)


def facts(who: Officer, *, office: str = "iom-sfax", category: str = "other") -> frozenset[Fact]:
    return request_facts(who, office=office, category=category, claimed_by_officer=False)


@pytest.mark.parametrize(("act", "role"), list(product(Act, Role)))
def test_every_cell_is_as_decided(act: Act, role: Role) -> None:
    alone = may(role, act, EVERYTHING - {Fact.SECOND_PERSON})
    together = may(role, act, EVERYTHING)
    assert {"y": (True, True), "2": (False, True), "-": (False, False)}[
        DECIDED[act][ROLES.index(role)]
    ] == (alone, together)


def test_every_act_has_a_row() -> None:
    assert set(TABLE) == set(Act) == set(DECIDED)


def test_nobody_may_see_who_a_person_is() -> None:
    assert not any(may(role, Act.SEE_IDENTITY, EVERYTHING) for role in Role)


@pytest.mark.parametrize("act", [Act.LIST_QUEUE, Act.OPEN_TEXT, Act.WORK, Act.WRITE])
@pytest.mark.parametrize("role", list(Role))
def test_nothing_is_allowed_on_a_foreign_request(role: Role, act: Act) -> None:
    assert not allowed(officer(role), act, facts(officer(role), office="iom-tunis"))


def test_an_officer_reads_only_what_they_claimed() -> None:
    who = officer(Role.OFFICER)
    held = request_facts(who, office="iom-sfax", category="other", claimed_by_officer=True)
    assert allowed(who, Act.OPEN_TEXT, held)
    assert not allowed(who, Act.OPEN_TEXT, facts(who))


def test_a_supervisor_reads_what_others_claimed_only_with_a_reason() -> None:
    who = officer(Role.SUPERVISOR)
    assert not allowed(who, Act.OPEN_TEXT, facts(who))
    assert allowed(who, Act.OPEN_TEXT, facts(who) | {Fact.REASON})


def test_a_clinician_works_on_medical_requests_alone() -> None:
    who = officer(Role.CLINICIAN)
    assert allowed(who, Act.WORK, facts(who, category="medical"))
    assert not allowed(who, Act.WORK, facts(who, category="return"))


def test_a_complaint_is_nothing_to_the_office_it_came_to() -> None:
    for who in (officer(Role.OFFICER), officer(Role.SUPERVISOR), officer(Role.OFFICER, DUTY_DESK)):
        assert not facts(who, office=who.office, category="complaint")


def test_a_complaint_is_heard_by_the_supervisor_of_the_duty_desk() -> None:
    who = officer(Role.SUPERVISOR, DUTY_DESK)
    assert hears_complaints(who)
    assert allowed(who, Act.WORK, facts(who, office=DUTY_DESK, category="complaint"))


def test_an_administrator_as_such_sees_no_queue() -> None:
    who = officer(Role.ADMIN, DUTY_DESK)
    assert not allowed(who, Act.LIST_QUEUE, facts(who, office=DUTY_DESK))


def test_the_first_administrator_works_as_supervisor_of_the_duty_desk() -> None:
    who = officer(Role.ADMIN, DUTY_DESK, acting=True)
    assert who.roles == {Role.ADMIN, Role.SUPERVISOR}
    assert allowed(who, Act.WORK, facts(who, office=DUTY_DESK))


def test_making_an_administrator_needs_a_second_person() -> None:
    assert may(Role.ADMIN, Act.MANAGE_OFFICERS, frozenset({Fact.NOT_ADMIN_ROLE}))
    assert not may(Role.ADMIN, Act.MANAGE_OFFICERS)
    assert may(Role.ADMIN, Act.MANAGE_OFFICERS, frozenset({Fact.SECOND_PERSON}))


def test_a_denied_cell_has_no_alternatives() -> None:
    assert alternatives(Role.ANALYST, Act.LIST_QUEUE) == ()
