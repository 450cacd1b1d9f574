"""Officers who come to an office in the real database, and requests that are sealed to it."""

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.privacy import new_pair
from bot.referrals import DUTY_DESK, Answer, Contact, Purpose, Referral, to_the_hour
from bot.staff import (
    OfficeKeys,
    Officer,
    Proofs,
    Role,
    opened_wraps,
    receive,
)
from bot.staff import OfficerKey as Pair
from bot.store.referrals import Referrals
from bot.store.staff import Staff
from bot.store.tables import offices, wraps
from tests.store.making import AT, a_referral, a_request

SFAX, TUNIS = "iom-tn-sfax", "iom-tn-tunis"
KNOWN = frozenset({SFAX})


class Person:
    """An officer, and the private key that only their password opens."""

    def __init__(self, officer: Officer, private: bytes, public: bytes) -> None:
        self.officer, self.private, self.public = officer, private, public

    async def opens(self, staff: Staff) -> OfficeKeys:
        return opened_wraps(await staff.keys.held_by(self.officer.id), self.private)


async def officer(staff: Staff, name: str, office: str = SFAX, role: Role = Role.OFFICER) -> Person:
    pair = new_pair()
    proofs = Proofs("hash", "A" * 32, Pair(pair.public, b"locked"))
    made = await staff.put_officer(f"{name}@example.org", office, role, proofs, AT)
    return Person(made, pair.private, pair.public)


async def arrived(
    staff: Staff, name: str, office: str = SFAX, role: Role = Role.OFFICER
) -> tuple[Person, bool]:
    one = await officer(staff, name, office, role)
    joined = await receive(one.officer, one.public, staff, AT, None, shares=False)
    return one, joined.made


async def kept(
    store: Referrals, office: str = SFAX, *desks: str, contact: Contact = Contact.CODE
) -> Referral:
    request = a_request(contact)
    referral = a_referral(request, office=office, first_office=office)
    known = insert(offices).values(id=office, created=AT).on_conflict_do_nothing()
    await store.connection.execute(known)
    assert await store.insert(referral, request, None, desks or (office,))
    # Said yes to whatever a test does with it; the gate has tests of its own.
    named = (SFAX, TUNIS, DUTY_DESK, *desks)
    yes = Answer(Purpose.OFFICE, True, "test", "en", to_the_hour(AT), named)
    await store.consents.add(referral, (yes,))
    return referral


async def wrapped_for(connection: AsyncConnection, referral: Referral) -> set[tuple[str, int]]:
    found = await connection.execute(select(wraps).where(wraps.c.referral == referral.id))
    return {(row.office, row.version) for row in found}
