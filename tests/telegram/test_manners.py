"""What the bot shows of itself before a chat is opened is dull, translated and never in the way."""

import pytest

from bot.channels.telegram.inbound import Group
from bot.channels.telegram.manners import COMMANDS
from bot.conversation import NotNow
from tests.telegram.bot_api import BotApi, server_error
from tests.telegram.bot_api.refusals import Json
from tests.telegram.core import Core, stopped, wired


async def test_commands_are_set_for_every_language_telegram_knows(server: BotApi) -> None:
    program = wired(server, Core())
    await program.client.open()
    await program.manners.introduce()
    await stopped(program)
    languages = {language for _scope, language in server.world.commands}
    assert languages >= {"", "en", "fr", "es", "ar"}
    assert all(len(language) in {0, 2} for language in languages)
    for commands in server.world.commands.values():
        assert names(commands) == ["start", "lang", "info", "office", "number", "clear"]


async def test_a_description_is_set_only_where_there_is_none(server: BotApi) -> None:
    server.world.profile["description"] = {"": "Chosen by the operator"}
    program = wired(server, Core())
    await program.client.open()
    await program.manners.introduce()
    await stopped(program)
    assert server.world.profile["description"][""] == "Chosen by the operator"
    assert server.world.profile["short_description"][""] == "Information, free of charge."


async def test_what_cannot_be_set_stops_nothing(server: BotApi) -> None:
    program = wired(server, Core())
    await program.client.open()
    server.faults.plan(server_error(502), times=100)
    await program.manners.introduce()
    await stopped(program)
    assert server.world.commands == {}


async def test_a_group_that_cannot_be_left_at_once_hears_the_farewell_once(
    server: BotApi,
) -> None:
    group, program = server.group(), wired(server, Core())
    await program.client.open()
    server.faults.plan(server_error(502), times=7, method="leaveChat")
    with pytest.raises(NotNow):
        await program.manners.leave(Group(group.id, "fr"))
    await program.manners.leave(Group(group.id, "fr"))
    await stopped(program)
    assert group.left
    assert len(server.called("sendMessage")) == 1


def test_nothing_shown_tells_what_the_bot_is_for() -> None:
    shown = " ".join(line.template for _name, line in COMMANDS).casefold()
    for word in ("asylum", "traffick", "police", "refugee", "migra", "help"):
        assert word not in shown


def names(commands: list[Json]) -> list[str]:
    return [command["command"] for command in commands]
