"""References and secret codes: made, read aloud, typed and read back.

A reference is eight digits, the last a check digit after Damm, which catches every single wrong
digit and every swap of neighbours.  A code is twelve digits from the system's random source.
(H. M. Damm, Total anti-symmetrische Quasigruppen, Marburg 2004.)
"""

import secrets
from dataclasses import dataclass, field

from bot.errors import Invalid
from bot.privacy import (
    Keys,
    locked_by_token,
    new_check,
    new_pair,
)

REFERENCE_DIGITS = 8
CODE_DIGITS = 12
READER = "reader"

_DAMM = (
    "0317598642",
    "7092154863",
    "4206871359",
    "1750983426",
    "6123045978",
    "3674209581",
    "5869720134",
    "8945362017",
    "9438617205",
    "2581436790",
)


class BadReference(Invalid):
    """A number is not eight digits or its check digit does not fit: a typing error."""


def new_reference() -> str:
    """Return a random reference; the first digit is never 0, so that no digit is lost."""
    digits = str(secrets.randbelow(9) + 1) + "".join(
        str(secrets.randbelow(10)) for _ in range(REFERENCE_DIGITS - 2)
    )
    return digits + _check_digit(digits)


def new_code() -> str:
    """Return a random secret code of twelve digits."""
    return f"{secrets.randbelow(10**CODE_DIGITS):0{CODE_DIGITS}}"


def checked_reference(digits: str) -> str:
    """Return the reference if its check digit fits.

    Raises:
        BadReference: it does not.
    """
    if len(digits) != REFERENCE_DIGITS or not digits.isascii() or not digits.isdigit():
        raise BadReference("not eight digits")
    if _check_digit(digits[:-1]) != digits[-1]:
        raise BadReference("the check digit does not fit")
    return digits


def spaced_reference(reference: str) -> str:
    """Return the reference as it is shown and said: 4-4."""
    return f"{reference[:4]} {reference[4:]}"


def spaced_code(code: str) -> str:
    """Return the code as it is shown and said: in threes."""
    return " ".join(code[start : start + 3] for start in range(0, CODE_DIGITS, 3))


@dataclass(frozen=True, slots=True)
class NewCode:
    """A code, what is stored of it, and the key pair to which answers are sealed.

    `locked` is the private key, which the code alone opens.  Made outside the transaction, since
    stretching a code is slow.
    """

    code: str = field(repr=False)
    check: bytes = field(repr=False)
    reader: bytes
    locked: bytes = field(repr=False)


def made_code(keys: Keys) -> NewCode:
    """Return a fresh code with its reader's key pair; blocking, tens of milliseconds."""
    code, reader = new_code(), new_pair()
    check, key = new_check(keys, code)
    return NewCode(code, check, reader.public, locked_by_token(reader.private, key.hex(), READER))


def _check_digit(digits: str) -> str:
    interim = 0
    for digit in digits:
        interim = int(_DAMM[interim][int(digit)])
    return str(interim)
