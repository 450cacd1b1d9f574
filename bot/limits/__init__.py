"""Against abuse: rules over numbers and times, which know no channel and keep no address.

Every limit here slows or asks for work; none locks anybody out, for behind one address may stand
a whole camp, and a stranger must not be able to shut the door on the next one.
"""

from bot.limits.blocks import Blocks, address_of, block_of
from bot.limits.buckets import Buckets, Rate
from bot.limits.origins import comes_from, is_ours, origins
from bot.limits.passes import Passes
from bot.limits.puzzles import BITS, Puzzles, fits
from bot.limits.tallies import Tallies
from bot.limits.valve import TooBusy, Valve
from bot.limits.watch import FAILURES_A_DAY, Watch

__all__ = [
    "BITS",
    "FAILURES_A_DAY",
    "Blocks",
    "Buckets",
    "Passes",
    "Puzzles",
    "Rate",
    "Tallies",
    "TooBusy",
    "Valve",
    "Watch",
    "address_of",
    "block_of",
    "comes_from",
    "fits",
    "is_ours",
    "origins",
]
