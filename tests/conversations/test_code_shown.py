"""A code that stands in a chat goes again, whatever Telegram does, wherever we stop."""

import re
from datetime import timedelta

from tests.conversations.line import MANY, Line, stored
from tests.telegram.bot_api import Fault, server_error


async def asked(line: Line) -> None:
    """Let the person ask for help, up to the summary."""
    for choice in ("refer", "refer:safe:yes", "refer:for:skip", "refer:about:skip"):
        await press(line, choice)
    for step in ("place", "urgent", "contact", "words"):
        await press(line, f"refer:{step}:skip")
    for choice in ("refer:consent:yes", "refer:share:no", "refer:code:show"):
        await press(line, choice)


async def press(line: Line, choice: str) -> None:
    """Press a button that may no longer be in sight, and wait until it is answered."""
    line.user.presses(choice, line.user.answers()[-1])
    await line.server.until(lambda: not line.server.world.queue)
    await line.intake.drain(5)


def code_on(screen: list[str]) -> str | None:
    """Return the code that stands on a screen."""
    found = re.search(r"(?:\d{3} ){3}\d{3}", "\n".join(screen))
    return found[0] if found else None


async def test_a_code_goes_after_a_minute_even_if_the_program_has_ended_meanwhile(
    line: Line,
) -> None:
    await asked(line)
    await press(line, "refer:send")
    assert code_on(line.screen())
    await line.channel.close()
    assert not await line.wipes()
    line.stage.later(timedelta(minutes=2))
    assert await line.wipes()
    assert code_on(line.screen()) is None
    assert any("you can call" in text or "ask here" in text for text in line.screen())


async def test_a_code_that_telegram_does_not_let_go_of_is_tried_again(line: Line) -> None:
    await asked(line)
    await press(line, "refer:send")
    line.server.faults.plan(server_error(502), times=MANY, method="deleteMessages")
    line.stage.later(timedelta(minutes=2))
    assert not await line.wipes()
    line.server.faults.clear()
    line.stage.later(timedelta(minutes=5))
    assert await line.wipes()
    assert code_on(line.screen()) is None


async def test_a_code_that_has_not_come_through_is_waited_for(line: Line) -> None:
    await asked(line)
    line.server.faults.plan(server_error(502), times=MANY, method="sendMessage")
    await press(line, "refer:send")
    line.stage.later(timedelta(minutes=2))
    assert not await line.wipes()
    line.server.faults.clear()
    await line.sender.sweep()
    assert code_on(line.screen())
    assert not await line.wipes()
    line.stage.later(timedelta(minutes=2))
    assert await line.wipes()
    assert code_on(line.screen()) is None


async def test_once_telegram_has_taken_the_code_it_is_in_no_reply_any_more(line: Line) -> None:
    await asked(line)
    taken = len(line.server.called("sendMessage"))
    line.server.faults.plan(Fault(), method="sendMessage")
    line.server.faults.plan(server_error(502), times=MANY, method="sendMessage")
    await press(line, "refer:send")
    assert len(line.server.called("sendMessage")) > taken + 1
    code = code_on(line.screen())
    assert code is not None
    assert code not in str(await stored(line))
    line.server.faults.clear()
    line.stage.later(timedelta(minutes=2))
    await line.sender.sweep()
    assert len([text for text in line.screen() if "Your code" in text]) == 1
    assert await stored(line) == []
