"""Who left is left: what could not be deleted at once goes even if the program is killed then."""

import psycopg
import pytest

from tests.faults.program import Program
from tests.faults.waiting import until_found
from tests.telegram.bot_api import BotApi, server_error

pytestmark = [pytest.mark.faults, pytest.mark.timeout(200)]

TELLING = "my boss has my papers"
LATER = (
    "UPDATE wipes SET at = at - interval '5 minutes'",
    "UPDATE channel_messages SET at = at - interval '5 minutes'",
    "UPDATE procrastinate_jobs SET scheduled_at = now() WHERE task_name = 'wipe'",
)
"""What five minutes change for the job."""


@pytest.mark.parametrize("database", [False, True])
async def test_what_could_not_be_deleted_goes_after_a_kill(
    program: Program, server: BotApi, *, database: bool
) -> None:
    user = server.user()
    await program.start()
    user.says(TELLING)
    await user.sees(lambda one: bool(one.text), within=10)
    server.faults.plan(server_error(502), times=10_000, method="deleteMessages")
    user.says("0")
    await until_found(
        program,
        "SELECT 1 FROM wipes JOIN replies ON replies.id = wipes.reply WHERE sent IS NOT NULL",
    )
    await until_found(program, "SELECT 1 FROM procrastinate_jobs WHERE task_name = 'wipe'")
    assert TELLING in [one.text for one in user.messages()]
    await program.kill(database=database)
    server.faults.clear()
    await program.start()
    async with await psycopg.AsyncConnection.connect(
        program.owner_url, autocommit=True
    ) as connection:
        for statement in LATER:
            await connection.execute(statement.encode())
    await server.until(lambda: len(user.messages()) == 1, 60)
    (left,) = user.messages()
    assert left.from_bot
    assert not left.labels
    await until_found(program, "SELECT 1 WHERE NOT EXISTS (SELECT FROM wipes)")
