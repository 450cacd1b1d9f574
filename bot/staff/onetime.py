"""One-time codes from an authenticator app (RFC 6238: SHA-1, six digits, 30 seconds).

A clock may be one step off in either direction.  A code is good once: the step it belongs to is
stored, and only a later one is accepted after it.
"""

import hmac
import re
import unicodedata
from datetime import datetime

import pyotp

STEP_SECONDS = 30
DRIFT = 1
_SIX = re.compile(r"[0-9]{6}")


def new_secret() -> str:
    """Return a fresh secret of 160 bits in Base32, as authenticator apps read it."""
    return pyotp.random_base32()


def address_of(secret: str, email: str) -> str:
    """Return the `otpauth:` address that a QR code carries into an authenticator app."""
    return pyotp.TOTP(secret).provisioning_uri(name=email, issuer_name="Waypoint")


def accepted_step(secret: str, code: str, now: datetime, last_step: int) -> int | None:
    """Return the step whose code this is, or None where it is none, too old or used before."""
    digits = plain_digits(code)
    step = int(now.timestamp()) // STEP_SECONDS
    totp = pyotp.TOTP(secret)
    found = None
    # Every candidate is compared, so that the time taken tells nothing about which one it was.
    for candidate in range(step - DRIFT, step + DRIFT + 1):
        same = hmac.compare_digest(totp.generate_otp(candidate), digits)
        if same and candidate > last_step:
            found = candidate
    return found


def plain_digits(code: str) -> str:
    """Return the six digits in a code typed with spaces or in any script, else an empty text."""
    kept = "".join(
        str(unicodedata.digit(c)) for c in code[:64] if unicodedata.digit(c, None) is not None
    )
    return kept if _SIX.fullmatch(kept) else ""


def spelled(secret: str) -> str:
    """Return the secret in groups of four, for typing it off the screen."""
    return " ".join(secret[i : i + 4] for i in range(0, len(secret), 4))
