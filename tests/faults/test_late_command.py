"""`waypoint late`: what is late is brought on once, named, and stored as done now."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import aiohttp
import pytest

from tests.faults.people import Visitor
from tests.faults.program import Program, command, queue

pytestmark = [pytest.mark.faults, pytest.mark.timeout(300)]

DESK = "duty-desk"


async def late(program: Program, at: datetime | None = None) -> list[dict[str, Any]]:
    """Run the command as of a moment and return what it names."""
    as_of = ("--now", at.isoformat()) if at else ()
    code, out, err = await command(program.settings, "late", *as_of, "--json")
    assert code == 0, err
    named: list[dict[str, Any]] = json.loads(out)
    return named


async def test_what_is_late_at_the_duty_desk_is_named_once_a_day(program: Program) -> None:
    await program.start()
    async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=20)) as client:
        receipt = await Visitor(program, client).intake("Invented words.")
    assert await late(program) == []
    (waiting,) = [one for one in await queue(program) if one["reference"] == receipt.reference]
    now = datetime.now(UTC)
    ahead = now + timedelta(days=6)
    (named,) = [one for one in await late(program, ahead) if one["reference"] == receipt.reference]
    assert named == {
        "reference": receipt.reference, "from": waiting["office"], "to": DESK, "step": "again"
    }  # fmt: skip
    assert await late(program, ahead) == []
    assert len(await late(program, ahead + timedelta(days=1))) == 1


async def test_a_moment_that_is_none_is_wrong_usage(program: Program) -> None:
    code, out, err = await command(program.settings, "late", "--now", "tomorrow", "--json")
    assert (code, out) == (2, "")
    assert "Traceback" not in err
