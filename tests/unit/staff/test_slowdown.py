"""Failures slow down to 42 seconds and never lock anybody out."""

from datetime import UTC, datetime, timedelta

import pytest

from bot.staff import Failures, TooSoon, officer_key, take_place, try_key, wait_after
from bot.staff.slowdown import FORGOTTEN_AFTER, PATIENCE

NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
KEY = b"k" * 32


def test_waits_double_up_to_forty_two_seconds() -> None:
    assert [wait_after(n) for n in range(10)] == [0, 1, 2, 4, 8, 16, 32, 42, 42, 42]
    assert wait_after(10**9) == 42


def test_the_first_try_is_looked_at_at_once() -> None:
    failures, wait = take_place(None, NOW)
    assert (failures.count, wait) == (1, 0)
    assert failures.free_at == NOW + timedelta(seconds=1)


def test_tries_at_once_stand_in_line_until_one_is_sent_away() -> None:
    first, wait_of_first = take_place(None, NOW)
    second, wait_of_second = take_place(first, NOW)
    third, wait_of_third = take_place(second, NOW)
    assert [wait_of_first, wait_of_second, wait_of_third] == [0, 1, 3]
    with pytest.raises(TooSoon) as refused:
        take_place(third, NOW)
    assert refused.value.seconds > PATIENCE


def test_a_try_sent_away_costs_nothing() -> None:
    known = Failures(9, NOW + timedelta(seconds=42))
    with pytest.raises(TooSoon):
        take_place(known, NOW)
    failures, wait = take_place(known, NOW + timedelta(seconds=42))
    assert (failures.count, wait) == (10, 0)


def test_nobody_waits_longer_than_forty_two_seconds_after_any_number_of_failures() -> None:
    failures, _ = take_place(Failures(10**6, NOW), NOW)
    assert failures.free_at - NOW == timedelta(seconds=42)


def test_failures_are_forgotten_after_a_quiet_while() -> None:
    old = Failures(9, NOW - FORGOTTEN_AFTER)
    assert take_place(old, NOW)[0].count == 1


def test_one_block_of_addresses_is_one_key() -> None:
    one = try_key(KEY, "one@example.org", "192.0.2.1")
    assert one == try_key(KEY, "one@example.org", "192.0.2.254")
    assert one != try_key(KEY, "one@example.org", "198.51.100.1")
    assert one != try_key(KEY, "two@example.org", "192.0.2.1")
    assert try_key(KEY, "a", "2001:db8::1") == try_key(KEY, "a", "2001:db8:0:ff::1")
    assert try_key(KEY, "a", "::ffff:192.0.2.1") == try_key(KEY, "a", "192.0.2.2")
    assert try_key(KEY, "a", "fe80::1%eth0") == try_key(KEY, "a", "fe80::1%eth1")


def test_a_key_tells_neither_address_nor_officer() -> None:
    keys = {try_key(KEY, "", "not an address"), officer_key(KEY, ""), officer_key(b"x", "")}
    assert len(keys) == 3
    assert all(len(key) == 32 for key in keys)
