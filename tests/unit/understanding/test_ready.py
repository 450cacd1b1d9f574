"""What is needed to understand messages is looked for at the start, not at the first message."""

from pathlib import Path

import pytest

from bot.understanding import ready
from bot.understanding.danger import PhrasesMissing, phrases


def test_all_that_is_needed_is_there() -> None:
    ready()


def test_missing_phrases_are_named(tmp_path: Path) -> None:
    with pytest.raises(PhrasesMissing):
        phrases(tmp_path / "phrases.yaml")
