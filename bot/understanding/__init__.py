"""What a text means: its spelling, its language, a place in it, a question, a danger.

Small pure steps, each usable and measurable alone; none of them writes, logs or asks a network.
"""

from bot.understanding.danger import Kind, PhrasesMissing, danger
from bot.understanding.gazetteer import GazetteerMissing
from bot.understanding.language import guess
from bot.understanding.names import country_code
from bot.understanding.normal import digits, fold, tokens
from bot.understanding.places import Candidate, Located, locate, town_at
from bot.understanding.ready import ready
from bot.understanding.search import Document, Hit, Index, Verdict, build, verdict

__all__ = [
    "Candidate",
    "Document",
    "GazetteerMissing",
    "Hit",
    "Index",
    "Kind",
    "Located",
    "PhrasesMissing",
    "Verdict",
    "build",
    "country_code",
    "danger",
    "digits",
    "fold",
    "guess",
    "locate",
    "ready",
    "tokens",
    "town_at",
    "verdict",
]
