"""Tokens, the form of an e-mail address, and values that do not print what they hold."""

import pytest

from bot.staff import (
    Attempt,
    EmailMalformed,
    Officer,
    Opened,
    Proofs,
    Role,
    RoleUnknown,
    csrf_fits,
    csrf_of,
    email_of,
    hash_of,
    new_token,
    role_of,
)


def test_a_token_has_256_bits_and_is_stored_as_something_else() -> None:
    first, second = new_token(), new_token()
    assert first != second
    assert len(first) == 43
    assert first.encode() not in hash_of(first)


def test_a_form_fits_the_browser_it_was_made_for() -> None:
    token = new_token()
    assert csrf_fits(token, csrf_of(token))
    assert not csrf_fits(new_token(), csrf_of(token))
    assert not csrf_fits(token, "")
    assert not csrf_fits(token, "é")


def test_the_value_in_a_form_does_not_tell_the_token() -> None:
    token = new_token()
    assert token not in csrf_of(token)
    assert csrf_of(token) != hash_of(token).hex()


def test_an_address_is_kept_in_small_letters() -> None:
    assert email_of("  First.Officer@Example.ORG ") == "first.officer@example.org"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "one",
        "one@",
        "@example.org",
        "a b@example.org",
        "a@b",
        "a@b@c.org",
        "a@x." + "y" * 260,
        "a@example.org\r\nBcc: b@example.org",
        "<a@example.org>",
    ],
)
def test_what_is_no_address_is_refused(text: str) -> None:
    with pytest.raises(EmailMalformed):
        email_of(text)


def test_an_unknown_role_is_refused() -> None:
    assert role_of("supervisor") is Role.SUPERVISOR
    with pytest.raises(RoleUnknown):
        role_of("owner")


def test_values_do_not_print_what_they_hold() -> None:
    officer = Officer("o-1", "one@example.org", "duty-desk", Role.OFFICER)
    shown = repr(
        (Proofs("HASH", "SECRET"), Opened(officer, "TOKEN"), Attempt("m", "PW", "CD", "ad"))
    )
    assert not any(word in shown for word in ("HASH", "SECRET", "TOKEN", "PW", "CD"))
