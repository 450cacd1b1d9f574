"""What officers say of themselves, in PostgreSQL; routing counts it for their office."""

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.audit import Act, By
from bot.staff import Profile
from bot.store.audit import acting
from bot.store.tables import officers

WOMAN, NOT_WOMAN, LANGUAGES = "says-woman", "says-not-woman", "says-languages"
"""Acts: whoever says it to get at a request, and takes it back, leaves both in the audit."""


async def profile_of(connection: AsyncConnection, officer: str) -> Profile:
    """Return what an officer said; nothing where there is none."""
    found = await connection.execute(
        select(officers.c.languages, officers.c.woman).where(officers.c.id == officer)
    )
    row = found.first()
    return Profile(frozenset(row.languages), row.woman) if row is not None else Profile()


async def keep_profile(connection: AsyncConnection, profile: Profile, by: By) -> None:
    """Keep what an officer says; the audit of their office says that they changed it."""
    before = await profile_of(connection, by.officer or "")
    if profile == before:
        return
    changed = (
        update(officers)
        .where(officers.c.id == by.officer)
        .values(languages=sorted(profile.languages), woman=profile.woman)
        .returning(officers.c.id)
    )
    await connection.execute(acting(changed, Act(_said(profile, before), by.officer), by))


def _said(profile: Profile, before: Profile) -> str:
    if profile.woman == before.woman:
        return LANGUAGES
    return WOMAN if profile.woman else NOT_WOMAN
