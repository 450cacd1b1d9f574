"""What can go wrong with officers, invitations and sign-ins.

No message quotes an e-mail address, a password, a code or a token.
"""

from enum import StrEnum

from bot.errors import Absent, Invalid, Refused, Unavailable


class Weakness(StrEnum):
    """Why a password is not taken."""

    SHORT = "short"
    LONG = "long"
    COMMON = "common"
    GUESSABLE = "guessable"


REASONS = {
    Weakness.SHORT: "the password is too short: 15 characters or more",
    Weakness.LONG: "the password is too long: 256 characters at most",
    Weakness.COMMON: "the password is on the list of those that are tried first",
    Weakness.GUESSABLE: "the password is easy to guess: use four or five unrelated words",
}


class PasswordTooWeak(Invalid):
    """The password does not meet the rule named by `weakness`."""

    def __init__(self, weakness: Weakness) -> None:
        super().__init__(REASONS[weakness])
        self.weakness = weakness


class EmailMalformed(Invalid):
    """The text is not an e-mail address."""


class RoleUnknown(Invalid):
    """There is no role of this name."""


class OfficeUnknown(Absent):
    """There is no office with this id."""


class OfficerElsewhere(Refused):
    """An officer with this e-mail address already stands in another office."""


class OfficerExists(Refused):
    """There is an officer with this e-mail address."""


class InvitationGone(Absent):
    """The invitation is unknown, used, voided or over: nobody learns which."""


class CodeRefused(Refused):
    """The one-time code does not confirm the secret that was just set."""


class SignInRefused(Refused):
    """E-mail address, password and code do not belong together; nobody learns which failed."""


class OtherBrowser(Refused):
    """The password was chosen in another browser, which alone can finish."""


class NoSuchMember(Absent):
    """There is no such officer in this office, or nothing to do about them."""


class KeyMissing(Refused):
    """Whoever acts does not hold the key of their office."""


class KeyHeld(Refused):
    """The key of an office is not lost: an officer or recovery opens it."""


class RecoveryMade(Refused):
    """There is a recovery key already; its shares are shown once."""


class RecoveryMissing(Refused):
    """The recovery key does not open the key of this office, or there is none yet."""


class SetUpKeyElsewhere(Unavailable):
    """Requests are sealed to a set-up key that is not in this data folder."""


class SetUpKeyThere(Refused):
    """The set-up key is not lost: it has ended, or its file is here."""


class TextsLost(Refused):
    """Texts would stay shut for ever, which the operator has to confirm; carries how many."""

    def __init__(self, count: int) -> None:
        super().__init__(f"{count} texts would stay shut for ever; confirm that with --confirm")
        self.count = count


class TooSoon(Refused):
    """There were failures before; the next try counts after `seconds`."""

    def __init__(self, seconds: float) -> None:
        super().__init__(f"wait {seconds:.0f} s")
        self.seconds = seconds


class SignedOut(Refused):
    """There is no sign-in, or it is over."""


class PasswordDeskFull(Unavailable):
    """More passwords wait to be checked than can be checked in reasonable time."""
