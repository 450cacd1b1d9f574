"""Offers of requests to partners in PostgreSQL (`bot.referrals.OfferStore`).

A packet is sealed under a fresh key.  For a partner without an account that key stands locked by
the token in the link, of which only a hash is kept; the first opening locks it anew, by a token
that only the page carries which was opened.  So a link opens once, and a copy of the database opens
nothing.  For a partner with officers the key is wrapped for the key of their office.
"""

import secrets
import uuid
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, and_, exists, literal, or_, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.audit import OPEN_PACKET, Act, By
from bot.privacy import (
    Bound,
    BrokenSeal,
    key_of,
    locked_by_token,
    open_under,
    opened_by_token,
    seal_to,
    seal_under,
)
from bot.referrals import (
    Action,
    AgreementMissing,
    Event,
    NotOpenable,
    Offer,
    OfferUnknown,
    Opened,
    Packet,
    Referral,
    State,
    packet_from,
    packet_to,
)
from bot.staff import OfficeKeys, hash_of, new_token
from bot.store.agreements import in_force
from bot.store.audit import acting, appended
from bot.store.keys import OfficeKeyStore
from bot.store.openings import alarm
from bot.store.rows import from_row
from bot.store.tables import offers, office_key_wraps, officers, referrals

LIVE = or_(offers.c.answer.is_(None), offers.c.answer == Action.ACCEPT)
KNOWN = or_(LIVE, offers.c.answer == Action.UNSHARE)
"""What a partner still finds: of what a person took back it shows that alone."""
GONE = {"packet_sealed": None, "key_locked": None}
KEY_BYTES = 32
BY_PARTNER = frozenset({Action.ACCEPT, Action.DECLINE, Action.FULL, Action.HAND_BACK})
IN_HAND = frozenset({State.OFFERED, State.ACCEPTED})


@dataclass(frozen=True, slots=True)
class Offers:
    """Offers inside the transaction of a connection."""

    connection: AsyncConnection

    async def make(
        self, referral: Referral, place: str, made: Packet, by: By, expires: datetime
    ) -> str | None:
        """Seal a packet for a partner, and return the link's token; None for one with an account.

        The request is moved afterwards: what danger to life covers it is known by its offer.

        Raises:
            AgreementMissing: no agreement is in force, or it has no room.
        """
        subject, plain = str(uuid.uuid4()), packet_to(made)
        token, sealed = await self._sealed(subject, place, plain)
        row = {
            "id": subject,
            "referral": referral.id,
            "office": referral.office,
            "partner": place,
            "made": by.at,
            "expires": expires,
            **sealed,
        }
        kept = insert(offers).from_select(
            list(row),
            select(*(literal(one, offers.c[name].type) for name, one in row.items())).where(
                in_force(place, by.at.date())
            ),
        )
        act = Act(f"offer:{place}", referral.id, chain=referral.office)
        found = await self.connection.execute(acting(kept.returning(offers.c.id), act, by))
        if found.first() is None:
            raise AgreementMissing("no agreement in force")
        return token

    async def of(self, referral: Referral) -> tuple[Offer, ...]:
        """Return what was offered of a request, newest first."""
        found = await self.connection.execute(
            select(offers)
            .where(offers.c.referral == referral.id)
            .order_by(offers.c.made.desc(), offers.c.id)
        )
        return tuple(to_offer(row) for row in found)

    async def by_link(self, token: str) -> Offer | None:
        """Return the offer of a link, also when it is over."""
        return await self._one(offers.c.link_hash == hash_of(token))

    async def by_page(self, token: str) -> Offer | None:
        """Return the offer that a page has opened and that is not over, or was taken back."""
        return await self._one(and_(offers.c.page_hash == hash_of(token), KNOWN))

    async def for_partner(self, partner: str) -> tuple[Offer, ...]:
        """Return what a partner with an account has before it, or had, newest first."""
        found = await self.connection.execute(
            select(offers)
            .where(offers.c.partner == partner, offers.c.key_version.is_not(None), KNOWN)
            .order_by(offers.c.made.desc(), offers.c.id)
        )
        return tuple(to_offer(row) for row in found)

    async def held(self, offer: Offer) -> Referral:
        """Return the request of an offer, which nobody else moves before this commits.

        Raises:
            OfferUnknown: it was erased meanwhile.
        """
        found = await self.connection.execute(
            select(referrals).where(referrals.c.id == offer.referral).with_for_update()
        )
        row = found.first()
        if row is None:
            raise OfferUnknown("no such offer")
        return from_row(row)

    async def open(self, offer: Offer, token: str, at: datetime) -> Opened | None:
        """Open the packet of a link for the first time; None where it was opened before.

        Raises:
            OfferUnknown: it is over.
        """
        referral = await self.held(offer)
        row = await self._row(offer.id)
        if not to_offer(row).is_open(at) or row.key_locked is None:
            raise OfferUnknown("the offer is over")
        if row.opened is not None:
            return None
        key = opened_by_token(row.key_locked, token, _subject(row.id))
        page = new_token()
        await self.connection.execute(
            update(offers)
            .where(offers.c.id == row.id)
            .values(
                opened=at,
                page_hash=hash_of(page),
                key_locked=locked_by_token(key, page, _subject(row.id)),
            )
        )
        await self._note(OPEN_PACKET, referral, By(None, at))
        plain = open_under(key, row.packet_sealed, _bound(row))
        return Opened(to_offer(row), packet_from(plain), page)

    async def again(self, offer: Offer, at: datetime) -> bool:
        """Note that a link was used again after its opening; False where that was known."""
        noted = (
            update(offers)
            .where(offers.c.id == offer.id, offers.c.opened.is_not(None))
            .where(offers.c.tried_again.is_(None))
            .values(tried_again=at)
        )
        done = await self.connection.execute(noted.returning(offers.c.id))
        return done.first() is not None

    async def shown(self, offer: Offer, page: str) -> Packet | None:
        """Return the packet for the page that opened it; None where it is no longer there.

        Raises:
            OfferUnknown: it is another page, or the offer is over.
        """
        row = await self._row(offer.id)
        if row.key_locked is None:
            return None
        try:
            key = opened_by_token(row.key_locked, page, _subject(row.id))
        except BrokenSeal:
            raise OfferUnknown("another page") from None
        return packet_from(open_under(key, row.packet_sealed, _bound(row)))

    async def read(self, offer: Offer, keys: OfficeKeys, by: By) -> Packet | None:
        """Return the packet for an officer of the partner; the audit says by whom it was read.

        None where its time is over (`Offer.is_readable`); the offer may still stand.

        Raises:
            NotOpenable: none of the keys opens it.
        """
        await self.held(offer)
        row = await self._row(offer.id)
        if row.key_locked is None or not to_offer(row).is_readable(by.at):
            return None
        private = keys.get((row.partner, row.key_version))
        if private is None:
            raise NotOpenable("no key at hand opens this")
        first = update(offers).where(offers.c.id == row.id, offers.c.opened.is_(None))
        await self.connection.execute(first.values(opened=by.at))
        await self.connection.execute(
            select(appended(Act(OPEN_PACKET, offer.referral, chain=offer.partner), by))
        )
        await alarm(self.connection, by)
        return packet_from(
            open_under(key_of(row.key_locked, private, _bound(row)), row.packet_sealed, _bound(row))
        )

    async def with_account(self, partner: str) -> bool:
        """Tell whether a partner has an officer who holds the key of its office."""
        return bool(await self.connection.scalar(select(_has_account(partner))))

    async def _sealed(
        self, subject: str, place: str, plain: bytes
    ) -> tuple[str | None, dict[str, Any]]:
        bound = Bound(subject, place, "packet")
        if await self.with_account(place):
            (key,) = await OfficeKeyStore(self.connection).newest((place,))
            envelope = seal_to(plain, bound, {place: key.public})
            columns = {"packet_sealed": envelope.text, "key_locked": envelope.wraps[place]}
            return None, {**columns, "key_version": key.version}
        fresh, token = secrets.token_bytes(KEY_BYTES), new_token()
        return token, {
            "packet_sealed": seal_under(fresh, plain, bound),
            "key_locked": locked_by_token(fresh, token, _subject(subject)),
            "link_hash": hash_of(token),
        }

    async def _one(self, where: Any) -> Offer | None:
        row = (await self.connection.execute(select(offers).where(where))).first()
        return to_offer(row) if row is not None else None

    async def _row(self, offer: str) -> Row[Any]:
        found = await self.connection.execute(
            select(offers).where(offers.c.id == offer).with_for_update()
        )
        row = found.first()
        if row is None:
            raise OfferUnknown("no such offer")
        return row

    async def _note(self, action: str, referral: Referral, by: By) -> None:
        act = Act(action, referral.id, chain=referral.office)
        await self.connection.execute(select(appended(act, by)))


async def settle(connection: AsyncConnection, referral: Referral, event: Event) -> str | None:
    """Let an offer follow its request: accepted, or over, and then nothing opens it any more.

    Return the offer that is over for a partner with an account, unless that did it itself.
    """
    if referral.state not in IN_HAND or event.state is referral.state:
        return None
    mine = update(offers).where(offers.c.referral == referral.id, LIVE)
    values: dict[str, Any] = {"answer": event.action, "answered": event.at}
    if event.action is Action.ACCEPT:
        # What a link opened is shown with the yes for the last time; an account reads it again.
        await connection.execute(mine.where(offers.c.key_version.is_(None)).values(GONE))
    else:
        values |= GONE if event.action is Action.UNSHARE else {**GONE, "page_hash": None}
    found = await connection.execute(
        mine.values(values).returning(offers.c.id, offers.c.key_version)
    )
    row = found.first()
    told = row is not None and row.key_version is not None and event.action not in BY_PARTNER
    return row.id if told and row is not None else None


def to_offer(row: Row[Any]) -> Offer:
    """Return the offer of a row."""
    return Offer(
        row.id,
        row.referral,
        row.office,
        row.partner,
        row.made,
        row.expires,
        row.opened,
        row.tried_again,
        row.answered,
        Action(row.answer) if row.answer else None,
        row.key_version is None,
    )


def _has_account(partner: str) -> Any:
    return exists().where(
        officers.c.office == partner,
        officers.c.password_hash.is_not(None),
        office_key_wraps.c.holder == officers.c.id,
        office_key_wraps.c.office == officers.c.office,
    )


def _bound(row: Row[Any]) -> Bound:
    return Bound(row.id, row.partner, "packet")


def _subject(offer: str) -> str:
    return f"offer/{offer}"
