"""Who a chat is, without saying who: a keyed pseudonym (HMAC-SHA256, RFC 2104).

It carries the id of its key, so that keys can change.  Without the secret file no pseudonym can
be matched to a chat id, not even by trying all of them.
"""

import base64
import hmac
from hashlib import sha256

from bot.privacy.keys import Keys


def pseudonym(keys: Keys, channel: str, address: str) -> str:
    """Return the pseudonym of an address on a channel: `<key id>.<32 letters>`."""
    digest = keyed_hash(keys, "pseudonym", f"{channel}\x00{address}")
    return f"{keys.key_id}.{base64.b32encode(digest[:20]).decode().lower()}"


def keyed_hash(keys: Keys, purpose: str, value: str) -> bytes:
    """Return a 32-byte hash that only the holder of the secret can make or check."""
    key = keys.derive(purpose)
    return hmac.new(key, value.encode("utf-8", "surrogatepass"), sha256).digest()
