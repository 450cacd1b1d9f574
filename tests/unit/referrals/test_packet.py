"""A packet holds what was ticked and nothing of who the person is; who may be asked at all."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from bot.conversation import Knowledge
from bot.directory import Kind, Label, Point, Who
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
    assert {one.answered_by for one in partners} <= {Who.NGO, Who.UN, Who.UNKNOWN}
    kinds = {one.kind for one in partners}
    assert not kinds & {Kind.GOVERNMENT, Kind.EMERGENCY, Kind.COUNTRY, Kind.SUB}
    labels = {label for one in partners for label in one.labels}
    assert Label.IMMIGRATION_AUTHORITY not in labels


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
    child = replace(family, category=Category.CHILD)
    assert [one.id for one in fitting(knowledge.directory, agreed("it-116000"), child, AT)] == [
        "it-116000"
    ]
