"""Every dialogue of this folder, played on the real program."""

from datetime import datetime
from pathlib import Path

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from bot.conversation import Knowledge
from bot.privacy import Keys, Sealer
from tests.conversations.dialogue import read
from tests.conversations.play import Play
from tests.conversations.stage import Stage

DIALOGUES = sorted(Path(__file__).parent.glob("*.txt"))
A_TUESDAY = "2026-11-24T10:00:00+00:00"


@pytest.mark.parametrize("path", DIALOGUES, ids=lambda path: path.stem)
async def test_it_goes_as_written(
    path: Path, engine: AsyncEngine, sealer: Sealer, keys: Keys, knowledge: Knowledge
) -> None:
    dialogue = read(path)
    start = datetime.fromisoformat(dialogue.headers.get("at", A_TUESDAY))
    await Play(dialogue, Stage(engine, sealer, keys, knowledge, start)).run()


def test_there_are_dialogues_for_what_a_person_can_do() -> None:
    assert len(DIALOGUES) >= 30
