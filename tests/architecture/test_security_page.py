"""The page about security names tests, files and columns; each must be there, and none missing."""

import ast
import re
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import LargeBinary

from bot.store.tables import metadata
from tests.architecture.sources import ROOT, tree

PAGE = ROOT / "docs" / "security.md"
TEST = re.compile(r"`(tests/[\w/]+\.py)::(\w+)`")
IN_CODE = re.compile(r"`([^`\n]+)`")
FILE = re.compile(r"(?:bot|docs|tests|handlers|locales|knowledge)/[\w./-]+|[A-Z]+\.md|Dockerfile")
LINK = re.compile(r"\]\(([^)#:]+)\)")
ROW = re.compile(r"^\| `(\w+)` \| (.*?) \|(.*?)\|(.*?)\|$", re.MULTILINE)
SEALED = ("_sealed", "_hash")
THREATS = 9
PRINCIPLES = 13


@cache
def page() -> str:
    return PAGE.read_text(encoding="utf-8")


def section(heading: str) -> str:
    """Return what stands below a heading of the second level."""
    _, _, rest = page().partition(f"\n## {heading}\n")
    assert rest, heading
    return rest.partition("\n## ")[0]


def named_tests() -> list[tuple[str, str]]:
    return sorted(set(TEST.findall(page())))


@cache
def functions_of(path: str) -> frozenset[str]:
    """Return the functions of a file of tests, without importing it."""
    functions = (ast.FunctionDef, ast.AsyncFunctionDef)
    return frozenset(one.name for one in tree(Path(path)).body if isinstance(one, functions))


def test_every_test_that_is_named_exists() -> None:
    assert len(named_tests()) > 60
    missing = [
        f"{path}::{name}"
        for path, name in named_tests()
        if not (ROOT / path).is_file() or name not in functions_of(path)
    ]
    assert missing == []


def test_whatever_looks_like_a_test_is_read_as_one() -> None:
    looks = {one for one in IN_CODE.findall(page()) if "::" in one} - {"file::test"}
    assert looks == {f"{path}::{name}" for path, name in named_tests()}


def test_every_file_that_is_named_exists() -> None:
    named = [one for one in IN_CODE.findall(page()) if "::" not in one and FILE.fullmatch(one)]
    assert len(named) > 3
    assert [one for one in named if not (ROOT / one).exists()] == []
    links = LINK.findall(page())
    assert len(links) >= 5
    assert [one for one in links if not (PAGE.parent / one).exists()] == []


def rows() -> dict[str, tuple[set[str], set[str], set[str]]]:
    """Return the columns that the page lists for each table: in clear, keys and checks, sealed."""
    return {
        table: (columns(clear), columns(keys), columns(sealed))
        for table, clear, keys, sealed in ROW.findall(section("What stands in clear"))
    }


def columns(cell: str) -> set[str]:
    return set(re.findall(r"`(\w+)`", cell))


def test_every_column_is_listed() -> None:
    """Whoever adds a column says here who can read it."""
    assert rows().keys() == metadata.tables.keys()
    for table, listed in rows().items():
        assert listed == tuple(map(set, sorted_out(metadata.tables[table].columns))), table


def sorted_out(found: Iterable[Any]) -> tuple[list[str], list[str], list[str]]:
    clear: list[str] = []
    keys: list[str] = []
    sealed: list[str] = []
    for one in found:
        if one.name.endswith(SEALED):
            sealed.append(one.name)
        elif isinstance(one.type, LargeBinary):
            keys.append(one.name)
        else:
            clear.append(one.name)
    return clear, keys, sealed


def test_every_threat_says_what_it_gets_what_stands_there_and_where_that_ends() -> None:
    threats = section("Who attacks").split("\n### ")[1:]
    assert len(threats) == THREATS
    for one in threats:
        assert TEST.search(one), one[:40]
        assert "**Not.**" in one, one[:40]
        assert "**Wants**" in one, one[:40]


def test_every_principle_has_a_test() -> None:
    lines = [
        line
        for line in section("IOM's 13 data protection principles").splitlines()
        if re.match(r"\| \d+ ", line)
    ]
    assert [int(line.split()[1]) for line in lines] == list(range(1, PRINCIPLES + 1))
    assert [line for line in lines if not TEST.search(line)] == []


@pytest.mark.parametrize("word", ["simply", "military", "unbreakable", "bulletproof", "100 %"])
def test_the_page_does_not_praise(word: str) -> None:
    assert word not in page().casefold()
