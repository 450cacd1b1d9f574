"""The order in which places are named: borders, service, police, who can take people."""

from datetime import date

from bot.directory import (
    Directory,
    Kind,
    Label,
    Phone,
    Place,
    Point,
    Query,
    Service,
    Show,
    Who,
    nearest,
)
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

TRAFFICKING = Service.TRAFFICKING
ZARZIS = Point(33.50, 11.11)


def ids(directory: Directory, query: Query, **more: object) -> list[str]:
    return [f.place.id for f in nearest(directory, query, TUESDAY_NOON, **more)]  # type: ignore[arg-type]


def test_a_nearer_place_across_the_border_comes_after_everything_else() -> None:
    melilla, nador = Point(35.292, -2.938), Point(35.168, -2.933)
    madrid = office("es-madrid", Point(40.42, -3.70), "ES")
    across = office("ma-nador", nador, "MA")
    directory = a_directory(madrid, across, emergency("ES"), emergency("MA"))
    found = nearest(directory, Query(melilla), TUESDAY_NOON)
    assert [f.place.id for f in found] == ["es-madrid", "es-emergency", "ma-nador"]
    assert [f.across_border for f in found] == [False, False, True]


def test_nothing_across_the_border_is_named_when_the_country_has_enough() -> None:
    own = [office(f"tn-{n}", SFAX) for n in ("a", "b", "c")]
    across = office("dz-near", Point(35.4, 8.1), "DZ")
    assert "dz-near" not in ids(a_directory(*own, across, emergency()), Query(SFAX))


def test_a_return_line_across_the_border_is_not_named() -> None:
    only = office("pl-near", Point(54.35, 18.65), "PL", labels=(Label.VOLUNTARY_RETURN_ONLY,))
    kaliningrad = Query(Point(54.71, 20.51))
    assert ids(a_directory(only, emergency("RU")), kaliningrad) == ["ru-emergency"]


def test_an_office_that_serves_the_country_is_named_however_far() -> None:
    helsinki = office("fi-helsinki", Point(60.17, 24.94), "FI", serves=("SE",))
    directory = a_directory(helsinki, emergency("SE"))
    assert ids(directory, Query(Point(59.33, 18.07))) == ["se-emergency", "fi-helsinki"]


def test_the_country_that_was_said_wins_over_the_point() -> None:
    directory = a_directory(emergency("TN"), emergency("LY"))
    assert ids(directory, Query(TRIPOLI, country="TN")) == ["tn-emergency"]


def test_at_sea_nothing_is_named() -> None:
    assert ids(a_directory(emergency("IT"), emergency("TN")), Query(Point(34.5, 13.5))) == []


def test_a_national_line_comes_before_a_far_specialised_place_and_a_general_office() -> None:
    far = a_place("tn-far", point=TUNIS, services=frozenset({TRAFFICKING}))
    directory = a_directory(far, office("tn-here", SFAX), line("tn-line", TRAFFICKING), emergency())
    found = ids(directory, Query(SFAX, service=TRAFFICKING))
    assert found == ["tn-line", "tn-far", "tn-here", "tn-emergency"]


def test_a_specialised_place_in_town_comes_before_the_national_line() -> None:
    here = a_place("tn-here", point=SFAX, services=frozenset({TRAFFICKING}))
    directory = a_directory(here, line("tn-line", TRAFFICKING), emergency())
    assert ids(directory, Query(SFAX, service=TRAFFICKING))[:2] == ["tn-here", "tn-line"]


def test_a_line_of_the_police_comes_after_those_that_are_not() -> None:
    police = line("tn-a-police", TRAFFICKING, answered_by=Who.POLICE, hours="24/7")
    directory = a_directory(police, line("tn-ngo", TRAFFICKING), office("tn-o", SFAX), emergency())
    found = ids(directory, Query(SFAX, service=TRAFFICKING))
    assert found == ["tn-ngo", "tn-o", "tn-a-police", "tn-emergency"]


def test_the_emergency_numbers_are_always_there() -> None:
    many = [line(f"tn-{n}", TRAFFICKING, phones=(Phone(dial=f"{n}555"),)) for n in range(100, 109)]
    found = ids(a_directory(*many, emergency()), Query(SFAX, service=TRAFFICKING), limit=4)
    assert len(found) == 4
    assert found[-1] == "tn-emergency"


def test_who_asks_for_emergency_gets_the_emergency_numbers_first() -> None:
    other = line("tn-a", Service.EMERGENCY)
    directory = a_directory(other, emergency())
    assert ids(directory, Query(SFAX, service=Service.EMERGENCY)) == ["tn-emergency", "tn-a"]


def test_a_service_nobody_offers_falls_back_to_offices_and_information() -> None:
    directory = a_directory(office("tn-office", SFAX), line("tn-info", Service.INFO), emergency())
    found = ids(directory, Query(SFAX, service=Service.LEGAL))
    assert found == ["tn-office", "tn-info", "tn-emergency"]


def test_a_return_line_is_no_answer_to_a_need_for_protection() -> None:
    home = office(
        "tn-home",
        SFAX,
        services=frozenset({Service.RETURN}),
        labels=(Label.VOLUNTARY_RETURN_ONLY,),
    )
    directory = a_directory(home, emergency())
    assert ids(directory, Query(SFAX, service=Service.PROTECTION)) == ["tn-emergency"]
    assert ids(directory, Query(SFAX, service=Service.RETURN)) == ["tn-home", "tn-emergency"]


def test_an_office_that_is_only_reported_comes_after_those_that_answer() -> None:
    reported = office(
        "tn-a", SFAX, show=Show.REPORTED_ONLY, phones=(), url="https://example.org/tn"
    )
    directory = a_directory(reported, office("tn-b", TUNIS), emergency())
    assert ids(directory, Query(SFAX)) == ["tn-b", "tn-a", "tn-emergency"]


def test_an_open_office_wins_over_a_closed_one_at_the_same_distance_step() -> None:
    closed = office("tn-a", SFAX, hours="Mo-Fr 06:00-07:00")
    open_one = office("tn-b", Point(34.76, 10.78), hours="Mo-Fr 08:00-18:00")
    found = nearest(a_directory(closed, open_one, emergency()), Query(SFAX), TUESDAY_NOON)
    assert [(f.place.id, f.open_now) for f in found[:2]] == [("tn-b", True), ("tn-a", False)]


def test_an_open_office_at_the_other_end_of_the_country_does_not_win() -> None:
    closed = office("tn-a", SFAX, hours="Mo-Fr 06:00-07:00")
    open_far = office("tn-b", TUNIS, hours="24/7")
    assert ids(a_directory(closed, open_far, emergency()), Query(SFAX))[:2] == ["tn-a", "tn-b"]


def test_a_place_the_office_confirmed_wins_among_equals() -> None:
    directory = a_directory(office("tn-a", SFAX), office("tn-b", SFAX), emergency())
    sure = {"tn-b": date(2026, 11, 1)}
    found = nearest(directory, Query(SFAX), TUESDAY_NOON, confirmed=sure)
    assert [f.place.id for f in found[:2]] == ["tn-b", "tn-a"]
    assert [f.confirmed for f in found[:2]] == [date(2026, 11, 1), None]


def test_the_persons_language_decides_among_equals() -> None:
    directory = a_directory(line("tn-a", TRAFFICKING), line("tn-b", TRAFFICKING, languages=("fa",)))
    found = ids(directory, Query(SFAX, service=TRAFFICKING, language="fa"))
    assert found[0] == "tn-b"


def test_a_line_for_women_comes_after_one_for_all() -> None:
    women = line("tn-a", TRAFFICKING, labels=(Label.WOMEN_ONLY,))
    directory = a_directory(women, line("tn-b", TRAFFICKING), emergency())
    assert ids(directory, Query(SFAX, service=TRAFFICKING))[:2] == ["tn-b", "tn-a"]


def test_two_rows_of_one_line_are_named_once() -> None:
    same = (Phone(dial="80 555 100"),)
    rows = [line(f"tn-{n}", TRAFFICKING, phones=same) for n in ("a", "b")]
    found = ids(a_directory(*rows, emergency()), Query(SFAX, service=TRAFFICKING))
    assert found == ["tn-a", "tn-emergency"]


def test_where_nobody_may_be_sent_on_a_way_no_distance_is_told() -> None:
    goma = Point(-1.68, 29.22)
    capital = office("cd-kinshasa", Point(-4.32, 15.31), "CD")
    directory = a_directory(capital, emergency("CD"))
    in_the_east = nearest(directory, Query(goma), TUESDAY_NOON)
    in_the_west = nearest(directory, Query(Point(-5.82, 13.45)), TUESDAY_NOON)
    assert [f.distance_km for f in in_the_east] == [None, None]
    assert in_the_west[0].distance_km is not None


def test_a_place_in_danger_with_nothing_to_call_or_read_is_not_named() -> None:
    silent = a_place("sd-office", "SD", kind=Kind.COUNTRY, no_route=True, phones=())
    directory = a_directory(silent, emergency("SD"))
    assert ids(directory, Query(country="SD")) == ["sd-emergency"]


def test_family_links_are_named_for_tracing_after_the_countrys_own() -> None:
    world = line("xx-links", Service.TRACING, country="XX", url="https://example.org/links")
    directory = a_directory(world, office("tn-a", SFAX), emergency())
    found = ids(directory, Query(SFAX, service=Service.TRACING))
    assert found == ["tn-a", "xx-links", "tn-emergency"]


def test_ladder_and_withheld_places_are_not_among_those_people_see() -> None:
    regional = a_place("tn-regional", kind=Kind.REGIONAL, show=Show.LADDER)
    hidden: Place = a_place("tn-hidden", show=Show.HIDDEN)
    directory = a_directory(regional, hidden, emergency())
    assert set(directory.places) == {"tn-emergency"}
    assert set(directory.ladder) == {"tn-regional"}
    assert set(directory.withheld) == {"tn-hidden"}
    assert ids(directory, Query(SFAX)) == ["tn-emergency"]
