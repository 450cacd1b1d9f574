"""The one door to `knowledge/gazetteer/gazetteer.sqlite`: names in, places out.

The file is only ever read, so it is opened immutable: no lock files, and it may lie on a read-only
disk.  Opened at the first question, one connection for all threads behind a lock.
"""

import json
import sqlite3
import threading
from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any

from bot.errors import Unavailable

PATH = Path(__file__).resolve().parents[2] / "knowledge" / "gazetteer" / "gazetteer.sqlite"
KEPT, MAIN, OTHER = 0, 1, 2
"""Ranks of a town's name: kept by hand, the one it goes by, any other."""


class GazetteerMissing(Unavailable):
    """The gazetteer cannot be opened: it was not built, or the file is damaged."""


@dataclass(frozen=True, slots=True)
class Town:
    """A place with a position; `people` weighs it, `rank` says which of its names was met."""

    name: str
    country: str
    lat: float
    lon: float
    people: int
    rank: int


@dataclass(frozen=True, slots=True)
class Land:
    """A country met under one of its names, and the languages in which it is called so."""

    code: str
    name: str
    people: int
    languages: frozenset[str]


@dataclass(frozen=True, slots=True)
class Words:
    """Folded words that guard the search for places; `knowledge/gazetteer/words.yaml` explains."""

    never: frozenset[str]
    inside: frozenset[str]
    toward: frozenset[str]
    silent: frozenset[str]
    ordinary: frozenset[str]

    def common(self, word: str) -> bool:
        """Tell whether a word is an ordinary one, or one that only announces a place."""
        return any(word in kind for kind in (self.ordinary, self.silent, self.inside, self.toward))

    def filling(self, word: str) -> bool:
        """Tell whether a word may stand beside a place without saying anything else."""
        return word in self.silent or word in self.inside


class Gazetteer:
    """Looks folded names up; a name nobody bears is simply not in the answer."""

    def __init__(self, path: Path = PATH) -> None:
        self._path = path
        self._lock = threading.Lock()

    def towns(self, keys: Collection[str]) -> dict[str, list[Town]]:
        """Return the towns that bear each of the names, largest first."""
        found: dict[str, list[Town]] = defaultdict(list)
        rows = self._ask(
            "SELECT n.key, p.name, p.country, p.lat, p.lon, p.people, n.rank"
            " FROM json_each(?) AS j CROSS JOIN name AS n ON n.key = j.value"
            " CROSS JOIN place AS p ON p.id = n.place ORDER BY p.id",
            json.dumps(sorted(keys)),
        )
        for key, name, country, lat, lon, people, rank in rows:
            found[key].append(Town(name, country, lat / 1e4, lon / 1e4, people, rank))
        return found

    def lands(self, keys: Collection[str]) -> dict[str, list[Land]]:
        """Return the countries that bear each of the names, everyday names first."""
        found: dict[str, list[Land]] = defaultdict(list)
        rows = self._ask(
            "SELECT n.key, c.code, c.name, c.people, n.languages"
            " FROM json_each(?) AS j CROSS JOIN country_name AS n ON n.key = j.value"
            " CROSS JOIN country AS c ON c.code = n.code"
            " ORDER BY n.languages LIKE '*%' DESC,"
            " CASE WHEN n.languages LIKE '*%' THEN c.people ELSE length(n.languages) END DESC",
            json.dumps(sorted(keys)),
        )
        for key, code, name, people, languages in rows:
            found[key].append(Land(code, name, people, frozenset(languages.split())))
        return found

    def towns_in(self, country: str, south: float, north: float) -> list[Town]:
        """Return the towns of a country between two latitudes (degrees), largest first."""
        rows = self._ask(
            "SELECT name, country, lat, lon, people FROM place"
            " WHERE country = ? AND lat BETWEEN CAST(? AS INTEGER) AND CAST(? AS INTEGER)"
            " ORDER BY id",
            country, str(round(south * 1e4)), str(round(north * 1e4)),
        )  # fmt: skip
        return [
            Town(name, code, lat / 1e4, lon / 1e4, people, MAIN)
            for name, code, lat, lon, people in rows
        ]

    def names_from(self, start: str) -> list[str]:
        """Return every name, of a town or a country, that starts so."""
        after = start + "\U0010ffff"
        rows = self._ask(
            "SELECT key FROM name WHERE key BETWEEN ? AND ? UNION"
            " SELECT key FROM country_name WHERE key BETWEEN ? AND ?",
            start, after, start, after,
        )  # fmt: skip
        return [key for (key,) in rows]

    @cached_property
    def words(self) -> Words:
        """The guarding words."""
        kinds: dict[str, set[str]] = defaultdict(set)
        for kind, key in self._ask("SELECT kind, key FROM word"):
            kinds[kind].add(key)
        return Words(
            *(frozenset(kinds[kind]) for kind in ("never", "in", "from", "silent", "word"))
        )

    @cached_property
    def _base(self) -> sqlite3.Connection:
        uri = f"{self._path.as_uri()}?mode=ro&immutable=1"
        try:
            base = sqlite3.connect(uri, uri=True, check_same_thread=False)
            base.execute("PRAGMA cache_size = -1024")
            base.execute("SELECT 1 FROM country LIMIT 1")
        except sqlite3.Error:
            raise GazetteerMissing("run tools/build_gazetteer.py") from None
        return base

    def _ask(self, query: str, *values: str) -> list[tuple[Any, ...]]:
        with self._lock:
            return self._base.execute(query, values).fetchall()


@lru_cache(maxsize=1)
def gazetteer() -> Gazetteer:
    """Return the gazetteer that ships with the program."""
    return Gazetteer()
