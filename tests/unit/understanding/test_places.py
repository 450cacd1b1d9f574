"""What people type for a place, against the shipped gazetteer."""

import pytest

from bot.understanding import country_code, fold, locate
from bot.understanding.gazetteer import gazetteer

TOWNS = [
    ("Sfax", "TN", "Sfax"),
    ("i am in Sfax tunisia", "TN", "Sfax"),
    ("je suis à Calais", "FR", "Calais"),
    ("estoy en Tapachula mexico", "MX", "Tapachula"),
    ("انا في صفاقس", "TN", "Sfax"),
    ("near Calais", "FR", "Calais"),
    ("كابل", "AF", "Kabul"),
    ("کابل", "AF", "Kabul"),
    ("mersin turkiye", "TR", "Mersin"),
    ("Lesvos", "GR", "Lesvos"),
    ("Moria camp", "GR", "Moria"),
    ("Idomeni", "GR", "Idomeni"),
    ("Cox's Bazar", "BD", "Cox's Bazar"),
    ("cox bazar", "BD", "Cox's Bazar"),
    ("Dadaab", "KE", "Dadaab"),
    ("kakuma", "KE", "Kakuma"),
    ("في مخيم الزعتري", "JO", "Zaatari"),
    ("Dirkou", "NE", "Dirkou"),
    ("أغاديز", "NE", "Agadez"),
    ("I'm stuck in agades", "NE", "Agadez"),
    ("Necocli", "CO", "Necoclí"),
    ("Tapón del Darién", "PA", "Darién"),
    ("وصلت لامبيدوزا", "IT", "Lampedusa"),
    ("Evros river", "GR", "Evros"),
    ("melilla", "ES", "Melilla"),
    ("بالقاهرة", "EG", "Cairo"),
    ("في اسطنبول", "TR", "Istanbul"),
    ("в Стамбуле", "TR", "Istanbul"),
    ("İstanbul'dayım", "TR", "Istanbul"),
    ("Dusseldorf", "DE", "Düsseldorf"),
    ("الخرطوم", "SD", "Khartoum"),
    ("አዲስ አበባ", "ET", "Addis Ababa"),
    ("ঢাকা", "BD", "Dhaka"),
    ("कक्स बाजार या दिल्ली", "IN", "Delhi"),
    ("我在伊斯坦布尔", "TR", "Istanbul"),
    ("ھرات", "AF", "Herat"),
    ("Londres", "GB", "London"),
    ("port au prince", "HT", "Port-au-Prince"),
    ("spin boldak border", "AF", "Spin Boldak"),
    ("my boss took my passport in Beirut", "LB", "Beirut"),
    ("je viens du Mali et je suis bloqué à Sfax", "TN", "Sfax"),
    ("soy de Venezuela estoy en Cúcuta", "CO", "Cúcuta"),
    ("سبها ليبيا", "LY", "Sabha"),
    ("မြဝတီ", "MM", "Myawaddy"),
    ("i am in nice", "FR", "Nice"),
    ("in Split croatia", "HR", "Split"),
    ("Mobile", "US", "Mobile"),
]
COUNTRIES = [
    ("UK", "GB"),
    ("u.s.a.", "US"),
    ("i am in the US", "US"),
    ("uae", "AE"),
    ("KSA", "SA"),
    ("drc", "CD"),
    ("السعودية", "SA"),
    ("تونس", "TN"),
    ("у Польщі", "PL"),
    ("ich bin in Deutschland", "DE"),
    ("République démocratique du Congo", "CD"),
    ("Bosnia and Herzegovina", "BA"),
    ("Côte d'Ivoire", "CI"),
    ("I am from Syria and now in Turkey", "TR"),
    ("أنا في ليبيا", "LY"),
    ("ኢትዮጵያ", "ET"),
    ("افغانستان", "AF"),
    ("বাংলাদেশ", "BD"),
]
MISSPELT = [
    ("germny", "DE"),
    ("Istnbul", "TR"),
    ("Lampadusa", "IT"),
    ("tapachulla", "MX"),
    ("i am in marseile", "FR"),
    ("tunisa", "TN"),
    ("estoy en gautemala", "GT"),
]
NOWHERE = [
    "",
    "nice to meet you",
    "most people are male",
    "my mobile is broken",
    "help us please",
    "i ran away from home",
    "they refused my asylum what now",
    "boss has my passport and i cant go out",
    "je veux rentrer chez moi",
    "quiero volver a mi país",
    "اريد العودة الى بلدي",
    "please",
    "bonjour",
    "passport",
    "no",
    "hola",
    "سلام",
    "12345",
    "😀",
    "asdfghjkl",
]


@pytest.mark.parametrize(("typed", "country", "city"), TOWNS)
def test_a_town_is_found_as_people_type_it(typed: str, country: str, city: str) -> None:
    best = locate(typed).best
    assert best is not None
    assert (best.country, best.city) == (country, city)
    assert best.lat is not None


@pytest.mark.parametrize(("typed", "country"), COUNTRIES)
def test_a_country_alone_has_no_town(typed: str, country: str) -> None:
    best = locate(typed).best
    assert best is not None
    assert (best.country, best.city, best.lat) == (country, None, None)


@pytest.mark.parametrize(("typed", "country"), MISSPELT)
def test_a_slip_of_the_finger_is_forgiven(typed: str, country: str) -> None:
    best = locate(typed).best
    assert best is not None
    assert best.country == country


@pytest.mark.parametrize("typed", NOWHERE)
def test_ordinary_words_are_no_place(typed: str) -> None:
    assert locate(typed).candidates == ()


@pytest.mark.parametrize(
    ("typed", "countries"),
    [("Tripoli", ["LY", "LB"]), ("طرابلس", ["LY", "LB"]), ("hyderabad", ["IN", "PK"])],
)
def test_an_ambiguous_name_gives_every_place(typed: str, countries: list[str]) -> None:
    found = locate(typed)
    assert found.ambiguous
    assert [place.country for place in found.candidates][:2] == countries


@pytest.mark.parametrize(
    ("typed", "country"),
    [("tripoli lebanon", "LB"), ("Tripoli, Libye", "LY"), ("Pakistan hyderabad", "PK")],
)
def test_a_country_beside_a_town_picks_it(typed: str, country: str) -> None:
    found = locate(typed)
    assert {place.country for place in found.candidates} == {country}
    assert found.best is not None
    assert found.best.city is not None


def test_one_town_is_not_offered_twice() -> None:
    cairo = [place for place in locate("القاهرة").candidates if place.country == "EG"]
    assert len(cairo) == 1


@pytest.mark.parametrize(
    ("typed", "language", "code"),
    [
        ("Allemagne", "fr", "DE"),
        ("Đức", "vi", "DE"),
        ("Đức", None, None),
        ("Côte d’Ivoire", "fr", "CI"),
        ("Sfax", None, None),
        ("", None, None),
    ],
)
def test_a_name_gives_its_country_code(typed: str, language: str | None, code: str | None) -> None:
    assert country_code(typed, language) == code


def test_amman_in_jordan_is_not_oman() -> None:
    best = locate("عمان الاردن").best
    assert best is not None
    assert (best.country, best.city) == ("JO", "Amman")


def test_the_shipped_names_are_folded_as_messages_are() -> None:
    names = gazetteer().names_from("sf") + gazetteer().names_from("صف")
    assert "sfax" in names
    assert all(fold(name) == name for name in names)
