"""What is refused in a places.yaml, with file, line and reason."""

from pathlib import Path

import pytest

from bot.directory import BrokenPlaces, Kind, Who, load

GOOD = """\
country: "NO"
places:
  - id: no-example
    name: Example
    org: Example
    kind: ngo
    show: shown
    answered_by: ngo
    city: Oslo
    phones:
      - number: "+4722000000"
        dial: 22 00 00 00
        domestic_only: false
        what: call
    services: [legal]
    hours: Mo-Fr 09:00-17:00
    source:
      urls: [https://example.org/]
      date: "2026"
      confidence: high
    editors: [never shown]
"""


def written(root: Path, text: str, country: str = "no") -> Path:
    (root / country).mkdir()
    (root / country / "places.yaml").write_text(text, encoding="utf-8")
    return root


def test_a_good_file_is_loaded(tmp_path: Path) -> None:
    directory = load(written(tmp_path, GOOD))
    place = directory.places["no-example"]
    assert (place.country, place.kind, place.answered_by) == ("NO", Kind.NGO, Who.NGO)
    assert place.phones[0].number == "+4722000000"
    assert directory.in_country("NO") == (place,)
    assert directory.in_country("SE") == ()


def test_a_country_that_yaml_takes_for_a_truth_value_is_read_as_written(tmp_path: Path) -> None:
    directory = load(written(tmp_path, GOOD.replace('"NO"', "NO")))
    assert directory.places["no-example"].country == "NO"


BAD = {
    "an unknown field": ("    city: Oslo", "    town: Oslo", 9),
    "an unknown kind": ("kind: ngo", "kind: shop", 6),
    "an unknown service": ("[legal]", "[magic]", 15),
    "a field twice": ("    city: Oslo", "    city: Oslo\n    city: Bergen", 10),
    "hours nobody can read": ("Mo-Fr 09:00-17:00", "9-17", 16),
    "a freephone number with a country code": ("domestic_only: false", "domestic_only: true", 11),
    "a number in another form": ('"+4722000000"', '"0047 22"', 11),
    "another country": ('country: "NO"', 'country: "SE"', 1),
    "a day that is none": ('date: "2026"', 'date: "soon"', 19),
    "an empty field": ("city: Oslo", "city: ''", 9),
    "a ladder kind that is shown": ("kind: ngo", "kind: regional", 7),
    "a number of an office only reported": ("show: shown", "show: reported-only", 11),
    "a shelter with an address": ("[legal]", "[shelter]\n    address: Example 1", 16),
    "a shelter with coordinates": ("[legal]", "[shelter]\n    lat: 59.9\n    lon: 10.7", 3),
    "coordinates outside the world": ("city: Oslo", "lat: 95\n    lon: 10", 9),
    "an emergency set under another id": ("kind: ngo", "kind: emergency", 3),
    "broken YAML": ("city: Oslo", "city: [Oslo", 10),
}


@pytest.mark.parametrize("what", BAD)
def test_a_bad_file_is_refused_with_its_line(tmp_path: Path, what: str) -> None:
    good, bad, line = BAD[what]
    assert good in GOOD
    with pytest.raises(BrokenPlaces) as caught:
        load(written(tmp_path, GOOD.replace(good, bad, 1)))
    assert caught.value.file.endswith("no/places.yaml")
    assert caught.value.line == line
    assert caught.value.reason


def test_an_id_is_unique_in_the_world(tmp_path: Path) -> None:
    written(tmp_path, GOOD)
    written(tmp_path, GOOD.replace('"NO"', "SE"), "se")
    with pytest.raises(BrokenPlaces) as caught:
        load(tmp_path)
    assert caught.value.file.endswith("se/places.yaml")


def test_a_place_in_a_country_at_war_needs_its_mark(tmp_path: Path) -> None:
    at_war = GOOD.replace('"NO"', "SD")
    with pytest.raises(BrokenPlaces):
        load(written(tmp_path, at_war, "sd"))


def test_a_town_in_the_east_of_cd_needs_the_mark_and_the_capital_does_not(tmp_path: Path) -> None:
    kinshasa = GOOD.replace('"NO"', "CD").replace("Oslo", "Kinshasa")
    assert load(written(tmp_path, kinshasa, "cd")).places
    (tmp_path / "cd" / "places.yaml").write_text(kinshasa.replace("Kinshasa", "Goma"))
    with pytest.raises(BrokenPlaces):
        load(tmp_path)


def test_emergency_numbers_need_the_word_about_the_police(tmp_path: Path) -> None:
    silent = GOOD.replace("kind: ngo", "kind: emergency").replace("no-example", "no-emergency")
    with pytest.raises(BrokenPlaces):
        load(written(tmp_path, silent))
