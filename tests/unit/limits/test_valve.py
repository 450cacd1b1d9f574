"""A valve slows the many and never sends the urgent away."""

import asyncio

import pytest

from bot.limits import TooBusy, Valve


async def settle() -> None:
    for _ in range(5):
        await asyncio.sleep(0)


class Crowd:
    """People who pass a valve and stay inside until they are let out."""

    def __init__(self, valve: Valve) -> None:
        self.valve = valve
        self.inside: list[str] = []
        self.done: dict[str, asyncio.Event] = {}
        self.tasks: dict[str, asyncio.Task[None]] = {}

    async def come(self, name: str, *, urgent: bool = False, bounded: bool = True) -> None:
        self.done[name] = asyncio.Event()

        async def through() -> None:
            async with self.valve.passing(urgent=urgent, bounded=bounded):
                self.inside.append(name)
                await self.done[name].wait()

        self.tasks[name] = asyncio.create_task(through())
        await settle()

    async def let_out(self, name: str) -> None:
        self.done[name].set()
        await settle()


async def test_the_urgent_have_places_of_their_own() -> None:
    crowd = Crowd(Valve(2, kept=1))
    await crowd.come("first")
    await crowd.come("second")
    await crowd.come("help", urgent=True)
    assert crowd.inside == ["first", "help"]


async def test_the_urgent_pass_those_who_waited_before_them() -> None:
    crowd = Crowd(Valve(1))
    for name in ("first", "second", "third"):
        await crowd.come(name)
    await crowd.come("help", urgent=True)
    await crowd.let_out("first")
    await crowd.let_out("help")
    assert crowd.inside == ["first", "help", "second"]


async def test_a_place_kept_for_the_urgent_is_not_given_to_the_line_of_the_others() -> None:
    crowd = Crowd(Valve(2, kept=1))
    await crowd.come("first")
    await crowd.come("help", urgent=True)
    await crowd.come("second")
    await crowd.let_out("help")
    assert crowd.inside == ["first", "help"]
    await crowd.let_out("first")
    assert crowd.inside == ["first", "help", "second"]


async def test_past_the_end_of_the_line_the_others_come_again_and_the_urgent_wait() -> None:
    valve = Valve(1, most=2)
    crowd = Crowd(valve)
    for name in ("in", "one", "two"):
        await crowd.come(name)
    with pytest.raises(TooBusy):
        async with valve.passing(urgent=False):
            pass
    for number in range(10):
        await crowd.come(f"help {number}", urgent=True)
    await crowd.come("pushed", bounded=False)
    assert (valve.waiting(urgent=True), valve.waiting(urgent=False)) == (10, 3)


async def test_who_gives_up_waiting_takes_no_place_with_them() -> None:
    crowd = Crowd(Valve(1))
    for name in ("first", "second", "third"):
        await crowd.come(name)
    crowd.tasks["second"].cancel()
    await settle()
    await crowd.let_out("first")
    assert crowd.inside == ["first", "third"]
    await crowd.let_out("third")
    assert crowd.valve.at_ease


async def test_a_place_handed_to_one_who_gives_up_at_that_moment_goes_on() -> None:
    crowd = Crowd(Valve(1))
    for name in ("first", "second", "third"):
        await crowd.come(name)
    crowd.done["first"].set()
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    crowd.tasks["second"].cancel()
    await settle()
    assert crowd.inside[-1] == "third"
    await crowd.let_out("third")
    assert crowd.valve.at_ease


def test_a_valve_that_lets_nobody_through_is_not_made() -> None:
    with pytest.raises(ValueError):
        Valve(2, kept=2)
