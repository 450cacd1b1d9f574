"""What is committed goes out: once while nothing dies, at least once whatever dies."""

import asyncio
import secrets
from dataclasses import replace
from datetime import datetime, timedelta

from sqlalchemy import select, update

from bot.clock import system_clock
from bot.conversation import Capabilities, Delivery, NotNow, NotReached, Sender, Shown
from bot.store.outbox import GIVE_UP, MessageIds, Outbox, SetAside
from bot.store.tables import replies, set_aside
from bot.store.unit import LEASE
from bot.store.webchats import WebChats
from tests.store.turns import Talk, shown

LATER = LEASE + timedelta(seconds=1)


def outbox(talk: Talk, *channels: str) -> Outbox:
    return Outbox(talk.engine, talk.sealer, frozenset(channels or {talk.channel}))


async def due(talk: Talk, at: datetime, *channels: str) -> list[Delivery]:
    """Return what is due of this person."""
    found = await outbox(talk, *channels).due(at, limit=10_000)
    return [one for one in found if one.person == talk.person]


async def is_sent(talk: Talk, delivery: Delivery) -> bool:
    async with talk.engine.connect() as connection:
        query = select(replies.c.sent).where(replies.c.id == delivery.id)
        return (await connection.execute(query)).scalar_one() is not None


# --- who sends what, and when --------------------------------------------------------------------


async def test_who_handled_a_turn_has_time_to_send_before_the_sweep_does(talk: Talk) -> None:
    sent = await talk.says()
    assert await due(talk, system_clock()) == []
    swept = await due(talk, system_clock() + LATER)
    assert [(one.id, shown(one), one.address) for one in swept] == [
        (sent.id, "Turn 1.", "555019999")
    ]
    assert swept[0].repeat


async def test_two_sweeps_at_once_take_different_replies(talk: Talk) -> None:
    for _ in range(6):
        await talk.says()
    at = system_clock() + LATER
    halves = await asyncio.gather(due(talk, at), due(talk, at), due(talk, at))
    taken = [one.id for half in halves for one in half]
    assert len(taken) == len(set(taken)) == 6


async def test_replies_are_taken_in_the_order_of_their_turns(talk: Talk) -> None:
    for _ in range(5):
        await talk.says()
    said = [shown(one) for one in await due(talk, system_clock() + LATER)]
    assert said == [f"Turn {number}." for number in range(1, 6)]


async def test_a_process_leaves_alone_what_it_cannot_send(talk: Talk) -> None:
    await talk.says()
    at = system_clock() + LATER
    assert await due(talk, at, "web") == []
    assert len(await due(talk, at)) == 1


async def test_a_reply_that_does_not_open_holds_up_none_of_the_others(talk: Talk) -> None:
    broken = await talk.says()
    whole = await talk.says()
    async with talk.engine.begin() as connection:
        await connection.execute(
            update(replies).where(replies.c.id == broken.id).values(body_sealed=b"broken")
        )
    assert [one.id for one in await due(talk, system_clock() + LATER)] == [whole.id]
    assert await is_sent(talk, broken)
    assert not await is_sent(talk, whole)


async def test_a_reply_of_yesterday_is_given_up(talk: Talk) -> None:
    await talk.says()
    assert await due(talk, system_clock() + GIVE_UP + timedelta(minutes=1)) == []


async def test_what_is_sent_is_emptied_and_not_due_again(talk: Talk) -> None:
    delivery = await talk.says("once")
    await outbox(talk).sent(delivery, system_clock())
    assert await due(talk, system_clock() + LATER) == []
    again = await talk.says("once")
    assert again.sent
    assert again.reply.messages == ()


async def test_a_reply_that_a_page_fetches_is_never_emptied_by_sending(page: Talk) -> None:
    delivery = await page.says("once")
    await outbox(page).sent(delivery, system_clock())
    assert (await page.says("once")).reply == delivery.reply


async def test_news_stay_for_the_page_after_they_were_sent(page: Talk) -> None:
    delivery = await page.dispatcher().handle(page.turn(unasked=True))
    await outbox(page).sent(delivery, system_clock())
    news = await WebChats(page.engine, page.sealer).news(page.person, 0)
    assert [one.id for one in news] == [delivery.id]


# --- the sender ----------------------------------------------------------------------------------


class Phone:
    """A channel that fails as told."""

    name = "telegram"
    capabilities = Capabilities(pushes=True, edits=False, deletes=False)

    def __init__(self, person: str) -> None:
        self.person = person
        self.shown: list[str] = []
        self.fails: list[Exception] = []
        self.gates: dict[str, asyncio.Event] = {}
        self.has_shown = asyncio.Event()

    async def deliver(self, delivery: Delivery) -> None:
        """Show a reply of the person; those of other tests are only marked."""
        if delivery.person != self.person:
            return
        if gate := self.gates.get(shown(delivery).split("\n\n")[-1]):
            await gate.wait()
        if self.fails:
            raise self.fails.pop(0)
        self.shown.append(shown(delivery).split("\n\n")[-1])
        self.has_shown.set()


def sender(talk: Talk, phone: Phone, ahead: timedelta = timedelta()) -> Sender:
    return Sender({phone.name: phone}, outbox(talk), lambda: system_clock() + ahead)


async def test_a_channel_that_is_away_gets_the_reply_later(talk: Talk) -> None:
    phone = Phone(talk.person)
    phone.fails = [NotNow(5)]
    delivery = await talk.says()
    await sender(talk, phone).send(delivery)
    assert not await is_sent(talk, delivery)
    await sender(talk, phone, timedelta(seconds=4)).sweep()
    assert phone.shown == []
    await sender(talk, phone, timedelta(seconds=6)).sweep()
    assert phone.shown == ["Turn 1."]
    assert await is_sent(talk, delivery)


async def test_a_person_who_cannot_be_reached_is_not_tried_for_ever(talk: Talk) -> None:
    phone = Phone(talk.person)
    phone.fails = [NotReached("blocked")]
    delivery = await talk.says()
    await sender(talk, phone).send(delivery)
    assert await is_sent(talk, delivery)


async def test_a_chat_that_is_slow_does_not_hold_up_the_sweep_of_another(talk: Talk) -> None:
    phone = Phone(talk.person)
    gate = phone.gates["Turn 1."] = asyncio.Event()
    slow, quick = await talk.says(), await talk.says()
    sweeping = asyncio.create_task(sender(talk, phone, LATER).sweep())
    async with asyncio.timeout(5):
        await phone.has_shown.wait()
    assert phone.shown == ["Turn 2."]
    assert not await is_sent(talk, slow)
    gate.set()
    await sweeping
    assert await is_sent(talk, slow)
    assert await is_sent(talk, quick)


# --- message ids, and what nobody could read -----------------------------------------------------


async def test_message_ids_are_known_for_48_hours(talk: Talk) -> None:
    ids, at = MessageIds(talk.engine), system_clock()
    await ids.keep(talk.person, (7, 5), at - timedelta(hours=47))
    await ids.keep(talk.person, (3,), at - timedelta(hours=49))
    assert await ids.known(talk.person, at) == (5, 7)
    await ids.drop(talk.person, (5,))
    assert await ids.known(talk.person, at) == (7,)


async def test_a_message_kept_twice_is_one_and_says_whether_it_has_buttons_now(talk: Talk) -> None:
    ids, at = MessageIds(talk.engine), system_clock()
    await ids.keep(talk.person, (7,), at, Shown(keyboard=True))
    assert await ids.keyboards(talk.person) == (7,)
    await ids.keep(talk.person, (7,), at)
    assert await ids.keyboards(talk.person) == ()
    assert await ids.known(talk.person, at) == (7,)


async def test_what_nobody_could_read_is_kept_encrypted(talk: Talk) -> None:
    raw, channel = f'{{"text": "{secrets.token_hex(8)}"'.encode(), secrets.token_hex(4)
    await SetAside(talk.engine, talk.sealer).put(channel, raw, system_clock())
    async with talk.engine.connect() as connection:
        query = select(set_aside.c.raw_sealed).where(set_aside.c.channel == channel)
        stored = bytes((await connection.execute(query)).scalar_one())
    assert raw not in stored
    assert talk.sealer.open(stored, "set-aside", channel) == raw


async def test_a_delivery_says_nothing_of_the_person_when_it_is_printed(talk: Talk) -> None:
    delivery = await talk.says()
    printed = repr(replace(delivery, address="555019999"))
    assert "Turn 1" not in printed
    assert "555019999" not in printed
