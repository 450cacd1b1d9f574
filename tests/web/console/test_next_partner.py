"""Who is asked next after a partner's no: the nearest to the person, as far as it may be used."""

import re
from collections import Counter
from dataclasses import replace

import pytest
from sqlalchemy import select

from bot.directory import Point
from bot.referrals import Answer, Particulars, Purpose, last, standing
from bot.referrals.consent import ALWAYS
from bot.store.tables import audit_entries
from tests.web.console.onward import LEGAL, OTHER, PAPERS, WORDS, Desk, agreed, desk, phone
from tests.web.console.world import World

LESVOS = "gr-elil-lesvos"
MYTILENE = Point(39.11, 26.55)
CHOICE = re.compile(r'name="partner" value="([a-z0-9-]+)"')


@pytest.fixture
async def declined(world: World) -> Desk:
    """Give a request of somebody on Lesvos that a partner in Athens has just declined."""
    await agreed(world, LEGAL, OTHER, LESVOS)
    told = Particulars(WORDS, country="GR", place="CANARY-TOWN", town=MYTILENE)
    made = await desk(world, request=replace(PAPERS, particulars=told))
    link, one = await made.link(OTHER), phone(world)
    await one.post(link)
    await one.post(link, say="decline", why="not-ours")
    return made


async def noted(made: Desk) -> Counter[tuple[str, str]]:
    """Return how often who did what, as the audit has it."""
    async with made.world.engine.connect() as connection:
        found = await connection.execute(select(audit_entries.c.action, audit_entries.c.who))
        return Counter((row.action, row.who) for row in found)


async def named(made: Desk) -> list[str]:
    """Return the partners that may be asked next, in the order of the page."""
    shown = await made.browser.get(made.page)
    # The words stay shut until somebody takes the request.
    assert WORDS not in shown.text
    assert "CANARY-TOWN" not in shown.text
    return CHOICE.findall(shown.text)


async def test_after_a_no_the_nearest_to_the_person_is_named_first(declined: Desk) -> None:
    assert await named(declined) == [LESVOS, LEGAL]


async def test_that_the_town_was_used_is_in_the_audit_and_counts_as_no_reading(
    declined: Desk,
) -> None:
    before = await noted(declined)
    await named(declined)
    assert (await noted(declined)) - before == Counter({("rank", declined.login.id): 1})


async def test_a_town_that_a_partner_may_not_get_is_not_used(declined: Desk) -> None:
    await allow(declined, ALWAYS)
    assert await named(declined) == [LEGAL, LESVOS]


async def test_without_a_key_at_hand_the_country_decides(declined: Desk) -> None:
    pending = await declined.world.newcomer("pending@example.org", "iom-gr-athens")
    declined.browser = await declined.world.signed_in(pending)
    assert await named(declined) == [LEGAL, LESVOS]


async def allow(made: Desk, fields: frozenset[object]) -> None:
    """Let the person take back their yes to partners and give one that names these fields alone."""
    async with made.world.deps.open() as work:
        referral = await made.world.stored(made.number)
        consents = work.referrals.store.consents
        asked = last((await consents.record(referral)).answers, Purpose.PARTNER)
        assert isinstance(asked, Answer)
        await consents.add(referral, (replace(asked, given=False),))
        await consents.add(referral, (replace(asked, fields=fields),))  # type: ignore[arg-type]
        known = standing((await consents.record(referral)).answers, Purpose.PARTNER)
        assert [one.fields for one in known] == [fields]
