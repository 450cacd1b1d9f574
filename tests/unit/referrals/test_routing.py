"""Which office gets a request: never none, never one that cannot take it, never the accused."""

from hypothesis import given
from hypothesis import strategies as st

from bot.directory import Directory, Kind, Place, Service
from bot.referrals import DUTY_DESK, Category
from bot.referrals.routing import OFFICES, SERVICES, receiver
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

PLACES: tuple[Place, ...] = (
    emergency(),
    office("iom-tunis", TUNIS, kind=Kind.COUNTRY),
    office("iom-sfax", SFAX),
    office("iom-tripoli", TRIPOLI, country="LY"),
    line("legal-line", Service.LEGAL),
    line("women-line", Service.TRAFFICKING, Service.PROTECTION),
    a_place("no-services"),
)
DIRECTORY: Directory = a_directory(*PLACES)
ids = st.sets(st.sampled_from([one.id for one in PLACES] + [DUTY_DESK, "unlisted"]))
countries = st.sampled_from(["TN", "LY", "DE", None])
towns = st.sampled_from([SFAX, TUNIS, TRIPOLI, None])


def gets(
    category: Category,
    *onboarded: str,
    country: str | None = "TN",
    town: object = None,
) -> str:
    """Return who gets a request from Tunisia, unless told otherwise."""
    return receiver(DIRECTORY, frozenset(onboarded), category, country, town, TUESDAY_NOON)  # type: ignore[arg-type]


@given(st.sampled_from(Category), ids, countries, towns)
def test_a_request_always_has_an_owner_who_can_take_it(
    category: Category, onboarded: set[str], country: str | None, town: object
) -> None:
    owner = gets(category, *onboarded, country=country, town=town)
    if owner == DUTY_DESK:
        return
    taker = DIRECTORY.places[owner]
    assert owner in onboarded
    assert taker.country == country
    assert category is not Category.COMPLAINT
    wanted = SERVICES[category]
    assert taker.kind in OFFICES or wanted is None or wanted in taker.services


@given(st.sampled_from(Category), countries, towns)
def test_where_nobody_is_onboarded_the_duty_desk_has_it(
    category: Category, country: str | None, town: object
) -> None:
    assert gets(category, country=country, town=town) == DUTY_DESK


@given(ids, countries)
def test_a_complaint_never_goes_to_an_office(onboarded: set[str], country: str | None) -> None:
    assert gets(Category.COMPLAINT, *onboarded, country=country) == DUTY_DESK


def test_the_nearer_of_two_offices_gets_it() -> None:
    both = ("iom-tunis", "iom-sfax")
    assert gets(Category.RETURN, *both, town=SFAX) == "iom-sfax"
    assert gets(Category.RETURN, *both, town=TUNIS) == "iom-tunis"
    assert gets(Category.RETURN, "iom-tunis", town=SFAX) == "iom-tunis"


def test_an_office_across_the_border_gets_nothing() -> None:
    assert gets(Category.RETURN, "iom-tripoli", town=SFAX) == DUTY_DESK
    assert gets(Category.RETURN, "iom-tripoli", country="LY") == "iom-tripoli"


def test_a_partner_gets_only_what_it_does() -> None:
    assert gets(Category.ASYLUM, "legal-line") == "legal-line"
    assert gets(Category.MEDICAL, "legal-line") == DUTY_DESK


def test_every_category_has_its_service() -> None:
    assert set(SERVICES) == set(Category)
