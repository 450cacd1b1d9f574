"""`waypoint content check|stats`: is everything vetted valid, sourced and in date, and how much."""

from dataclasses import asdict, dataclass
from typing import Annotated

import typer

from bot.app import ROOT
from bot.articles import check as check_articles
from bot.articles import load as load_articles
from bot.cli.output import print_json
from bot.clock import system_clock
from bot.directory import BrokenPlaces
from bot.directory import load as load_places
from bot.i18n import SOURCE, BrokenCatalog, catalog_faults, completeness, load_catalogs
from bot.replies import check as check_replies

REPLIES = ROOT / "knowledge" / "replies"

group = typer.Typer(help="Articles, catalogues and places.", no_args_is_help=True)


@dataclass(frozen=True, slots=True)
class Line:
    """One thing that is wrong, where it stands and why."""

    file: str
    line: int
    reason: str


def add_to(app: typer.Typer) -> None:
    """Add the commands."""
    app.add_typer(group, name="content")


@group.command("check")
def check(as_json: Annotated[bool, typer.Option("--json")] = False) -> None:
    """Check articles, replies, catalogues and places; 1 and one line a fault where one is wrong."""
    faults = [*_articles(), *_replies(), *_places(), *_catalogs()]
    if as_json:
        print_json([asdict(one) for one in faults])
    else:
        for one in faults:
            print(f"{one.file}:{one.line}: {one.reason}")
    if faults:
        raise typer.Exit(1)


def _articles() -> list[Line]:
    found = check_articles(ROOT / "knowledge" / "articles", system_clock().date())
    return [Line(one.file, one.line, one.reason) for one in found]


def _replies() -> list[Line]:
    return [Line(one.file, one.line, one.reason) for one in check_replies(REPLIES)]


def _places() -> list[Line]:
    try:
        load_places(ROOT / "knowledge" / "countries")
    except BrokenPlaces as error:
        return [Line(error.file, error.line, error.reason)]
    return []


def _catalogs() -> list[Line]:
    try:
        found = catalog_faults(ROOT / "locales")
    except BrokenCatalog as error:
        return [Line("locales", 1, str(error))]
    return [Line(one.file, one.line, one.reason) for one in found]


@group.command("stats")
def stats(as_json: Annotated[bool, typer.Option("--json")] = False) -> None:
    """Count texts and places by language."""
    library = load_articles(ROOT / "knowledge" / "articles")
    directory = load_places(ROOT / "knowledge" / "countries")
    locales = {}
    for language in load_catalogs(ROOT / "locales").languages:
        texts = [
            library.get(one, language)
            for one in library.ids()
            if language in library.languages(one)
        ]
        reviewed = [one for one in texts if one.reviewed is not None]
        locales[language] = {
            "messages": 100 if language == SOURCE else completeness(ROOT / "locales", language),
            "articles": len(texts),
            "core_articles": sum(one.starred for one in texts),
            "reviewed": round(len(reviewed) / len(texts), 2) if texts else 0,
        }
    counted = {"locales": locales, "countries": 0, "places": len(directory.places)}
    if as_json:
        print_json(counted)
        return
    for language, numbers in locales.items():
        print(f"{language}: {numbers}")
    print(f"places: {counted['places']}")
