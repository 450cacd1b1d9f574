"""What a text means: its spelling, its language, a place in it, a question, a danger.

Small pure steps, each usable and measurable alone; none of them writes, logs or asks a network.
"""

from bot.understanding.gazetteer import GazetteerMissing
from bot.understanding.names import country_code
from bot.understanding.normal import digits, fold, tokens
from bot.understanding.places import Candidate, Located, locate

__all__ = [
    "Candidate",
    "GazetteerMissing",
    "Located",
    "country_code",
    "digits",
    "fold",
    "locate",
    "tokens",
]
