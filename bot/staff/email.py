"""The form in which an officer's e-mail address is kept and compared."""

import re
import unicodedata

from bot.staff.errors import EmailMalformed

_LONGEST = 254
_FORM = re.compile(r"[^@\s\x00-\x1f\x7f<>\"',;:\\]+@[^@\s\x00-\x1f\x7f<>\"',;:\\]+\.[^@\s.]{2,}")


def email_of(text: str) -> str:
    """Return the address in small letters and normal form.

    Raises:
        EmailMalformed: it is not an address.
    """
    address = unicodedata.normalize("NFKC", text).strip().lower()
    if len(address) > _LONGEST or not _FORM.fullmatch(address):
        raise EmailMalformed("this is not an e-mail address")
    return address
