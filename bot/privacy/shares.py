"""The recovery key in three parts of plain words, any two of which give it back (SLIP-0039).

Each part is 33 words with a checksum of its own, fit to be printed and typed.  One part alone
tells nothing.
"""

from collections.abc import Sequence

from shamir_mnemonic import combine_mnemonics, generate_mnemonics
from shamir_mnemonic.utils import MnemonicError

from bot.errors import Invalid

PARTS = 3
NEEDED = 2


class BadShare(Invalid):
    """A part of the recovery key is mistyped, or the parts do not belong together."""


def split(secret: bytes) -> tuple[str, ...]:
    """Return the secret (16 bytes or more, an even number) as parts."""
    (parts,) = generate_mnemonics(1, [(NEEDED, PARTS)], secret)
    return tuple(parts)


def join(parts: Sequence[str]) -> bytes:
    """Return the secret of two parts.

    Raises:
        BadShare: a part is mistyped, missing, or of another key.
    """
    words = [" ".join(part.casefold().split()) for part in parts]
    try:
        return bytes(combine_mnemonics(words))
    except MnemonicError:
        raise BadShare("these parts do not give a key; check every word") from None
