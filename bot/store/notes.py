"""Private notes in PostgreSQL (`bot.referrals.NoteStore`).

A note is sealed under the key of its request, as an office's answer is: whoever the request is
passed to reads it, and whoever loses the wrap loses it.  There is no copy for the person.
"""

import uuid
from dataclasses import dataclass

from sqlalchemy import insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.audit import By
from bot.privacy import Bound, open_under, seal_under
from bot.referrals import ENDED, CaseNote, OfficeKeys, Referral, UnknownReferral
from bot.store.audit import acting
from bot.store.reading import on
from bot.store.rows import bound_of, encoded
from bot.store.sealed import key_for
from bot.store.tables import case_notes, referrals


@dataclass(frozen=True, slots=True)
class Notes:
    """Notes inside the transaction of a connection."""

    connection: AsyncConnection

    async def add(self, referral: Referral, text: str, keys: OfficeKeys, by: By) -> None:
        """Keep a note for whoever may open the case; the audit says who wrote one.

        Raises:
            NotOpenable: none of the keys opens the request.
            UnknownReferral: meanwhile it is erased, ended or elsewhere.
        """
        await self._hold(referral)
        key, note = await key_for(self.connection, referral, keys), str(uuid.uuid4())
        made = insert(case_notes).values(
            id=note,
            referral=referral.id,
            at=by.at,
            officer=by.officer,
            text_sealed=seal_under(key, encoded(text), _bound(referral, note)),
        )
        await self.connection.execute(
            acting(made.returning(case_notes.c.id), on(referral, "note"), by)
        )

    async def of(self, referral: Referral, keys: OfficeKeys) -> tuple[CaseNote, ...]:
        """Return the notes of a case, oldest first.

        Raises:
            NotOpenable: none of the keys opens the request.
        """
        found = await self.connection.execute(
            select(case_notes)
            .where(case_notes.c.referral == referral.id)
            .order_by(case_notes.c.at, case_notes.c.id)
        )
        if not (rows := found.all()):
            return ()
        key = await key_for(self.connection, referral, keys)
        return tuple(
            CaseNote(
                row.id,
                row.at,
                row.officer,
                open_under(key, row.text_sealed, _bound(referral, row.id)).decode(
                    errors="surrogatepass"
                ),
            )
            for row in rows
        )

    async def _hold(self, referral: Referral) -> None:
        """Lock the request: a note that came while it is erased would stay without it."""
        held = await self.connection.execute(
            select(referrals.c.id)
            .where(
                referrals.c.id == referral.id,
                referrals.c.office == referral.office,
                referrals.c.state.not_in(ENDED),
            )
            .with_for_update(key_share=True)
        )
        if held.first() is None:
            raise UnknownReferral("no longer open")


def _bound(referral: Referral, note: str) -> Bound:
    """Return what a note is bound to: put among the messages it opens nowhere."""
    return bound_of(referral, f"note/{note}")
