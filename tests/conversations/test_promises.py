"""What is never promised: that somebody is anonymous or safe, or that somebody will come."""

import ast
import re
from collections.abc import Iterator

import pytest

from tests.architecture.sources import ROOT

NEVER = re.compile(
    r"anonym|\bsafe(ly|ty)?\b|\bsecure(ly)?\b|\bwe will (come|help|protect|find)\b|don't worry|!"
    r"|\bUTC\b|\bplain line\b|\bin your country\b|\bit is there\b",
    re.I,
)
"""Promises, and words that say nothing to whoever reads them."""
SAYS = {"say", "say_n"}


def sentences() -> Iterator[tuple[str, str]]:
    """Yield every sentence that is said to a person, with the file it stands in."""
    for path in (*ROOT.glob("handlers/**/*.py"), *ROOT.glob("bot/**/*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") in SAYS:
                for one in node.args:
                    if isinstance(one, ast.Constant) and isinstance(one.value, str):
                        yield path.name, one.value


def test_no_sentence_promises_what_nobody_can_keep() -> None:
    said = list(sentences())
    assert len(said) > 200
    assert [one for one in said if NEVER.search(one[1])] == []


@pytest.mark.parametrize(
    "said", ["You are safe here.", "This is anonymous.", "We will come for you.", "10:00 (UTC)"]
)
def test_a_promise_would_be_found(said: str) -> None:
    assert NEVER.search(said)
