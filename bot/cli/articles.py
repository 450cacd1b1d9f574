"""`waypoint articles`: the vetted texts, as a person would see them."""

from typing import Annotated

import typer

from bot.app import ROOT
from bot.articles import SOURCE_LANGUAGE, Article, load
from bot.cli.output import print_json


def add_to(app: typer.Typer) -> None:
    """Add the command."""
    app.command("articles")(show)


def show(
    article: Annotated[str | None, typer.Argument(help="An id, such as asylum.appeal.")] = None,
    locale: Annotated[str, typer.Option(help="A language code.")] = SOURCE_LANGUAGE,
    as_json: Annotated[bool, typer.Option("--json")] = False,
) -> None:
    """List the articles, or show one."""
    library = load(ROOT / "knowledge" / "articles")
    if article is None:
        found = [library.get(one, locale) for one in library.ids()]
        if as_json:
            print_json([_head(one) for one in found])
        else:
            print("\n".join(f"{one.id}\t{one.title}" for one in found))
        return
    shown = library.get(article, locale)
    if as_json:
        print_json(_whole(shown))
        return
    print(f"{shown.title}\n\n{shown.text}\n\nChecked {shown.checked}")
    for source in shown.sources:
        print(f"- {source.title} ({source.date}) {source.url}")


def _head(one: Article) -> dict[str, object]:
    return {
        "id": one.id,
        "title": one.title,
        "language": one.language,
        "draft": one.draft,
        "starred": one.starred,
    }


def _whole(one: Article) -> dict[str, object]:
    return {
        **_head(one),
        "text": one.text,
        "checked": one.checked.isoformat(),
        "valid_until": one.valid_until.isoformat(),
        "sources": [
            {"title": source.title, "url": source.url, "date": source.date}
            for source in one.sources
        ],
        "related": list(one.related),
    }
