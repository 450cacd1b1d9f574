"""Order within a chat, none between chats."""

import asyncio

from bot.channels.telegram.lanes import Lanes


async def test_of_several_that_wait_the_lowest_number_goes_first() -> None:
    lanes, gate, order = Lanes(10), asyncio.Event(), list[int]()

    async def pass_through(number: int) -> None:
        async with lanes.turn("a", number):
            order.append(number)
            await gate.wait()

    tasks = [asyncio.create_task(pass_through(number)) for number in (5, 9, 7, 8, 6)]
    await asyncio.sleep(0)
    gate.set()
    await asyncio.gather(*tasks)
    assert order == [5, 6, 7, 8, 9]


async def test_another_lane_does_not_wait() -> None:
    lanes = Lanes(10)
    async with lanes.turn("a", 1):
        await asyncio.wait_for(enter(lanes, "b"), 1)


async def test_there_is_room_for_so_many_at_once() -> None:
    lanes = Lanes(2)
    async with lanes.turn("a", 1), lanes.turn("b", 1):
        third = asyncio.create_task(enter(lanes, "c"))
        await asyncio.sleep(0)
        assert not third.done()
    await asyncio.wait_for(third, 1)


async def test_one_that_gives_up_waiting_does_not_hold_the_lane() -> None:
    lanes = Lanes(10)
    async with lanes.turn("a", 1):
        second = asyncio.create_task(enter(lanes, "a"))
        third = asyncio.create_task(enter(lanes, "a"))
        await asyncio.sleep(0)
        second.cancel()
    await asyncio.wait_for(third, 1)


async def test_one_that_gives_up_at_the_moment_it_is_called_passes_the_lane_on() -> None:
    lanes = Lanes(10)
    async with lanes.turn("a", 1):
        second = asyncio.create_task(enter(lanes, "a"))
        third = asyncio.create_task(enter(lanes, "a"))
        await asyncio.sleep(0)
    second.cancel()
    await asyncio.wait_for(third, 1)


async def test_an_error_inside_frees_the_lane() -> None:
    lanes = Lanes(1)

    async def fail() -> None:
        async with lanes.turn("a", 1):
            raise ValueError

    await asyncio.gather(fail(), return_exceptions=True)
    await asyncio.wait_for(enter(lanes, "a"), 1)


async def enter(lanes: Lanes, lane: str) -> None:
    async with lanes.turn(lane, 2):
        pass
