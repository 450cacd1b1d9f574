"""A block of addresses, and that nobody can tell which it is."""

import pytest

from bot.limits import Blocks, block_of


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("192.0.2.1", "192.0.2.254"),
        ("2001:db8:1:1200::1", "2001:db8:1:12ff::9"),
        ("::ffff:192.0.2.7", "192.0.2.8"),
        ("fe80::1%eth0", "fe80::2"),
        ("192.0.2.1:4711", "192.0.2.1"),
        ("[2001:db8::1]:4711", "2001:db8::2"),
        ("", "not an address"),
    ],
)
def test_neighbours_are_one_block(one: str, other: str) -> None:
    assert block_of(one) == block_of(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("192.0.2.1", "192.0.3.1"),
        ("2001:db8:1:1200::1", "2001:db8:1:1300::1"),
        ("192.0.2.1", "::192.0.2.1"),
    ],
)
def test_strangers_are_not(one: str, other: str) -> None:
    assert block_of(one) != block_of(other)


def test_a_name_tells_nothing_of_the_address_and_depends_on_the_key() -> None:
    blocks = Blocks(b"k" * 32)
    assert blocks.name("192.0.2.1") == blocks.name("192.0.2.9")
    assert "192" not in blocks.name("192.0.2.1")
    assert blocks.name("192.0.2.1") != Blocks(b"l" * 32).name("192.0.2.1")
    assert "kkk" not in repr(blocks)
