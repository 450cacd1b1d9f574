"""Vetted texts: one short answer to one question, with its sources, in every language it has."""

from bot.articles.check import check
from bot.articles.errors import BrokenArticle, Fault, UnknownArticle, UnknownTopic
from bot.articles.library import Library
from bot.articles.load import load
from bot.articles.model import SERVICES, SOURCE_LANGUAGE, Article, Review, Source
from bot.articles.pages import MESSAGE_UNITS, pages, units
from bot.articles.topics import Group, Topics, label

__all__ = [
    "MESSAGE_UNITS",
    "SERVICES",
    "SOURCE_LANGUAGE",
    "Article",
    "BrokenArticle",
    "Fault",
    "Group",
    "Library",
    "Review",
    "Source",
    "Topics",
    "UnknownArticle",
    "UnknownTopic",
    "check",
    "label",
    "load",
    "pages",
    "units",
]
