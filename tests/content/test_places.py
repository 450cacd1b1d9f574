"""The real places: what must never be shown is not, and everything shown can be used.

The tables below were read by hand from the safety review; they do not come from the importer.
"""

from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

import phonenumbers
import pytest
import yaml
from phonenumbers import PhoneNumberType

from bot.directory import (
    LADDER_KINDS,
    Directory,
    Kind,
    Label,
    Place,
    Point,
    Query,
    Service,
    What,
    Who,
    country_of,
    geodesic_km,
    load,
    nearest,
)

ROOT = Path(__file__).parents[2] / "knowledge" / "countries"
NOON = datetime(2026, 11, 24, 11, 0, tzinfo=UTC)

# The review withholds these rows; none of their numbers may stand with anything people see.
WITHHELD = {
    "iom-ye-sanaa": ["+9671410568"],
    "iom-ir-tehran": ["+982122048886"],
    "iom-af-kabul": ["iomkabul@iom.int"],
    "iom-iq-baghdad": ["+390831052600"],
    "iom-tm-ashgabat": ["+99312420817"],
    "iom-tn-hazeg": [],
    "iom-ge-batumi": ["reintegrationgeorgia@iom.int"],
    "iom-ge-kutaisi": ["+995431244443"],
    "iom-ge-telavi": ["+995350270872"],
    "iom-ge-tbilisi-mobility-centre": ["+995322600955"],
    "iom-tz-dar-es-salaam-health": ["+255689103096", "uktbtanzania@iom.int"],
    "us-dhs-tip": ["+18663472423", "866 347 2423", "https://www.ice.gov/tips"],
    "by-7113": ["7113"],
    "by-lastrada": ["+375172110251", "https://www.lastrada.by/en/"],
    "bh-555": ["555"],
    "kh-117": [],
    "az-860": ["860", "+994124980092"],
    "bd-probash-bandhu": ["+88029334888"],
    "gt-linea-1552": ["1552"],
    "jm-888-protect": ["+18887768328", "888 776 8328"],
    "jm-cpfsa": ["+18887768328"],
    "kg-1899": ["1899"],
    "lr-2883": ["2883"],
    "mw-cavwoc": ["+265999589463"],
    "na-child-crisis": ["+26461226889"],
    "ni-linea-133": ["133"],
    "np-1177": ["1177", "+9771177"],
    "se-nspm": ["+4620390000", "020 39 00 00"],
    "se-gender-equality-agency": ["+4620390000"],
    "tz-police-desk": ["+255787668306"],
    "zm-990": ["990"],
    "pt-sos-imigrante": ["+351808257257", "+351218106191", "informacoes@acm.gov.pt"],
    "ua-a21": [],
    "ae-dfwac": [],
    "bh-expat-protection": [],
    "kw-expat-shelter": [],
    "hr-red-cross": [],
    "hr-rosa": [],
    "pl-pomoc": [],
}

# Offices with old or press numbers: named as reported, with their page alone.
REPORTED = {
    "iom-ar-buenos-aires": "+541152192033",
    "iom-bi-bujumbura": "+25722223245",
    "iom-cl-santiago": "+56229633710",
    "iom-cy-nicosia": "+35722364084",
    "iom-et-addis-ababa": "+251116611117",
    "iom-hr-zagreb": "+38514816881",
    "iom-jo-amman": "+96265625080",
    "iom-kh-phnom-penh": "+85523216532",
    "iom-mg-antananarivo": "+261202330809",
    "iom-pe-lima": "+5112217698",
    "iom-rw-kigali": "+250252586710",
    "iom-si-ljubljana": "+38614347351",
    "iom-td-ndjamena": "+23522525359",
    "iom-uy-montevideo": "+59829168043",
}

# Emergency rows the review withholds: only these numbers, of its suggestion, are shown.
EMERGENCY = {
    "BI": "police 112, ambulance 117, fire 118",
    "BL": "general 112, police 17, ambulance 15, fire 18",
    "CA": "general 911",
    "CD": "police 112, ambulance 103, fire 113, trafficking 129",
    "CG": "police 117, fire 118",
    "ER": "general 112, police 113, ambulance 114, fire 116",
    "GH": "general 112, police 191, ambulance 193, fire 192",
    "GM": "general 112, police 117, ambulance 116, fire 118",
    "IQ": "general 911",
    "KM": "general 112, police 117, ambulance 115",
    "KR": "police 112, ambulance 119, fire 119",
    "LS": "police 112, violence 117",
    "LT": "general 112",
    "MD": "general 112",
    "MQ": "general 112, police 17, ambulance 15, fire 18",
    "MZ": "police 112, ambulance 114, women-and-children 111",
    "NG": "general 112",
    "NL": "general 112",
    "PE": "police 105, ambulance 106, fire 116",
    "SL": "general 112, police 900, ambulance 117, fire 113",
    "SN": "police 17, ambulance 1515, fire 18",
    "SS": "general 112, police 777, ambulance 333, fire 555",
    "ST": "general 112, police 113, ambulance 112",
    "TD": "police 117, ambulance 115, fire 118",
    "TT": "ambulance 811",
    "TZ": "ambulance 115, fire 114",
    "YE": "police 199, ambulance 191, fire 191",
    "ZM": "general 112, police 991, ambulance 992",
    # Rows that stay, with a number replaced or taken out by the review.
    "AT": "general 112, police 133, ambulance 144, fire 122",
    "BS": "police 919, ambulance 919, fire 919",
    "BY": "police 102, ambulance 103, fire 101",
    "DZ": "police 17, police 1548, ambulance 14, ambulance 1021, fire 14",
    "ET": "general 911, police 991, ambulance 907, fire 939",
    "ID": "general 112, police 110, ambulance 118, fire 112, fire 113",
    "LB": "general 112, police 112, ambulance 140, fire 175",
    "MA": "police 19, gendarmerie 177, ambulance 141, ambulance 15, fire 150",
    "NA": "general 112, police 10111",
    "TR": "general 112",
}

# Numbers the review marks as own knowledge or unverified.
UNVERIFIED = {
    "AT": ["+4317969298"],
    "AU": ["1800 000 277"],
    "AZ": ["152"],
    "EE": ["+3726147393"],
    "FR": ["0 825 009 907", "0825 009 907"],
    "ID": ["119"],
    "LK": ["1990"],
    "NP": ["1145", "1098"],
    "PK": ["051 111 247 786"],
    "SE": ["020 50 50 50"],
    "UA": ["0 800 505 501"],
}

POLICE = (
    "al-116006 at-bk-menschenhandel au-afp bd-999 cl-pdi-trata cr-911-trata ec-1800-delito "
    "es-900105090 ie-blue-blindfold-1800250025 ie-garda-confidential in-112 lt-police-thb "
    "lv-116000 mt-116000 mt-119 pk-fia-tip sg-spf sv-911-trata"
).split()

NOT_FROM_ABROAD = {
    PhoneNumberType.TOLL_FREE,
    PhoneNumberType.SHARED_COST,
    PhoneNumberType.PREMIUM_RATE,
    PhoneNumberType.UAN,
}
# Dialled as printed inside the country; libphonenumber has no such range.
AS_PRINTED = {"pk-fia-tip"}
# Towns on a border, whose middle lies on the other side in the gazetteer or the map of zones.
BORDER_TOWNS: set[str] = set()


@pytest.fixture(scope="module")
def directory() -> Directory:
    return load(ROOT)


def contacts(place: Place) -> set[str]:
    """Return everything of a place that somebody could dial, write to or open."""
    numbers = {x for phone in place.phones for x in (phone.number, phone.dial) if x}
    return numbers | {x for x in (place.email, place.url, place.chat_url, place.address) if x}


def numbers_of(place: Place | None) -> str:
    assert place is not None
    order = [What.GENERAL, What.POLICE, What.GENDARMERIE, What.AMBULANCE, What.FIRE]
    order += [What.TRAFFICKING, What.VIOLENCE, What.WOMEN_AND_CHILDREN]
    phones = sorted(place.phones, key=lambda phone: order.index(phone.what))
    return ", ".join(f"{phone.what} {phone.dial}" for phone in phones)


def test_all_rows_are_there(directory: Directory) -> None:
    everything = [*directory.places.values(), *directory.ladder.values()]
    everything += directory.withheld.values()
    kinds = Counter(p.kind is Kind.EMERGENCY for p in everything)
    assert kinds[True] == 241
    assert kinds[False] == 313 + 210 + 118


@pytest.mark.parametrize("row", WITHHELD)
def test_a_withheld_row_and_its_numbers_are_not_shown(directory: Directory, row: str) -> None:
    assert row not in directory.places
    country = directory.withheld[row].country
    for place in directory.places.values():
        for number in WITHHELD[row]:
            if len(number) > 5 or (place.country == country and place.kind is not Kind.EMERGENCY):
                assert number not in contacts(place), place.id


@pytest.mark.parametrize("row", REPORTED)
def test_an_office_in_doubt_is_only_reported(directory: Directory, row: str) -> None:
    place = directory.places[row]
    assert place.reported_only
    assert contacts(place) == {place.url}
    assert all(REPORTED[row] not in contacts(other) for other in directory.places.values())


@pytest.mark.parametrize("country", EMERGENCY)
def test_emergency_numbers_are_those_of_the_review(directory: Directory, country: str) -> None:
    assert numbers_of(directory.emergency(country)) == EMERGENCY[country]


@pytest.mark.parametrize("country", UNVERIFIED)
def test_an_unverified_number_is_shown_nowhere(directory: Directory, country: str) -> None:
    shown = {c for place in directory.in_country(country) for c in contacts(place)}
    assert not shown & set(UNVERIFIED[country])


def test_every_country_answers_with_its_own_emergency_numbers(directory: Directory) -> None:
    folders = {path.parent.name.upper() for path in ROOT.glob("*/places.yaml")} - {"XX"}
    assert len(folders) == 241
    for country in folders:
        found = nearest(directory, Query(country=country), NOON)
        assert f"{country.lower()}-emergency" in [f.place.id for f in found]
        own = directory.emergency(country)
        assert own is not None
        assert own.phones
        assert Label.POLICE_MAY_COME in own.labels


def test_no_free_or_national_number_becomes_a_link_with_a_country_code(
    directory: Directory,
) -> None:
    for place in directory.places.values():
        for phone in place.phones:
            if phone.number:
                parsed = phonenumbers.parse(phone.number)
                assert phonenumbers.is_valid_number_for_region(parsed, place.country), place.id
                assert phonenumbers.number_type(parsed) not in NOT_FROM_ABROAD, place.id


def test_every_number_for_inside_the_country_can_be_dialled_there(directory: Directory) -> None:
    for place in directory.places.values():
        for phone in place.phones:
            digits = phone.dial.replace(" ", "")
            if len(digits) <= 6 or place.id in AS_PRINTED:
                continue
            parsed = phonenumbers.parse(phone.dial, place.country)
            assert phonenumbers.is_valid_number_for_region(parsed, place.country), place.id


def test_a_shelter_has_no_address_and_no_distance(directory: Directory) -> None:
    shelters = [
        place
        for place in directory.places.values()
        if place.kind is Kind.SHELTER_NETWORK or Service.SHELTER in place.services
    ]
    assert len(shelters) > 30
    for place in shelters:
        assert (place.address, place.point) == (None, None), place.id
        found = nearest(directory, Query(Point(51.22, 4.40), place.country), NOON, limit=50)
        assert all(f.distance_km is None for f in found if f.place.id == place.id)


def test_nobody_is_sent_on_a_way_where_there_is_war(directory: Directory) -> None:
    for country in "AF HT LY ML SS SD SY UA YE".split():
        for place in directory.in_country(country):
            assert place.no_route, place.id
            assert (place.address, place.point) == (None, None), place.id
    assert directory.places["iom-cd-kalemie"].no_route
    assert not directory.places["iom-cd-kinshasa"].no_route


def test_coordinates_lie_inside_their_country(directory: Directory) -> None:
    everything = [*directory.places.values(), *directory.ladder.values()]
    for place in everything:
        if place.point and place.id not in BORDER_TOWNS:
            assert country_of(place.point) == place.country, place.id


@pytest.mark.parametrize("row", POLICE)
def test_it_is_said_that_the_police_answer(directory: Directory, row: str) -> None:
    assert directory.places[row].answered_by is Who.POLICE


def test_labels_of_the_review_are_there(directory: Directory) -> None:
    expected = {
        "iom-tn-sfax": {Label.VOLUNTARY_RETURN_ONLY, Label.NOT_PROTECTION},
        "iom-ly-tripoli": {Label.VOLUNTARY_RETURN_ONLY, Label.NO_RESCUE, Label.WATCHED_PHONE},
        "de-116000": {Label.MISSING_CHILDREN, Label.MAY_NOT_WORK},
        "de-kok-referral": {Label.NAMES_NEAREST_CENTRE},
        "kh-emergency": {Label.POLICE_REPORTED_UNSAFE},
        "qa-emergency": {Label.POLICE_MAY_DETAIN},
        "iom-cz-prague": {Label.PEOPLE_FROM_UKRAINE},
        "my-mapo": {Label.MAY_BE_RECORDED, Label.RISK_WITHOUT_PAPERS},
        "pt-eme-norte": {Label.NO_DETAILS_BY_MAIL},
        "pt-linha-tsh": {Label.CALLS_COST_MONEY},
    }
    for row, labels in expected.items():
        assert labels <= set(directory.places[row].labels), row


def test_lines_for_missing_children_are_no_emergency_service(directory: Directory) -> None:
    lines = [p for p in directory.places.values() if p.id.endswith("-116000")]
    assert len(lines) == 31
    for place in lines:
        assert Label.MISSING_CHILDREN in place.labels
        assert place.services == {Service.CHILD, Service.TRACING}


def test_ladder_kinds_are_never_shown(directory: Directory) -> None:
    assert not {p.kind for p in directory.places.values()} & LADDER_KINDS
    assert len(directory.ladder) == 10


def test_the_regional_office_and_the_served_countries_exist(directory: Directory) -> None:
    for place in directory.places.values():
        assert place.regional is None or place.regional in directory.ladder, place.id
        assert all(directory.emergency(country) for country in place.serves), place.id


def test_every_place_says_where_it_is_from(directory: Directory) -> None:
    for place in directory.places.values():
        assert place.source.urls, place.id
        assert place.source.retrieved, place.id


def test_a_suggestion_that_names_two_numbers_shows_both(directory: Directory) -> None:
    assert numbers_of(directory.emergency("OM")) == "general 9999, general 112"
    assert numbers_of(directory.emergency("VE")) == "general 911, general 171"


BORDER_POINTS = {
    "Idomeni": (41.12, 22.51, "GR"),
    "Gevgelija": (41.14, 22.50, "MK"),
    "Torkham": (34.11, 71.10, "PK"),
    "Melilla": (35.292, -2.938, "ES"),
    "Nador": (35.168, -2.933, "MA"),
    "Ceuta": (35.889, -5.320, "ES"),
    "Kaliningrad": (54.71, 20.51, "RU"),
    "Lampedusa": (35.50, 12.60, "IT"),
    "Mitrovica": (42.89, 20.87, "XK"),
    "Cúcuta": (7.89, -72.51, "CO"),
}


@pytest.mark.parametrize("town", BORDER_POINTS)
@pytest.mark.parametrize("service", [None, *Service])
def test_own_country_first_and_borders_last(
    directory: Directory, town: str, service: Service | None
) -> None:
    lat, lon, country = BORDER_POINTS[town]
    found = nearest(directory, Query(Point(lat, lon), service=service), NOON)
    assert found[0].place.country == country
    assert not found[0].across_border
    sides = [f.across_border for f in found]
    assert sides == sorted(sides)
    emergency = [f.place.kind for f in found].index(Kind.EMERGENCY)
    assert all(n > emergency for n, across in enumerate(sides) if across)


def test_the_nearest_of_an_island_is_on_the_island(directory: Directory) -> None:
    found = nearest(directory, Query(Point(37.757, 26.976), service=Service.RETURN), NOON)
    assert found[0].place.id == "iom-gr-samos"
    assert found[0].distance_km == pytest.approx(0, abs=5)


def test_a_police_line_is_never_named_before_one_that_is_not(directory: Directory) -> None:
    for country in {p.country for p in directory.places.values()} - {"XX"}:
        found = nearest(directory, Query(country=country, service=Service.TRAFFICKING), NOON, 20)
        lines = [f.place for f in found if f.place.phones and f.place.kind is not Kind.EMERGENCY]
        police = [place.answered_by is Who.POLICE for place in lines if place.country == country]
        assert police == sorted(police), country


def test_distances_are_those_between_the_towns(directory: Directory) -> None:
    here = Point(34.74, 10.76)
    for found in nearest(directory, Query(here, service=Service.RETURN), NOON):
        if found.distance_km is not None:
            assert found.place.point is not None
            assert found.distance_km == geodesic_km(here, found.place.point)


def test_other_readers_see_no_truth_value_where_a_country_stands() -> None:
    norway = yaml.safe_load((ROOT / "no" / "places.yaml").read_text(encoding="utf-8"))
    assert norway["country"] == "NO"
