"""The key of the time before the duty desk has an officer: a file, and its end.

It lies in the data folder (0600), so whoever takes the whole disk in that time reads what was
sealed to it.  Once the desk has a key of its own the file is overwritten and removed.
"""

from dataclasses import dataclass
from pathlib import Path

from bot.errors import Unavailable
from bot.privacy.hpke import KeyPair, new_pair, pair_of
from bot.privacy.keyfiles import make_key, read_key, reason_of, remove_key


class SetUpKeyUnusable(Unavailable):
    """The file of the set-up key cannot be read, made, overwritten or removed; names the file."""


@dataclass(frozen=True, slots=True)
class SetUpKey:
    """The set-up key of a data folder; every call blocks for a disk."""

    path: Path

    def load(self) -> KeyPair | None:
        """Return the key, None where there is no file.

        Raises:
            SetUpKeyUnusable: the file cannot be read or holds no key.
        """
        try:
            return pair_of(read_key(self.path))
        except FileNotFoundError:
            return None
        except (OSError, ValueError) as error:
            raise self._unusable(error) from None

    def make(self) -> KeyPair:
        """Return the key, made (0600) where there is none.

        Raises:
            SetUpKeyUnusable: the file cannot be read or made.
        """
        try:
            return pair_of(make_key(self.path, new_pair().private))
        except (OSError, ValueError) as error:
            raise self._unusable(error) from None

    def remove(self) -> bool:
        """Overwrite and remove the file and what a crash left of one; False where there is none.

        Raises:
            SetUpKeyUnusable: it cannot be removed.
        """
        try:
            return remove_key(self.path)
        except OSError as error:
            raise self._unusable(error) from None

    def _unusable(self, error: OSError | ValueError) -> SetUpKeyUnusable:
        return SetUpKeyUnusable(f"the set-up key {self.path} cannot be used: {reason_of(error)}")
