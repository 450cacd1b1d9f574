"""Sending what is committed: once where all goes well, later where it does not, never lost."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

import pytest

from bot.conversation import (
    Capabilities,
    Delivery,
    NotNow,
    NotReached,
    Rendered,
    RenderedMessage,
    Sender,
)
from tests.unit.directory.making import TUESDAY_NOON

DELIVERY = Delivery(1, Rendered((), "en", "ltr"), "person", "telegram", "555")


@dataclass
class Wire:
    """A channel that takes what it gets, or fails as told."""

    failure: Callable[[], Exception] | None = None
    name: str = "telegram"
    capabilities: Capabilities = field(default=Capabilities(pushes=True, edits=True, deletes=True))
    taken: list[Delivery] = field(default_factory=list)

    async def deliver(self, delivery: Delivery) -> None:
        if self.failure:
            raise self.failure()
        self.taken.append(delivery)


@dataclass
class Waiting:
    """An outbox in memory."""

    marked: list[int] = field(default_factory=list)
    put_off: list[datetime] = field(default_factory=list)
    ready: tuple[Delivery, ...] = ()
    goes: datetime | None = None

    async def goes_at(self, delivery: Delivery, at: datetime) -> datetime | None:
        return self.goes

    async def sent(self, delivery: Delivery, at: datetime) -> None:
        self.marked.append(delivery.id)

    async def later(self, delivery: Delivery, at: datetime) -> None:
        self.put_off.append(at)

    async def due(self, at: datetime, limit: int = 50) -> tuple[Delivery, ...]:
        return self.ready


def sender(wire: Wire, box: Waiting) -> Sender:
    """Return a sender whose clock stands."""
    return Sender({"telegram": wire}, box, lambda: TUESDAY_NOON)


async def test_what_is_sent_is_marked() -> None:
    wire, box = Wire(), Waiting()
    await sender(wire, box).send(DELIVERY)
    assert (wire.taken, box.marked) == ([DELIVERY], [1])


async def test_what_cannot_be_sent_now_is_tried_later() -> None:
    wire, box = Wire(lambda: NotNow(7)), Waiting()
    await sender(wire, box).send(DELIVERY)
    assert box.marked == []
    assert box.put_off == [TUESDAY_NOON + timedelta(seconds=7)]


async def test_what_can_never_be_sent_is_not_tried_again() -> None:
    wire, box = Wire(lambda: NotReached("blocked")), Waiting()
    await sender(wire, box).send(DELIVERY)
    assert (box.marked, box.put_off) == ([1], [])


@pytest.mark.parametrize(
    "left_alone", [replace(DELIVERY, sent=True), replace(DELIVERY, channel="unknown")]
)
async def test_what_was_sent_and_what_is_not_ours_is_left_alone(left_alone: Delivery) -> None:
    wire, box = Wire(), Waiting()
    await sender(wire, box).send(left_alone)
    assert (wire.taken, box.marked) == ([], [])


async def test_the_sweep_sends_what_is_due() -> None:
    wire, box = Wire(), Waiting(ready=(DELIVERY,))
    assert await sender(wire, box).sweep() == 1
    assert box.marked == [1]


UNASKED = replace(DELIVERY, unasked=True)


async def test_a_line_that_is_allowed_now_is_sent() -> None:
    wire, box = Wire(), Waiting(goes=TUESDAY_NOON)
    await sender(wire, box).send(UNASKED)
    assert (wire.taken, box.marked) == ([UNASKED], [1])


async def test_a_line_outside_its_hours_is_held() -> None:
    wire, box = Wire(), Waiting(goes=TUESDAY_NOON + timedelta(hours=5))
    await sender(wire, box).send(UNASKED)
    assert (wire.taken, box.marked) == ([], [])
    assert box.put_off == [TUESDAY_NOON + timedelta(hours=5)]


async def test_a_line_that_is_not_allowed_is_emptied_and_never_sent() -> None:
    wire, box = Wire(), Waiting(goes=None)
    await sender(wire, box).send(UNASKED)
    assert (wire.taken, box.marked, box.put_off) == ([], [1], [])


async def test_what_the_sweep_sends_begins_with_a_line_that_says_nothing() -> None:
    telling = RenderedMessage("m1", "The police number is 110.")
    late = replace(DELIVERY, reply=Rendered((telling,), "en", "ltr", late="It took longer."))
    wire, box = Wire(), Waiting(ready=(late,))
    await sender(wire, box).sweep()
    (shown,) = wire.taken[0].reply.messages
    assert shown.text[:80] == "It took longer.".ljust(80, "·")
    assert shown.text.endswith("The police number is 110.")
