"""Which addresses are ours."""

import pytest

from bot.limits import comes_from, is_ours, origins

HERE = "http://localhost:8080"
PUBLIC = "https://chat.example.org"


def test_a_public_address_has_one_origin_and_a_default_port() -> None:
    assert origins(PUBLIC) == {"https://chat.example.org:443"}


@pytest.mark.parametrize("host", ["localhost:8080", "127.0.0.1:8080", "LOCALHOST:8080"])
def test_on_loopback_name_and_number_are_ours(host: str) -> None:
    assert is_ours(host, None, HERE)
    assert is_ours(host, "http://127.0.0.1:8080", HERE)


@pytest.mark.parametrize(
    "host", ["", "evil.example", "localhost", "localhost:1", "a@localhost:8080", "localhost:x"]
)
def test_another_host_is_not(host: str) -> None:
    assert not is_ours(host, None, HERE)


@pytest.mark.parametrize(
    "origin", ["null", "", "http://chat.example.org", "https://chat.example.org.evil.example"]
)
def test_another_page_is_not(origin: str) -> None:
    assert is_ours("chat.example.org", PUBLIC, PUBLIC)
    assert not is_ours("chat.example.org", origin, PUBLIC)


@pytest.mark.parametrize("host", ["chat.example.org?x", "chat.example.org#x", "@chat.example.org"])
def test_a_host_with_more_than_a_name_is_not(host: str) -> None:
    assert not is_ours(host, None, PUBLIC)


def test_a_path_behind_our_address_changes_nothing() -> None:
    below = f"{PUBLIC}/waypoint"
    assert is_ours("chat.example.org", PUBLIC, below)
    assert not is_ours("evil.example", None, below)


@pytest.mark.parametrize(
    "public_url", ["", "https://", "https://chat.example.org:x", "http://localhost:x"]
)
def test_where_we_have_no_address_nothing_is_ours(public_url: str) -> None:
    for host in ("", "chat.example.org", "a b"):
        assert not is_ours(host, "null", public_url)
        assert not comes_from(host, "", public_url)


def test_a_form_comes_from_the_very_name_it_is_sent_to() -> None:
    assert comes_from("localhost:8080", HERE, HERE)
    assert not comes_from("localhost:8080", "http://127.0.0.1:8080", HERE)
    assert not comes_from("localhost:8080", "", HERE)
