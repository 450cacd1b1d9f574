"""A packet holds what was ticked and nothing of who the person is; who may be asked at all."""

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest

from bot.console.words import FOR_WHOM
from bot.conversation import Knowledge
from bot.directory import Kind, Label, Point, Service, Who
from bot.referrals import (
    Agreement,
    Category,
    Consent,
    Contact,
    Field,
    Need,
    Pace,
    Particulars,
    Referral,
    State,
    Urgency,
    fitting,
    is_partner,
    packet,
    packet_from,
    packet_to,
)
from bot.referrals.partners import CARE, FOR_SOME, NEVER, ONLY_ABOUT, PUBLIC_SERVICES

NOT_FOR_REQUESTS = {
    "co-coat": "the ministry of the interior runs it",
    "et-8797": "a line of the ministry of justice",
    "hu-victim-support": "a line of the ministry of justice",
    "la-1362": "known from one weak source, in doubt",
    "lk-1938": "known from one weak source, in doubt",
    "mt-victim-support": "an agency under the ministry of the interior",
    "se-116000": "the emergency operator takes its calls",
}
"""Authorities that care for people, or say so, and still get no request; and why."""
NOT_A_GROUP = {Label.INFORMATION_ONLY, Label.VOLUNTARY_RETURN_ONLY}

AT = datetime(2026, 11, 24, 10, 0, tzinfo=UTC)
TOLD = Particulars("CANARY-WORDS", False, "GR", "CANARY-TOWN", safe_word="CANARY-SAFE")
REFERRAL = Referral(
    "CANARY-ID",
    "CANARY-NUMBER",
    "iom-gr-athens",
    Category.ASYLUM,
    Urgency.SOON,
    "en",
    State.CLAIMED,
    Consent(office=True, partner=True, contact=Contact.CODE),
    AT,
    AT,
    Pace.DAY,
)
ATHENS = Point(37.98, 23.73)
LEGAL, LESVOS, OTHER = "gr-elil-athens", "gr-elil-lesvos", "gr-metadrasi"


def agreed(*partners: str, **fields: date | None) -> dict[str, Agreement]:
    made = {one: Agreement(one, True, date(2026, 1, 1)) for one in partners}
    return {one: replace(state, **fields) for one, state in made.items()}  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("fields", "known"),
    [
        (frozenset(), set()),
        (frozenset({Field.PLACE}), {"CANARY-TOWN"}),
        (frozenset({Field.WORDS}), {"CANARY-WORDS"}),
        (frozenset(Field), {"CANARY-TOWN", "CANARY-WORDS"}),
    ],
)
def test_a_packet_holds_what_was_ticked_and_no_more(
    fields: frozenset[Field], known: set[str]
) -> None:
    made = packet(REFERRAL, TOLD, fields)
    plain = packet_to(made).decode()
    canaries = {"CANARY-TOWN", "CANARY-WORDS", "CANARY-SAFE", "CANARY-ID", "CANARY-NUMBER"}
    assert {one for one in canaries if one in plain} == known
    assert packet_from(plain.encode()) == made
    assert "CANARY" not in repr(made)


def test_police_authorities_and_offices_of_ours_are_no_partners(knowledge: Knowledge) -> None:
    partners = [one for one in knowledge.directory.places.values() if is_partner(one)]
    assert len(partners) > 50
    assert Who.POLICE not in {one.answered_by for one in partners}
    kinds = {one.kind for one in partners}
    assert not kinds & {Kind.EMERGENCY, Kind.COUNTRY, Kind.SUB, Kind.REGIONAL}
    labels = {label for one in partners for label in one.labels}
    assert not labels & NEVER


def test_of_all_authorities_only_public_services_that_care_for_people_are_partners(
    knowledge: Knowledge,
) -> None:
    places = [
        one
        for one in knowledge.directory.places.values()
        if one.answered_by is Who.GOVERNMENT and one.kind is not Kind.EMERGENCY
    ]
    assert {one.id for one in places if is_partner(one)} == PUBLIC_SERVICES
    # Whoever adds one that cares for people decides here, by name, which of the two it is.
    open_ones = {one.id for one in places if CARE & one.services and not NEVER & set(one.labels)}
    assert open_ones - PUBLIC_SERVICES == NOT_FOR_REQUESTS.keys()


@pytest.mark.parametrize(
    ("change", "still"),
    [
        ({}, True),
        ({"labels": (Label.RISK_WITHOUT_PAPERS,)}, False),
        ({"labels": (Label.MAY_BE_PASSED_ON,)}, False),
        ({"labels": (Label.POLICE_MAY_COME,)}, False),
        ({"answered_by": Who.POLICE}, False),
        ({"services": frozenset({Service.INFO})}, False),
        ({"id": "mt-unknown"}, False),
    ],
)
def test_a_public_service_that_turns_out_otherwise_is_no_partner_any_more(
    knowledge: Knowledge, change: dict[str, Any], still: bool
) -> None:
    shelter = knowledge.directory.places["mt-appogg"]
    assert is_partner(replace(shelter, **change)) is still


def test_the_nearest_that_helps_comes_first_and_only_with_an_agreement(
    knowledge: Knowledge,
) -> None:
    need = Need(Category.ASYLUM, "GR", ATHENS)
    known = agreed(LESVOS, LEGAL, OTHER)
    order = [one.id for one in fitting(knowledge.directory, known, need, AT)]
    assert set(order) == {LEGAL, LESVOS, OTHER}
    assert order.index(LEGAL) < order.index(LESVOS)
    assert fitting(knowledge.directory, {}, need, AT) == ()


def test_who_is_full_was_asked_or_helps_with_something_else_is_left_out(
    knowledge: Knowledge,
) -> None:
    need = Need(Category.ASYLUM, "GR", ATHENS)
    full = agreed(LEGAL, full_until=AT.date())
    assert fitting(knowledge.directory, full, need, AT) == ()
    assert fitting(knowledge.directory, agreed(LEGAL), need, AT, tried={LEGAL}) == ()
    child = replace(need, category=Category.CHILD)
    assert fitting(knowledge.directory, agreed(LEGAL), child, AT) == ()
    assert fitting(knowledge.directory, agreed(LEGAL), replace(need, country="IT"), AT) == ()
    complaint = replace(need, category=Category.COMPLAINT)
    assert fitting(knowledge.directory, agreed(LEGAL), complaint, AT) == ()


def test_a_line_for_children_takes_children_alone(knowledge: Knowledge) -> None:
    family = Need(Category.FAMILY, "IT")
    assert fitting(knowledge.directory, agreed("it-116000"), family, AT) == ()
    for child in (replace(family, category=Category.CHILD), replace(family, young=True)):
        found = fitting(knowledge.directory, agreed("it-116000"), child, AT)
        assert [one.id for one in found] == ["it-116000"]


@pytest.mark.parametrize(
    ("partner", "category", "young", "may"),
    [
        # Children only.
        ("bo-munasim-kullakita", Category.TRAFFICKING, False, False),
        ("bo-munasim-kullakita", Category.TRAFFICKING, True, True),
        ("bo-munasim-kullakita", Category.CHILD, False, True),
        ("ug-sauti", Category.PROTECTION, False, False),
        ("ug-sauti", Category.PROTECTION, True, True),
        # Men only: no place for somebody under 18; whether an adult is a man nobody asked.
        ("at-men-via", Category.TRAFFICKING, True, False),
        ("at-men-via", Category.TRAFFICKING, False, True),
        ("at-lefoe-ibf", Category.TRAFFICKING, False, True),
        # Problems at work only.
        ("fr-ccem-org", Category.ASYLUM, False, False),
        ("fr-ccem-org", Category.LABOUR, False, True),
        # Nobody asks whether somebody is a refugee: the officer reads it.
        ("cr-unhcr", Category.PROTECTION, False, True),
    ],
)
def test_a_place_for_one_group_gets_nobody_known_to_be_outside_of_it(
    knowledge: Knowledge, partner: str, category: Category, young: bool, may: bool
) -> None:
    country = knowledge.directory.places[partner].country
    need = Need(category, country, young=young)
    found = fitting(knowledge.directory, agreed(partner), need, AT)
    assert [one.id for one in found] == ([partner] if may else [])


def test_of_every_partner_for_some_the_officer_reads_for_whom(knowledge: Knowledge) -> None:
    partners = [one for one in knowledge.directory.places.values() if is_partner(one)]
    labels = {label for one in partners for label in one.labels}
    groups = {label for label in labels if label.endswith("-only") or "women" in label}
    decided = {Label.CHILDREN_ONLY, *ONLY_ABOUT, *NOT_A_GROUP}
    assert groups - decided <= FOR_SOME == FOR_WHOM.keys()
