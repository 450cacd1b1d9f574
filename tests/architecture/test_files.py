"""What holds for every file: its size, where the time comes from, what no line for people says."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from babel.messages import Message
from babel.messages.pofile import read_po

from tests.architecture.sources import PROGRAM, ROOT, calls, files

LONGEST = 400
CATALOGS = sorted((ROOT / "locales").glob("*/LC_MESSAGES/bot.po"))
CLOCKS = frozenset({"bot/clock.py", "bot/privacy/logs.py"})
READS_THE_CLOCK = frozenset(
    {
        ("datetime", "now"),
        ("datetime", "utcnow"),
        ("datetime", "today"),
        ("date", "today"),
        ("time", "time"),
        ("time", "time_ns"),
    }
)
FOR_OFFICERS = ("bot/console", "bot/staff", "bot/cli")
NEVER = re.compile(
    r"\b(anonymous\w*|safe\w*|we will come|victims?|illegal\w*|don.?t worry|invalid)\b|[!¡]",
    re.IGNORECASE,
)
"""Promises nobody can keep, words that hurt, and alarm (`conversations.md`, the voice)."""


def test_no_file_is_too_long() -> None:
    long = {str(one): _lines(one) for one in files(*PROGRAM, "tools") if _lines(one) > LONGEST}
    assert long == {}


def _lines(path: Path) -> int:
    return len((ROOT / path).read_text(encoding="utf-8").splitlines())


def test_the_time_is_read_in_one_place() -> None:
    read = {
        str(path)
        for path in files(*PROGRAM)
        for call in calls(path)
        if isinstance(call.func, ast.Attribute)
        and (_owner(call.func), call.func.attr) in READS_THE_CLOCK
    }
    assert read <= CLOCKS
    assert "bot/clock.py" in read


def _owner(called: ast.Attribute) -> str:
    """Return what a method is called on, without its module."""
    return ast.unparse(called.value).rpartition(".")[2]


def test_no_line_for_people_promises_hurts_or_shouts() -> None:
    found = list(_lines_for_people())
    assert len(found) > 150
    assert [(path, text) for path, text in found if NEVER.search(text)] == []


@pytest.mark.parametrize("path", CATALOGS, ids=lambda path: path.parts[-3])
def test_no_translation_shouts(path: Path) -> None:
    with path.open("rb") as file:
        said = [text for one in read_po(file) if one.id for text in _forms(one)]
    assert len(said) > 150
    assert [text for text in said if re.search("[!¡！]", text)] == []


def _forms(one: Message) -> tuple[str, ...]:
    """Return a translation, in all its plural forms."""
    return tuple(one.string) if isinstance(one.string, list | tuple) else (str(one.string),)


def test_every_line_for_people_is_one_literal() -> None:
    # A line that is put together cannot be translated.
    for path in _speaking():
        for call in calls(path):
            if _says(call):
                texts = call.args[:2] if _name(call) == "say_n" else call.args[:1]
                assert all(isinstance(one, ast.Constant) for one in texts), (path, call.lineno)


def _lines_for_people() -> Iterator[tuple[str, str]]:
    for path in _speaking():
        if str(path).startswith(FOR_OFFICERS):
            continue
        for call in calls(path):
            if _says(call):
                yield from (
                    (str(path), one.value)
                    for one in call.args[:2]
                    if isinstance(one, ast.Constant) and isinstance(one.value, str)
                )


def _speaking() -> Iterator[Path]:
    """Yield the files whose `say` is that of the catalogues."""
    return (path for path in files(*PROGRAM) if "from bot.i18n" in (ROOT / path).read_text())


def _says(call: ast.Call) -> bool:
    return _name(call) in ("say", "say_n")


def _name(call: ast.Call) -> str:
    return call.func.id if isinstance(call.func, ast.Name) else ""
