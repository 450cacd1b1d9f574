"""What is left of an offer to a partner: no packet past its time, no row that nobody needs."""

import uuid
from datetime import datetime

import pytest
from sqlalchemy import insert, select

from bot.directory import Service
from bot.privacy.retention import DAY, RULES
from bot.referrals import Action, Answer, Purpose, to_the_hour
from bot.store.tables import offers
from tests.store.retention.world import AT, MINUTE, OFFICE, World


async def an_offer(world: World, answer: Action | None, answered: datetime | None) -> str:
    """Keep an offer to a partner with an account; return its id."""
    made, referral = str(uuid.uuid4()), await world.waiting()
    hour, kind = to_the_hour(AT), Service.RETURN
    yes = Answer(Purpose.PARTNER, True, "test", "en", hour, kind=kind, country="TN")
    await world.store.consents.add(referral, (yes,))
    row = {
        "id": made,
        "referral": referral.id,
        "office": OFFICE,
        "partner": "xx-partner",
        "made": AT,
        "expires": AT + DAY,
        "answer": answer,
        "answered": answered,
        "key_version": 1,
        "key_locked": b"locked",
        "packet_sealed": b"sealed",
    }
    await world.connection.execute(insert(offers).values(row))
    return made


async def sealed(world: World, offer: str) -> tuple[bytes | None, bytes | None]:
    found = await world.connection.execute(
        select(offers.c.packet_sealed, offers.c.key_locked).where(offers.c.id == offer)
    )
    row = found.one()
    return row.packet_sealed, row.key_locked


async def test_an_accepted_packet_is_emptied_thirty_days_after_the_yes(world: World) -> None:
    offer = await an_offer(world, Action.ACCEPT, AT)
    await world.run(AT + RULES["packets"].lives - MINUTE)
    assert await sealed(world, offer) == (b"sealed", b"locked")
    assert (await world.run(AT + 30 * DAY)).counts["packets"] == 1
    assert await sealed(world, offer) == (None, None)
    # That it was offered, to whom, and the yes stay as long as the request does.
    assert await world.rows(offers) == 1
    assert (await world.run(AT + 31 * DAY)).counts["packets"] == 0


@pytest.mark.parametrize("answer", [Action.DECLINE, Action.FULL, Action.EXPIRE, Action.RELEASE])
async def test_an_offer_that_ended_goes_ninety_days_later_though_its_request_lives_on(
    world: World, answer: Action
) -> None:
    await an_offer(world, answer, AT)
    await an_offer(world, None, None)
    await world.run(AT + 90 * DAY - MINUTE)
    assert await world.rows(offers) == 2
    assert (await world.run(AT + 90 * DAY + MINUTE)).counts["offers"] == 1
    assert await world.rows(offers) == 1
