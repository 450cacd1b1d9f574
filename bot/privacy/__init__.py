"""What keeps a person's data from everybody who need not have it."""

from bot.privacy.codes import key_of_code, new_check
from bot.privacy.drafts import DraftSealer
from bot.privacy.envelope import (
    Bound,
    Envelope,
    key_of,
    open_under,
    seal_to,
    seal_under,
    wrapped_for,
)
from bot.privacy.hpke import KeyPair, new_pair, pair_of, unwrap, wrap
from bot.privacy.keys import Keys, SecretUnusable, load_keys
from bot.privacy.locks import (
    PASSWORD_KIB,
    PASSWORD_ROUNDS,
    locked_by_password,
    locked_by_token,
    opened_by_password,
    opened_by_token,
)
from bot.privacy.logs import Log, set_up_logs
from bot.privacy.pseudonyms import keyed_hash, pseudonym
from bot.privacy.retention import Reason
from bot.privacy.sealing import BrokenSeal, Sealer, Seals
from bot.privacy.setup_key import SetUpKey, SetUpKeyUnusable
from bot.privacy.shares import BadShare, join, split
from bot.privacy.signatures import is_signed, signature_of, signer_of

__all__ = [
    "PASSWORD_KIB",
    "PASSWORD_ROUNDS",
    "BadShare",
    "Bound",
    "BrokenSeal",
    "DraftSealer",
    "Envelope",
    "KeyPair",
    "Keys",
    "Log",
    "Reason",
    "Sealer",
    "Seals",
    "SecretUnusable",
    "SetUpKey",
    "SetUpKeyUnusable",
    "is_signed",
    "join",
    "key_of",
    "key_of_code",
    "keyed_hash",
    "load_keys",
    "locked_by_password",
    "locked_by_token",
    "new_check",
    "new_pair",
    "open_under",
    "opened_by_password",
    "opened_by_token",
    "pair_of",
    "pseudonym",
    "seal_to",
    "seal_under",
    "set_up_logs",
    "signature_of",
    "signer_of",
    "split",
    "unwrap",
    "wrap",
    "wrapped_for",
]
