"""Which office gets a request: never none, never one that cannot take it, never one kept away."""

import itertools
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.directory import Directory, Kind, Place, Service, Show, Who
from bot.referrals import (
    DUTY_DESK,
    Category,
    Ladder,
    Pace,
    Rung,
    Stand,
    Worktime,
    again,
    climbed,
    first,
)
from bot.referrals.routing import (
    OFFICES,
    SERVICES,
    Crew,
    Need,
    Receiver,
    desks,
    kept_away,
    ladder,
    receiver,
    upward,
)
from bot.referrals.wishes import Wish, Wishes
from tests.unit.directory.making import (
    SFAX,
    TRIPOLI,
    TUESDAY_NOON,
    TUNIS,
    a_directory,
    a_place,
    emergency,
    line,
    office,
)

Counted = Callable[[Pace, Stand, Ladder, datetime], Stand]
CAIRO = "iom-cairo-regional"
PLACES: tuple[Place, ...] = (
    emergency(),
    office("iom-tunis", TUNIS, kind=Kind.COUNTRY, regional=CAIRO),
    office("iom-sfax", SFAX, regional=CAIRO),
    office("iom-tripoli", TRIPOLI, country="LY"),
    line("legal-line", Service.LEGAL),
    line("women-line", Service.TRAFFICKING, Service.PROTECTION),
    line("police-line", Service.TRAFFICKING, answered_by=Who.POLICE),
    a_place("no-services"),
    a_place(CAIRO, "EG", kind=Kind.REGIONAL, show=Show.LADDER, answered_by=Who.UN),
)
DIRECTORY: Directory = a_directory(*PLACES)
WORKS = Worktime(ZoneInfo("Africa/Tunis"), "TN")
CLOSED = Worktime(ZoneInfo("Africa/Tunis"), "TN", "off")
HERE = Crew(frozenset({"en"}), worktime=WORKS)
IDS = [one.id for one in PLACES] + [DUTY_DESK, "unlisted"]
countries = st.sampled_from(["TN", "LY", "DE", None])
towns = st.sampled_from([SFAX, TUNIS, TRIPOLI, None])
crews = st.dictionaries(
    st.sampled_from(IDS),
    st.builds(
        Crew,
        st.frozensets(st.sampled_from(["en", "fr", "ar"])),
        st.frozensets(st.sampled_from(Category)),
        st.sampled_from([WORKS, CLOSED]),
    ),
)
wishes = st.builds(
    Wishes,
    st.booleans(),
    st.frozensets(st.sampled_from(IDS[:-2]), max_size=3),
    countries,
    countries,
    st.booleans(),
)
needs = st.builds(Need, st.sampled_from(Category), countries, towns, st.just("fr"), wishes)


def gets(category: Category, *onboarded: str, **need: Any) -> str:
    """Return who gets a request from Tunisia, unless told otherwise."""
    crews = dict.fromkeys(onboarded, HERE)
    return got(crews, category=category, **need).office


def got(crews: Mapping[str, Crew], **need: Any) -> Receiver:
    """Return who gets a request from Tunisia, and what is not met."""
    known: dict[str, Any] = {"category": Category.RETURN, "country": "TN"}
    return receiver(DIRECTORY, crews, Need(**known | need), TUESDAY_NOON)


def place_of(office: str) -> Place:
    return DIRECTORY.places.get(office) or DIRECTORY.ladder[office]


@settings(deadline=None)
@given(crews, needs)
def test_a_request_always_has_an_owner_who_can_take_it(
    crews: Mapping[str, Crew], need: Need
) -> None:
    owner = receiver(DIRECTORY, crews, need, TUESDAY_NOON).office
    if owner == DUTY_DESK:
        return
    taker = place_of(owner)
    assert owner in crews
    assert need.category is not Category.COMPLAINT
    assert taker.answered_by is not Who.POLICE
    if taker.kind is not Kind.REGIONAL:
        assert taker.country in (need.country, need.wishes.tongue)
        wanted = SERVICES[need.category]
        assert taker.kind in OFFICES or wanted is None or wanted in taker.services


@settings(deadline=None)
@given(crews, needs)
def test_nobody_whom_the_person_excluded_is_on_any_rung(
    crews: Mapping[str, Crew], need: Need
) -> None:
    owner = receiver(DIRECTORY, crews, need, TUESDAY_NOON).office
    for desk in ladder(DIRECTORY, crews, owner, need).values():
        if desk.office == DUTY_DESK:
            continue
        assert desk.office not in need.wishes.not_offices
        assert place_of(desk.office).country != need.wishes.not_country
        assert need.category in crews[desk.office].women or not need.wishes.woman


@settings(deadline=None)
@given(
    st.lists(crews, min_size=2, max_size=6),
    needs,
    st.sampled_from(Pace),
    st.lists(st.sampled_from([climbed, again]), min_size=1, max_size=8),
)
def test_nobody_whom_the_person_excluded_gets_it_on_the_way_up_whoever_comes_and_goes(
    staffings: list[Mapping[str, Crew]], need: Need, pace: Pace, steps: list[Counted]
) -> None:
    at = TUESDAY_NOON
    owner = receiver(DIRECTORY, staffings[0], need, at).office
    stand = first(pace, ladder(DIRECTORY, staffings[0], owner, need), at)
    assert_allowed(stand.office, staffings[0], need)
    for step, crews in zip(steps, itertools.cycle(staffings[1:])):
        at, before = max(stand.wakes, at), stand
        later = Need(need.category, wishes=need.wishes)
        stand = step(pace, stand, upward(DIRECTORY, crews, stand, later), at)
        if stand.office != before.office:
            assert_allowed(stand.office, crews, need)


@settings(deadline=None)
@given(crews, needs, st.sampled_from(Pace))
def test_whatever_is_wished_a_request_comes_to_the_duty_desk_in_the_end(
    crews: Mapping[str, Crew], need: Need, pace: Pace
) -> None:
    owner = receiver(DIRECTORY, crews, need, TUESDAY_NOON).office
    stand = first(pace, ladder(DIRECTORY, crews, owner, need), TUESDAY_NOON)
    for _ in range(2 * len(Rung)):
        stand = climbed(pace, stand, upward(DIRECTORY, crews, stand, need), stand.wakes)
    assert (stand.office, stand.rung) == (DUTY_DESK, Rung.DUTY)


def assert_allowed(office: str, crews: Mapping[str, Crew], need: Need) -> None:
    """Check that an office which gets a request may have it by what the person wished."""
    if office == DUTY_DESK:
        return
    assert office not in need.wishes.not_offices
    assert place_of(office).country != need.wishes.not_country
    assert place_of(office).answered_by is not Who.POLICE
    assert need.category in crews[office].women or not need.wishes.woman


def test_an_office_that_is_kept_away_is_never_the_duty_desk() -> None:
    everything = Wishes(not_offices=frozenset({DUTY_DESK, CAIRO}), not_country="TN")
    assert [kept_away(DIRECTORY, one, everything) for one in (DUTY_DESK, CAIRO, "iom-tunis")] == [
        False,
        True,
        True,
    ]
    assert desks(DIRECTORY, "iom-tunis", Category.RETURN, everything) == ("iom-tunis", DUTY_DESK)


def test_police_and_of_whom_nobody_can_tell_the_country_are_kept_away() -> None:
    assert kept_away(DIRECTORY, "police-line", Wishes())
    assert kept_away(DIRECTORY, "unlisted", Wishes(not_country="TN"))
    assert not kept_away(DIRECTORY, "unlisted", Wishes())


def test_a_woman_who_takes_other_things_only_does_not_count() -> None:
    crews = {"iom-tunis": Crew(women=frozenset({Category.MEDICAL}), worktime=WORKS)}
    wish = Wishes(woman=True)
    assert got(crews, category=Category.MEDICAL, wishes=wish) == Receiver("iom-tunis")
    assert got(crews, wishes=wish) == Receiver(DUTY_DESK, frozenset({Wish.WOMAN}))


def test_a_complaint_says_where_no_woman_hears_it() -> None:
    wish = Wishes(woman=True)
    told = got({}, category=Category.COMPLAINT, wishes=wish)
    assert told == Receiver(DUTY_DESK, frozenset({Wish.WOMAN}))


@settings(deadline=None)
@given(crews, needs)
def test_a_wish_that_is_not_met_is_said(crews: Mapping[str, Crew], need: Need) -> None:
    found = receiver(DIRECTORY, crews, need, TUESDAY_NOON)
    women = found.office in crews and need.category in crews[found.office].women
    assert (Wish.WOMAN in found.unmet) is (need.wishes.woman and not women)
    if found.office != DUTY_DESK and need.category is not Category.COMPLAINT:
        away = need.wishes.tongue not in (None, place_of(found.office).country)
        assert (Wish.TONGUE in found.unmet) is away


@settings(deadline=None)
@given(crews, needs)
def test_the_duty_desk_ends_every_ladder_and_every_desk_of_it_is_named(
    crews: Mapping[str, Crew], need: Need
) -> None:
    owner = receiver(DIRECTORY, crews, need, TUESDAY_NOON).office
    rungs = ladder(DIRECTORY, crews, owner, need)
    assert rungs[Rung.DUTY].office == DUTY_DESK
    named = desks(DIRECTORY, owner, need.category, need.wishes)
    assert {desk.office for desk in rungs.values()} <= set(named)


@settings(deadline=None)
@given(needs)
def test_where_nobody_is_onboarded_the_duty_desk_has_it(need: Need) -> None:
    assert receiver(DIRECTORY, {}, need, TUESDAY_NOON).office == DUTY_DESK


@settings(deadline=None)
@given(crews, countries)
def test_a_complaint_never_goes_to_an_office(
    crews: Mapping[str, Crew], country: str | None
) -> None:
    need = Need(Category.COMPLAINT, country)
    assert receiver(DIRECTORY, crews, need, TUESDAY_NOON).office == DUTY_DESK
    assert set(ladder(DIRECTORY, crews, "iom-tunis", need)) == {Rung.DUTY}


def test_the_nearer_of_two_offices_gets_it() -> None:
    both = ("iom-tunis", "iom-sfax")
    assert gets(Category.RETURN, *both, town=SFAX) == "iom-sfax"
    assert gets(Category.RETURN, *both, town=TUNIS) == "iom-tunis"
    assert gets(Category.RETURN, "iom-tunis", town=SFAX) == "iom-tunis"


def test_an_office_across_the_border_gets_nothing() -> None:
    assert gets(Category.RETURN, "iom-tripoli", town=SFAX) == DUTY_DESK
    assert gets(Category.RETURN, "iom-tripoli", country="LY") == "iom-tripoli"


def test_where_no_office_of_the_country_is_onboarded_the_regional_desk_has_it() -> None:
    assert gets(Category.RETURN, CAIRO) == CAIRO
    assert gets(Category.RETURN, CAIRO, country="LY") == DUTY_DESK


def test_a_partner_gets_only_what_it_does() -> None:
    assert gets(Category.ASYLUM, "legal-line") == "legal-line"
    assert gets(Category.MEDICAL, "legal-line") == DUTY_DESK


def test_nothing_goes_to_police() -> None:
    assert gets(Category.TRAFFICKING, "police-line") == DUTY_DESK


def test_of_offices_as_near_the_one_that_speaks_the_language_gets_it() -> None:
    crews = {"legal-line": HERE, "women-line": HERE, "iom-tunis": HERE}
    french = {**crews, "iom-tunis": Crew(frozenset({"fr"}), worktime=WORKS)}
    assert got(french, category=Category.ASYLUM, language="fr").office == "iom-tunis"


def test_of_offices_as_near_the_one_that_works_now_gets_it() -> None:
    shut = Crew(frozenset({"en"}), worktime=CLOSED)
    crews = {"iom-tunis": shut, "legal-line": HERE}
    assert got(crews, category=Category.ASYLUM).office == "legal-line"


def test_a_woman_is_found_further_away_or_said_not_to_be_there() -> None:
    crews = {"iom-sfax": HERE, "iom-tunis": Crew(women=frozenset(Category), worktime=WORKS)}
    wish = Wishes(woman=True)
    assert got(crews, town=SFAX, wishes=wish) == Receiver("iom-tunis")
    assert got({"iom-sfax": HERE}, wishes=wish) == Receiver(DUTY_DESK, frozenset({Wish.WOMAN}))


def test_who_wants_their_own_language_gets_the_office_where_it_is_at_home() -> None:
    crews = {"iom-sfax": HERE, "iom-tripoli": HERE}
    wish = Wishes(tongue="LY")
    assert got(crews, town=SFAX, wishes=wish) == Receiver("iom-tripoli")
    nobody = got({"iom-sfax": HERE}, wishes=wish)
    assert nobody == Receiver("iom-sfax", frozenset({Wish.TONGUE}))


@pytest.mark.parametrize(
    "wish", [Wishes(not_offices=frozenset({"iom-sfax"})), Wishes(not_country="TN")]
)
def test_an_office_that_was_kept_away_does_not_get_it(wish: Wishes) -> None:
    assert got({"iom-sfax": HERE}, town=SFAX, wishes=wish).office == DUTY_DESK


def test_an_office_sets_how_fast_its_rung_is() -> None:
    need = Need(Category.RETURN, "TN")
    crew = Crew(worktime=WORKS)
    rungs = ladder(DIRECTORY, {"iom-tunis": crew, CAIRO: HERE}, "iom-tunis", need)
    assert [rungs[one].office for one in Rung] == ["iom-tunis", "iom-tunis", CAIRO, DUTY_DESK]
    assert rungs[Rung.OFFICE].times.hour == timedelta(hours=1)


def test_every_category_has_its_service() -> None:
    assert set(SERVICES) == set(Category)
