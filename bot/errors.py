"""The four families of errors, which the edges map to words, a status or a retry.

Every class under them is named after what happened and carries a stable code, so that a log line
can say what went wrong without quoting what a person wrote.
"""

from typing import ClassVar


class BotError(Exception):
    """Something this program knows how to name."""

    code: ClassVar[str] = "bot-error"

    def __init_subclass__(cls) -> None:
        """Derive the stable code from the class name: `UnknownReceipt` is `unknown-receipt`."""
        super().__init_subclass__()
        cls.code = "".join(f"-{c.lower()}" if c.isupper() else c for c in cls.__name__).strip("-")


class Invalid(BotError):
    """What came in does not have the form it must have; the same input fails again."""


class Absent(BotError):
    """There is no such thing, or the one who asks may not know that there is."""


class Refused(BotError):
    """The thing exists, but not for this one, or not now."""


class Unavailable(BotError):
    """Something this program needs does not answer; the same call may work later."""
