"""Canned replies: what offices often write, vetted, in each language, to be edited and sent."""

from bot.replies.load import BrokenReply, check, load
from bot.replies.model import LANGUAGES, PLACEHOLDERS, Reply, ReplySource, fitting
from bot.replies.render import Filled, blanks, render, values_of

__all__ = [
    "LANGUAGES",
    "PLACEHOLDERS",
    "BrokenReply",
    "Filled",
    "Reply",
    "ReplySource",
    "blanks",
    "check",
    "fitting",
    "load",
    "render",
    "values_of",
]
