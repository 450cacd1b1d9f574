"""Signing in wraps open requests for who may have them, and for no desk the person kept away."""

import pytest
from sqlalchemy import select

from bot.audit import By
from bot.referrals import (
    DUTY_DESK,
    Category,
    Consent,
    Contact,
    Danger,
    Override,
    Particulars,
    Referral,
    Request,
    Urgency,
    Wishes,
    desks,
    pass_on,
)
from bot.store.tables import wraps
from tests.store.making import a_referral
from tests.web.console.world import SFAX, Login, World

LUANDA, PRETORIA = "iom-ao-luanda", "iom-za-pretoria-regional"


def about(wishes: Wishes) -> Request:
    return Request(
        Category.RETURN,
        Urgency.SOON,
        "pt",
        Consent(office=True, partner=False, contact=Contact.CODE),
        Particulars("CANARY-WORDS the flight is on Friday", country="AO"),
        wishes=wishes,
    )


@pytest.fixture
async def near(world: World) -> Login:
    """Give an officer in Luanda, whose regional desk has no key yet."""
    return await world.officer("near@example.org", LUANDA)


async def asked(world: World, office: str = LUANDA, wishes: Wishes | None = None) -> Referral:
    async with world.deps.open() as work:
        receipt = await work.referrals.open(about(wishes or Wishes()), office, None)
    return await world.stored(receipt.reference)


async def wrapped(world: World, referral: Referral) -> set[str]:
    async with world.engine.connect() as connection:
        found = await connection.execute(
            select(wraps.c.office).where(wraps.c.referral == referral.id)
        )
    return set(found.scalars())


async def come(world: World, near: Login) -> None:
    """Let an officer of the regional desk come and sign in, then the one of the office."""
    await world.signed_in(await world.officer("far@example.org", PRETORIA))
    await world.signed_in(near)


async def test_a_desk_that_the_person_kept_away_gets_no_wrap_when_its_officer_signs_in(
    world: World, near: Login
) -> None:
    assert PRETORIA in desks(world.deps.directory, LUANDA, Category.RETURN)
    away = await asked(world, wishes=Wishes(not_offices=frozenset({PRETORIA})))
    other = await asked(world)
    await come(world, near)
    assert PRETORIA not in await wrapped(world, away)
    assert PRETORIA in await wrapped(world, other)


async def test_a_desk_that_the_recorded_yes_never_named_gets_no_wrap(
    world: World, near: Login
) -> None:
    request = about(Wishes())
    referral = a_referral(request, office=LUANDA)
    async with world.deps.open() as work:
        store = work.referrals.store
        assert await store.insert(referral, request, None, (LUANDA, DUTY_DESK))
    await come(world, near)
    assert PRETORIA not in await wrapped(world, referral)


async def test_an_office_that_got_it_in_danger_wraps_it_for_its_own_ladder_alone(
    world: World, near: Login
) -> None:
    login = await world.officer("one@example.org", SFAX)
    referral = await asked(world, SFAX)
    now = world.clock()
    async with world.deps.open() as work:
        consents, keys = work.referrals.store.consents, await world.keys(SFAX)
        above = desks(world.deps.directory, LUANDA, Category.RETURN)
        asks = Override(0, LUANDA, Danger.CAPTIVE, "boss", now, desks=above)
        await consents.ask(referral, asks)
        (made,) = (await consents.record(referral)).overrides
        assert await consents.confirm(referral, made.id, login.id, now)
        taken = await work.referrals.claim(referral, login.id)
        await pass_on(work.referrals, work.rewrap, taken, By(login.id, now), LUANDA, keys)
    assert not {SFAX, PRETORIA} & await wrapped(world, referral)
    await come(world, near)
    assert PRETORIA in await wrapped(world, referral)
    assert SFAX not in await wrapped(world, referral)
