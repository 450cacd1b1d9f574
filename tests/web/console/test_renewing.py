"""A new key of the office, and new recovery shares: asked for by one, confirmed by another."""

import re

import pytest

from bot.privacy import join
from bot.staff import DUTY_DESK, Role
from tests.web.console.world import SFAX, Browser, World

MEMBERS = "/console/members"
RENEW = f"{MEMBERS}/renew"
WORDS = "CANARY-WORDS my papers are gone"
SHARE = re.compile(r'<p class="words"[^>]*>([a-z ]+)</p>')


async def two(world: World, office: str = SFAX) -> tuple[Browser, Browser]:
    """Return a supervisor and an officer who hold the key, each at the page of members."""
    boss = await world.signed_in(await world.officer("boss@example.org", office, Role.SUPERVISOR))
    other = await world.signed_in(await world.officer("other@example.org", office))
    await boss.get(MEMBERS)
    await other.get(MEMBERS)
    return boss, other


async def test_a_supervisor_asks_and_a_colleague_confirms(world: World) -> None:
    number = await world.request()
    boss, other = await two(world)
    asked = await boss.post(RENEW, what="office")
    assert asked.location == f"{MEMBERS}?done=asked"
    assert "You asked for it" in (await boss.get(MEMBERS)).words
    assert "boss@example.org asked for it" in (await other.get(MEMBERS)).words
    done = await other.post(RENEW, what="office")
    assert done.location == f"{MEMBERS}?done=renewed"
    assert {version for _, version in await world.keys(SFAX)} == {1, 2}
    await other.get("/console/requests")
    assert (await other.post(f"/console/requests/{number}/claim")).status == 303
    assert WORDS in (await other.get(f"/console/requests/{number}")).text


@pytest.mark.parametrize("what", ["office", "recovery"])
async def test_nobody_asks_and_confirms_alone(world: World, what: str) -> None:
    boss, _ = await two(world, DUTY_DESK)
    for _ in range(2):
        assert (await boss.post(RENEW, what=what)).location == f"{MEMBERS}?done=asked"
    assert {version for _, version in await world.keys(DUTY_DESK)} == {1}


async def test_an_officer_does_not_ask_and_somebody_pending_does_nothing(world: World) -> None:
    boss, other = await two(world)
    assert (await other.post(RENEW, what="office")).status == 403
    await boss.post(RENEW, what="office")
    pending = await world.signed_in(await world.newcomer("new@example.org"))
    await pending.get(MEMBERS)
    assert (await pending.post(RENEW, what="office")).status == 403
    assert {version for _, version in await world.keys(SFAX)} == {1}


async def test_new_shares_are_shown_once_to_whoever_confirms(world: World) -> None:
    boss, other = await two(world, DUTY_DESK)
    await boss.post(RENEW, what="recovery")
    seen = await other.post(RENEW, what="recovery")
    shares = SHARE.findall(seen.text)
    assert (seen.status, len(shares), seen.headers["Cache-Control"]) == (200, 3, "no-store")
    assert join(shares[:2]) == join(shares[1:]) != world.recovery
    world.recovery = join(shares[:2])
    assert {version for _, version in await world.keys(DUTY_DESK)} == {1}
    assert (await other.get(RENEW)).location == MEMBERS


async def test_another_office_renews_no_recovery(world: World) -> None:
    boss, _ = await two(world)
    assert "New recovery shares" not in (await boss.get(MEMBERS)).words
    assert (await boss.post(RENEW, what="recovery")).location == MEMBERS
    assert (await boss.post(RENEW, what="iom-tn-tunis")).location == MEMBERS
