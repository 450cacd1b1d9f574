"""Invented requests and people for the tests of the store."""

import secrets
import uuid
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.directory import Point
from bot.referrals import (
    DUTY_DESK,
    Address,
    Category,
    Consent,
    Contact,
    Desk,
    Particulars,
    Referral,
    Request,
    State,
    Urgency,
    due,
    new_reference,
    pace,
)


@dataclass(slots=True)
class Deferred:
    """Notes jobs instead of queueing them (`bot.store.Defer`)."""

    jobs: list[tuple[str, dict[str, str | int]]] = field(default_factory=list)

    async def __call__(
        self, connection: AsyncConnection, task: str, at: datetime | None = None, **ids: str | int
    ) -> None:
        self.jobs.append((task, ids))

    def named(self, task: str) -> list[dict[str, str | int]]:
        """Return the arguments of the jobs of a task."""
        return [ids for one, ids in self.jobs if one == task]


AT = datetime(2026, 11, 24, 10, 0, tzinfo=UTC)
CANARY = "canary-words-that-nobody-may-see"
TOLD = Particulars(f"{CANARY} \ud83d and more", True, "TN", "Sfax-canary", Point(34.7, 10.8))


def a_request(contact: Contact = Contact.CODE, **fields: Any) -> Request:
    """Return what a person asks for."""
    person = f"person-{secrets.token_hex(6)}"
    here = Address(person, "telegram", "555-canary-address") if contact is Contact.HERE else None
    known: dict[str, Any] = {
        "category": Category.LABOUR,
        "urgency": Urgency.SOON,
        "language": "en",
        "consent": Consent(office=True, partner=False, contact=contact),
        "particulars": TOLD,
        "answer_to": here,
    }
    return Request(**known | fields)


def a_referral(request: Request, **fields: Any) -> Referral:
    """Return the referral of a request, waiting at the duty desk unless told otherwise."""
    known: dict[str, Any] = {
        "id": str(uuid.uuid4()),
        "reference": new_reference(),
        "office": DUTY_DESK,
        "first_office": fields.get("office", DUTY_DESK),
        "category": request.category,
        "urgency": request.urgency,
        "language": request.language,
        "state": State.WAITING,
        "consent": request.consent,
        "created": AT,
        "due": due(pace(request.category, request.urgency), Desk(DUTY_DESK), AT),
        "pace": pace(request.category, request.urgency),
        "since": AT,
    }
    return Referral(**known | fields)
