"""Entries to be written, changed and looked at by the tests of the audit."""

from datetime import UTC, datetime, timedelta

from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.audit import (
    Act,
    By,
    Fault,
    Heads,
    Link,
    SignedHead,
    signed,
)
from bot.store.audit import Audit, checked, entries
from bot.store.tables import audit_heads

AT = datetime(2026, 11, 24, 10, 0, 0, 5, tzinfo=UTC)
LONG_AGO = AT - timedelta(days=800)
SEED = b"s" * 32


async def write(
    connection: AsyncConnection, chain: str, count: int, at: datetime = AT, who: str = "officer-1"
) -> None:
    for number in range(count):
        act = Act("open", f"request-{number}", chain=chain)
        await Audit(connection).note(act, By(who, at + timedelta(seconds=number)))


async def faults(
    connection: AsyncConnection, chain: str, *heads: SignedHead, now: datetime = AT
) -> list[Fault]:
    check = await checked(connection, heads)
    return [one for one in check.end(now) if one.chain == chain]


async def head_of(connection: AsyncConnection, chain: str, made: datetime = AT) -> SignedHead:
    row = (await connection.execute(select(audit_heads).where(audit_heads.c.chain == chain))).one()
    return signed(Heads(1, {chain: Link(row.number, row.hash)}), made, SEED)


async def numbers(connection: AsyncConnection, chain: str) -> list[int]:
    return [one.number async for one in entries(connection) if one.chain == chain]


async def run(connection: AsyncConnection, chain: str, *statements: str) -> None:
    for statement in statements:
        await connection.execute(text(statement), {"chain": chain})
