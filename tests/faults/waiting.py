"""Waiting for what happens in another process, where no event of ours can tell."""

import asyncio
from collections.abc import Awaitable, Callable

import psycopg

from tests.faults.program import Program

PAUSE = 0.05


async def until(look: Callable[[], Awaitable[object]], within: float = 20.0) -> None:
    """Look until there is something to see."""
    async with asyncio.timeout(within):
        while not await look():  # noqa: ASYNC110 - it happens in another process
            await asyncio.sleep(PAUSE)


async def until_found(program: Program, query: str, *values: str, within: float = 20.0) -> None:
    """Wait until a query on the database of the program has an answer."""
    async with await psycopg.AsyncConnection.connect(
        program.owner_url, autocommit=True
    ) as connection:

        async def found() -> object:
            return await (await connection.execute(query.encode(), values)).fetchone()

        await until(found, within)
