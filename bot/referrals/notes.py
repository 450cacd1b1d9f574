"""Private notes of a case: what officers write for each other, and the person never reads."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from bot.audit import By
from bot.referrals.model import Referral
from bot.staff import OfficeKeys


@dataclass(frozen=True, slots=True)
class CaseNote:
    """A note of an officer, opened."""

    id: str
    at: datetime
    officer: str
    text: str = field(repr=False)


class NoteStore(Protocol):
    """Notes inside the transaction of the caller."""

    async def add(self, referral: Referral, text: str, keys: OfficeKeys, by: By) -> None:
        """Keep a note for whoever may open the case; the audit says who wrote one.

        Raises:
            NotOpenable: none of the keys opens the request.
            UnknownReferral: meanwhile it is erased, ended or elsewhere.
        """

    async def of(self, referral: Referral, keys: OfficeKeys) -> tuple[CaseNote, ...]:
        """Return the notes of a case, oldest first.

        Raises:
            NotOpenable: none of the keys opens the request.
        """
