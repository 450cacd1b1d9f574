"""Wherever a request goes in a directory drawn at random, it has an owner who may have it.

It comes to an office, climbs, is given back, handed back or passed on, while officers come and go.
The duty desk alone is never kept away, and a person is told of what it cannot meet.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from zoneinfo import ZoneInfo

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.directory import Directory, Kind, Place, Service, Show, Who
from bot.referrals import (
    DUTY_DESK,
    Category,
    Pace,
    Rung,
    Stand,
    Worktime,
    again,
    climbed,
    first,
)
from bot.referrals.routing import (
    Crew,
    Need,
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
)

Crews = Mapping[str, Crew]
OFFICES = ("office-a", "office-b", "office-c", "office-d", "office-e")
REGIONS = ("region-n", "region-s")
COUNTRIES = ("TN", "LY", "DE")
HOURS = ("24/7", "off", "Mo-Fr 09:00-17:00", "Sa-Su 10:00-12:00", "Tu 11:30-13:00")
KINDS = (Kind.COUNTRY, Kind.SUB, Kind.NGO, Kind.HOTLINE, Kind.GOVERNMENT)
ANSWERED = (Who.UN, Who.NGO, Who.GOVERNMENT, Who.POLICE)
STEPS = ("climb", "give-back", *(f"pass:{one}" for one in (*OFFICES, DUTY_DESK)))


@st.composite
def directories(draw: st.DrawFn) -> Directory:
    """Draw offices anywhere, of any kind, each under one of two regional desks or under none."""
    places: list[Place] = []
    for one in draw(st.sets(st.sampled_from(OFFICES), min_size=1)):
        drawn = {
            "kind": draw(st.sampled_from(KINDS)),
            "answered_by": draw(st.sampled_from(ANSWERED)),
            "services": draw(st.frozensets(st.sampled_from(Service), max_size=3)),
            "point": draw(st.sampled_from([SFAX, TUNIS, TRIPOLI, None])),
            "regional": draw(st.sampled_from([*REGIONS, None])),
        }
        places.append(a_place(one, draw(st.sampled_from(COUNTRIES)), **drawn))
    for one in REGIONS:
        who, country = draw(st.sampled_from(ANSWERED)), draw(st.sampled_from(COUNTRIES))
        known = {"kind": Kind.REGIONAL, "show": Show.LADDER, "answered_by": who}
        places.append(a_place(one, country, **known))
    return a_directory(*places)


crews = st.dictionaries(
    st.sampled_from([*OFFICES, *REGIONS, DUTY_DESK]),
    st.builds(
        Crew,
        st.frozensets(st.sampled_from(["en", "fr", "ar"])),
        st.frozensets(st.sampled_from(Category)),
        st.builds(
            Worktime, st.just(ZoneInfo("Africa/Tunis")), st.just("TN"), st.sampled_from(HOURS)
        ),
    ),
)
wishes = st.builds(
    Wishes,
    st.booleans(),
    st.frozensets(st.sampled_from(OFFICES), max_size=3),
    st.sampled_from([*COUNTRIES, None]),
    st.sampled_from([*COUNTRIES, None]),
    st.booleans(),
)
needs = st.builds(
    Need,
    st.sampled_from(Category),
    st.sampled_from([*COUNTRIES, None]),
    st.sampled_from([SFAX, TRIPOLI, None]),
    st.sampled_from(["en", "ar"]),
    wishes,
)
lives = st.lists(st.tuples(st.sampled_from(STEPS), crews), max_size=8)


@dataclass(frozen=True, slots=True)
class Life:
    """A request on its way; `Need` is what is still known of it after it was sent."""

    directory: Directory
    pace: Pace
    need: Need

    def after(self, stand: Stand, step: str, crews: Crews) -> Stand:
        """Return where it is after a step; a pass to an office that was kept away is refused."""
        at = max(stand.wakes, stand.since + timedelta(minutes=1))
        action, _, office = step.partition(":")
        if action == "pass":
            if office not in crews or kept_away(self.directory, office, self.need.wishes):
                return stand
            return first(self.pace, ladder(self.directory, crews, office, self.need), at)
        counted = climbed if action == "climb" else again
        return counted(self.pace, stand, upward(self.directory, crews, stand, self.need), at)

    def may_have(self, office: str, crews: Crews, *, passed: bool = False) -> bool:
        """Tell whether an office may have it; whom an officer passes it to may lack a woman."""
        if office == DUTY_DESK:
            return True
        wishes = self.need.wishes
        place = self.directory.places.get(office) or self.directory.ladder.get(office)
        if office in wishes.not_offices or (place is None and wishes.not_country):
            return False
        if place and (place.country == wishes.not_country or place.answered_by is Who.POLICE):
            return False
        return passed or not wishes.woman or self.need.category in crews[office].women


@settings(deadline=None, max_examples=80)
@given(directories(), crews, needs, st.sampled_from(Pace), lives)
def test_a_request_always_has_an_owner_who_was_not_kept_away_whatever_is_done_to_it(
    directory: Directory, crews: Crews, need: Need, pace: Pace, steps: list[tuple[str, Crews]]
) -> None:
    life = Life(directory, pace, Need(need.category, wishes=need.wishes))
    office = receiver(directory, crews, need, TUESDAY_NOON).office
    assert life.may_have(office, crews)
    stand = first(pace, ladder(directory, crews, office, need), TUESDAY_NOON)
    assert life.may_have(stand.office, crews)
    for step, present in steps:
        before, stand = stand, life.after(stand, step, present)
        if stand.office != before.office:
            assert life.may_have(stand.office, present, passed=step == f"pass:{stand.office}")
        assert need.category is not Category.COMPLAINT or stand.office == DUTY_DESK


@settings(deadline=None, max_examples=40)
@given(directories(), crews, needs, st.sampled_from(Pace), lives, crews)
def test_from_wherever_it_was_brought_it_climbs_to_the_duty_desk(
    directory: Directory,
    crews: Crews,
    need: Need,
    pace: Pace,
    steps: list[tuple[str, Crews]],
    later: Crews,
) -> None:
    life = Life(directory, pace, Need(need.category, wishes=need.wishes))
    office = receiver(directory, crews, need, TUESDAY_NOON).office
    stand = first(pace, ladder(directory, crews, office, need), TUESDAY_NOON)
    for step, present in steps:
        stand = life.after(stand, step, present)
    for _ in range(2 * len(Rung)):
        stand = life.after(stand, "climb", later)
    assert (stand.office, stand.rung) == (DUTY_DESK, Rung.DUTY)


@settings(deadline=None, max_examples=40)
@given(directories(), crews, needs)
def test_what_the_duty_desk_cannot_meet_is_said_before_the_yes(
    directory: Directory, crews: Crews, need: Need
) -> None:
    found = receiver(directory, crews, need, TUESDAY_NOON)
    crew = crews.get(found.office, Crew())
    wanted = need.wishes.woman and need.category not in crew.women
    assert (Wish.WOMAN in found.unmet) is wanted


@settings(deadline=None, max_examples=40)
@given(directories(), crews, needs)
def test_a_request_is_sealed_for_nobody_who_was_kept_away(
    directory: Directory, crews: Crews, need: Need
) -> None:
    life = Life(directory, Pace.DAY, need)
    office = receiver(directory, crews, need, TUESDAY_NOON).office
    named = desks(directory, office, need.category, need.wishes)
    assert named[-1] == DUTY_DESK
    assert all(life.may_have(one, crews, passed=True) for one in named)
