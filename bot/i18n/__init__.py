"""Words for people: chosen by handlers, translated when they are sent."""

from bot.i18n.catalogs import (
    SOURCE,
    BrokenCatalog,
    Catalogs,
    Language,
    UnknownLanguage,
    country_name,
    language_name,
    load_catalogs,
    read_languages,
)
from bot.i18n.check import CatalogFault, catalog_faults, completeness
from bot.i18n.homes import at_home
from bot.i18n.say import CountryName, Line, Text, Value, Verbatim, say, say_n

__all__ = [
    "SOURCE",
    "BrokenCatalog",
    "CatalogFault",
    "Catalogs",
    "CountryName",
    "Language",
    "Line",
    "Text",
    "UnknownLanguage",
    "Value",
    "Verbatim",
    "at_home",
    "catalog_faults",
    "completeness",
    "country_name",
    "language_name",
    "load_catalogs",
    "read_languages",
    "say",
    "say_n",
]
