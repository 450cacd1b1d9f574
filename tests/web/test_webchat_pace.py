"""How fast one chat may go."""

from bot.channels.webchat.pace import A_SECOND, BURST, REMEMBERED, Pace


def test_a_burst_is_taken_and_the_next_turn_waits_half_a_second() -> None:
    pace = Pace()
    assert [pace.wait("a", 0.0) for _ in range(int(BURST))] == [0.0] * int(BURST)
    assert pace.wait("a", 0.0) == 1 / A_SECOND


def test_after_the_wait_it_told_a_turn_is_taken() -> None:
    pace = Pace()
    waits = [pace.wait("a", 0.0) for _ in range(int(BURST) + 1)]
    assert pace.wait("a", waits[-1]) == 0.0


def test_one_chat_never_slows_another() -> None:
    pace = Pace()
    while pace.wait("a", 0.0) == 0.0:
        pass
    assert pace.wait("b", 0.0) == 0.0


def test_the_chats_longest_silent_are_forgotten() -> None:
    pace = Pace()
    while pace.wait("first", 0.0) == 0.0:
        pass
    for number in range(REMEMBERED):
        pace.wait(f"{number}", 0.0)
    assert pace.wait("first", 0.0) == 0.0
