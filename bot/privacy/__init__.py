"""What keeps a person's data from everybody who need not have it."""

from bot.privacy.codes import code_fits, hash_code
from bot.privacy.keys import Keys, SecretUnusable, load_keys
from bot.privacy.logs import Log, set_up_logs
from bot.privacy.pseudonyms import keyed_hash, pseudonym
from bot.privacy.sealing import BrokenSeal, Sealer

__all__ = [
    "BrokenSeal",
    "Keys",
    "Log",
    "Sealer",
    "SecretUnusable",
    "code_fits",
    "hash_code",
    "keyed_hash",
    "load_keys",
    "pseudonym",
    "set_up_logs",
]
