"""How fast something may go."""

from bot.limits import Buckets, Rate

RATE = Rate(burst=30, a_second=2.0)


def test_a_burst_is_taken_and_the_next_waits_for_its_place() -> None:
    buckets = Buckets(RATE)
    assert [buckets.wait("a", 0.0) for _ in range(30)] == [0.0] * 30
    assert buckets.wait("a", 0.0) == 0.5


def test_who_was_told_to_wait_has_taken_nothing() -> None:
    buckets = Buckets(RATE)
    waits = [buckets.wait("a", 0.0) for _ in range(100)]
    assert waits[-1] == 0.5
    assert buckets.wait("a", 0.5) == 0.0


def test_the_patient_take_places_ahead_of_their_time_as_far_as_their_patience_goes() -> None:
    buckets = Buckets(Rate(1, 1.0))
    waits = [buckets.wait("a", 0.0, patience=3.0) for _ in range(6)]
    assert waits == [0.0, 1.0, 2.0, 3.0, 4.0, 4.0]


def test_one_never_slows_another() -> None:
    buckets = Buckets(RATE)
    while buckets.wait("a", 0.0) == 0.0:
        pass
    assert buckets.wait("b", 0.0) == 0.0


def test_a_clock_that_is_set_back_shuts_nobody_out() -> None:
    buckets = Buckets(RATE)
    for _ in range(30):
        buckets.wait("a", 86_400.0)
    assert buckets.wait("a", 0.0) <= 1.0


def test_after_silence_the_whole_burst_is_there_again_and_no_more() -> None:
    buckets = Buckets(RATE)
    while buckets.wait("a", 0.0) == 0.0:
        pass
    assert [buckets.wait("a", 3600.0) for _ in range(31)] == [0.0] * 30 + [0.5]


def test_the_longest_silent_are_forgotten() -> None:
    buckets = Buckets(RATE, most=100)
    while buckets.wait("first", 0.0) == 0.0:
        pass
    for number in range(100):
        buckets.wait(f"{number}", 0.0)
    assert buckets.wait("first", 0.0) == 0.0
