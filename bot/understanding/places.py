"""Where somebody says they are: countries and towns in any script, inside a sentence, misspelt.

The rules lean to silence: an ordinary word is a town only where it stands alone or is announced
("i am in nice"), and spelling mistakes are forgiven only where nothing was found as written.
An ambiguous name gives all its places, likeliest first, so that the caller can ask back.
"""

import math
from collections.abc import Iterable
from dataclasses import dataclass, replace

from bot.understanding.evidence import KNOWN, setting_of
from bot.understanding.gazetteer import MAIN, OTHER, Gazetteer, Land, Town, Words, gazetteer
from bot.understanding.names import believable, well_known
from bot.understanding.sentence import Word, inflected, leads, read, shouted, unspaced
from bot.understanding.typos import near_names

CHOICES = 8
_LONGEST = 6
_SAME_KM = 25.0
_AT_HAND_KM, _REACH_KM = 10.0, 60.0
_KM_A_DEGREE = 111.2
_A_TOWN = 1000
"""People from which on a place is a town: a pin may not come down on a few houses."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A place that may be meant: a country alone has neither city nor position (degrees)."""

    name: str
    country: str
    city: str | None
    lat: float | None
    lon: float | None
    population: int


@dataclass(frozen=True, slots=True)
class Located:
    """What a text says of a place: candidates, likeliest first; none where it names none."""

    candidates: tuple[Candidate, ...] = ()

    @property
    def best(self) -> Candidate | None:
        """The likeliest place."""
        return self.candidates[0] if self.candidates else None

    @property
    def ambiguous(self) -> bool:
        """Whether two countries have a place of this name that people really mean."""
        first = self.best
        return first is not None and any(
            other.country != first.country and other.population * 20 >= first.population
            for other in self.candidates[1:]
        )


@dataclass(frozen=True, slots=True)
class _Mention:
    """A stretch of words that names places, and how much speaks for it."""

    start: int
    end: int
    lands: tuple[Land, ...]
    towns: tuple[Town, ...]
    score: float


def locate(text: str, language: str | None = None) -> Located:
    """Return the places that a message names, likeliest first; never fails on any text.

    Raises:
        GazetteerMissing: the gazetteer was not built or is damaged.
    """
    base = gazetteer()
    words = read(text)
    found = _mentions(words, _spans(words), base, language)
    if not found:
        found = _mentions(words, _bent(words, language), base, language)
    if not found:
        found = _mentions(words, _misspelt(words, base), base, language)
    return Located(_answer(found))


Spans = dict[tuple[int, int], list[str]]
"""Names to look up, by first word and the word after the last."""


def town_at(lat: float, lon: float, country: str) -> Candidate | None:
    """Return the town of a country at a position (degrees); None where none is in reach.

    The largest that is at hand, not one of its districts; else the nearest.
    """
    height = _REACH_KM / _KM_A_DEGREE
    towns = [
        (_apart_km(lat, lon, one.lat, one.lon), one)
        for one in gazetteer().towns_in(country, lat - height, lat + height)
        if one.people >= _A_TOWN
    ]
    reached = [(max(apart, _AT_HAND_KM), -one.people, one) for apart, one in towns]
    apart, _, town = min(reached, key=lambda one: one[:2], default=(math.inf, 0, None))
    return _of_town(town) if town is not None and apart <= _REACH_KM else None


def _bent(words: list[Word], language: str | None) -> Spans:
    """Give the names that each word may be a case of; Latin ones only where Turkish is likely."""
    turkish = language == "tr" or len(words) <= 2
    return {
        (n, n + 1): [form for one in word.forms for form in inflected(one)]
        for n, word in enumerate(words)
        if turkish or not word.key.isascii()
    }


def _spans(words: list[Word]) -> Spans:
    """Give the names that up to six words running may form."""
    spans: Spans = {}
    for start, word in enumerate(words):
        pieces = unspaced(word.key)
        spans[start, start + 1] = [*word.forms, *pieces]
        keys = list(word.forms)
        for end in range(start + 1, min(start + _LONGEST, len(words))):
            if words[end - 1].stop:
                break
            keys = [f"{key} {form}" for key in keys[:3] for form in words[end].forms[:2]]
            spans[start, end + 1] = keys
    return spans


def _misspelt(words: list[Word], base: Gazetteer) -> Spans:
    """Give the known names close to a word that stands alone, is announced or has a capital."""
    guard = base.words
    spans: Spans = {}
    for start, end in _doubtful(words, guard)[:3]:
        key = " ".join(word.key for word in words[start:end])
        spans[start, end] = near_names(key, base)
    return spans


def _doubtful(words: list[Word], guard: Words) -> list[tuple[int, int]]:
    strange = [
        n
        for n, word in enumerate(words)
        if not any(guard.common(form) or form in guard.never for form in word.forms)
    ]
    if not strange:
        return []
    first, last = strange[0], strange[-1] + 1
    alone = all(n in strange or guard.filling(words[n].key) for n in range(len(words)))
    spans = [(first, last)] if alone and last - first in {2, 3} else []
    loud = shouted(words)
    for n in strange:
        proper = words[n].capital and n > 0 and not loud
        if proper or (alone and len(strange) == 1) or leads(words, n, guard) == "in":
            spans.append((n, n + 1))
    return spans


def _mentions(
    words: list[Word], spans: Spans, base: Gazetteer, language: str | None
) -> list[_Mention]:
    """Look the names up and keep those that are believable where they stand, longest first."""
    keys = {key for names in spans.values() for key in names}
    if not keys:
        return []
    lands, towns = base.lands(keys), base.towns(keys)
    named = {span for span, names in spans.items() if any(n in lands or n in towns for n in names)}
    found: list[_Mention] = []
    taken: set[int] = set()
    for span in sorted(named, key=lambda s: (s[0] - s[1], s[0])):
        if taken.isdisjoint(range(*span)):
            key = next(name for name in spans[span] if name in lands or name in towns)
            here = believable(key, lands.get(key, []), language)
            mention = _weigh(words, span, here, towns.get(key, []), base.words, language)
            if mention:
                found.append(mention)
                taken.update(range(*span))
    return found


def _weigh(
    words: list[Word],
    span: tuple[int, int],
    lands: list[Land],
    towns: list[Town],
    guard: Words,
    language: str | None,
) -> _Mention | None:
    """Return the mention with its score, or None where this is more likely an ordinary word."""
    lands, towns = _sided(lands, towns, language)
    setting = setting_of(words, span, guard)
    if not setting.believes(lands, towns):
        return None
    people = max((town.people for town in towns), default=0)
    score = setting.score + (2.0 if lands else 1.5 + math.log10(people + 10) / 20)
    return _Mention(*span, tuple(lands), tuple(towns), score)


def _sided(
    lands: list[Land], towns: list[Town], language: str | None
) -> tuple[list[Land], list[Town]]:
    """Decide between a country and a town of the same name."""
    strong = [town for town in towns if town.rank <= MAIN and town.people >= KNOWN]
    if lands and strong and not any(well_known(land, language) for land in lands):
        return [], towns
    return lands, [town for town in towns if town.people >= KNOWN] if lands else towns


def _answer(found: list[_Mention]) -> tuple[Candidate, ...]:
    """Take the mention with most for it; a country named beside a town picks the town."""
    if not found:
        return ()
    found = [_beside(mention, found) for mention in found]
    named = {land.code for mention in found for land in mention.lands[:1]}
    best = max(found, key=lambda m: (m.score + 2.0 * _inside(m, named), -m.start))
    if best.lands:
        code = best.lands[0].code
        towns = [m for m in found if not m.lands and _inside(m, {code})]
        best = max(towns, key=lambda m: m.score, default=best)
        named = {code}
    countries = [_of_land(land) for land in best.lands]
    return tuple(_distinct([*countries, *map(_of_town, _sorted(best.towns, named))])[:CHOICES])


def _beside(mention: _Mention, found: list[_Mention]) -> _Mention:
    """Take a name for its town where the town's country is named too (Amman, not Oman)."""
    others = {m.lands[0].code for m in found if m is not mention and m.lands}
    if not mention.lands or mention.lands[0].code in others:
        return mention
    if any(town.country in others for town in mention.towns):
        return replace(mention, lands=())
    return mention


def _inside(mention: _Mention, codes: set[str]) -> bool:
    return not mention.lands and any(town.country in codes for town in mention.towns)


def _sorted(towns: Iterable[Town], named: set[str]) -> list[Town]:
    """Order towns by size, an unusual name of a town counting a tenth; keep a named country's."""
    own = [town for town in towns if town.country in named] or list(towns)
    return sorted(own, key=lambda t: -t.people * (0.1 if t.rank == OTHER else 1.0))


def _of_land(land: Land) -> Candidate:
    return Candidate(land.name, land.code, None, None, None, land.people)


def _of_town(town: Town) -> Candidate:
    return Candidate(town.name, town.country, town.name, town.lat, town.lon, town.people)


def _distinct(candidates: list[Candidate]) -> list[Candidate]:
    """Leave out districts and second entries of a town that stands already."""
    kept: list[Candidate] = []
    for one in candidates:
        if not any(_same(one, other) for other in kept):
            kept.append(one)
    return kept


def _same(one: Candidate, other: Candidate) -> bool:
    if one.country != other.country or one.lat is None or one.lon is None:
        return one.country == other.country and one.lat == other.lat
    if other.lat is None or other.lon is None:
        return False
    return _apart_km(one.lat, one.lon, other.lat, other.lon) < _SAME_KM


def _apart_km(lat: float, lon: float, other_lat: float, other_lon: float) -> float:
    """Return about how far two places are apart that are not far from each other."""
    east = ((lon - other_lon + 180) % 360 - 180) * math.cos(math.radians(lat))
    return _KM_A_DEGREE * math.hypot(lat - other_lat, east)
