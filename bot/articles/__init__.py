"""Vetted texts: one short answer to one question, with its sources, in every language it has."""

from bot.articles.check import check
from bot.articles.errors import BrokenArticle, Fault, UnknownArticle, UnknownTopic
from bot.articles.front import Field, Front, is_address, is_day, read_yaml, wrong_fields
from bot.articles.library import Library
from bot.articles.load import load
from bot.articles.model import SERVICES, SOURCE_LANGUAGE, Article, Review, Source
from bot.articles.pages import MESSAGE_UNITS, pages, units
from bot.articles.topics import Group, Topics, label
from bot.articles.wording import NEVER_FILE, Never, read_never, used_never

__all__ = [
    "MESSAGE_UNITS",
    "NEVER_FILE",
    "SERVICES",
    "SOURCE_LANGUAGE",
    "Article",
    "BrokenArticle",
    "Fault",
    "Field",
    "Front",
    "Group",
    "Library",
    "Never",
    "Review",
    "Source",
    "Topics",
    "UnknownArticle",
    "UnknownTopic",
    "check",
    "is_address",
    "is_day",
    "label",
    "load",
    "pages",
    "read_never",
    "read_yaml",
    "units",
    "used_never",
    "wrong_fields",
]
