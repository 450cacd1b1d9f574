"""No text of any kind raises, and none takes longer than a turn can bear."""

import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.understanding import Document, build, danger, digits, fold, guess, locate, tokens
from bot.understanding.gazetteer import Gazetteer, GazetteerMissing

INDEX = build(
    [
        Document("asylum.appeal", "en", "Refused", "Appeal in time.", ("they refused me",)),
        Document("asylum.appeal", "ar", "رفض", "استئناف", ("رفضوا طلبي",)),
    ]
)
STEPS: list[Callable[[str], object]] = [fold, tokens, digits, guess, danger, locate, INDEX.search]
BUDGET_S = 0.05
"""Time of this thread alone, so that other work on the machine does not fail the test."""

ODD = st.sampled_from(
    ["\u200d", "\u202e", "\u200f", "\x00", "\ud800", "😀", "ﷺ", "'", "٣", "in", "de", "في", "boss"]
)
TEXTS = st.one_of(
    st.text(st.characters(), max_size=400),
    st.lists(st.one_of(ODD, st.text(st.characters(), max_size=3)), max_size=80).map(" ".join),
)
LONG = [
    unit * (4096 // len(unit))
    for unit in (
        "a", "a b ", "ﷺ", "😀\u200d", "\u0301", "\ud800", "۱", "我在", "ก", "'", "U.", "Sfax ",
        "ال", "\u202e\u200f", "İ", "ß", "a-", "\x00", "in ", "новый ", "they he she took ",
        "ما لا ", "i am locked in the house ", "my boss has my not passport ",
    )
]  # fmt: skip


@pytest.fixture(scope="module", autouse=True)
def _warm() -> None:
    for step in STEPS:
        step("i am in Sfax, they refused me")


@settings(deadline=None, max_examples=150)
@given(TEXTS)
def test_any_text_is_borne(text: str) -> None:
    for step in STEPS:
        step(text)


@pytest.mark.parametrize("number", range(len(LONG)))
def test_a_long_text_takes_no_longer_than_a_turn_can_bear(number: int) -> None:
    for step in STEPS:
        started = time.thread_time()
        step(LONG[number])
        assert time.thread_time() - started < BUDGET_S, step


def test_threads_share_one_gazetteer() -> None:
    found: list[object] = []
    threads = [
        threading.Thread(target=lambda: found.append(locate("Calais").best)) for _ in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 8
    assert len(set(found)) == 1


def test_a_missing_gazetteer_is_named(tmp_path: Path) -> None:
    with pytest.raises(GazetteerMissing):
        Gazetteer(tmp_path / "none.sqlite").towns(["sfax"])
