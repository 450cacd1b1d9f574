"""`waypoint ask`: which article answers a question, and whether it sounds like danger."""

from typing import Annotated

import typer

from bot.app import load_knowledge
from bot.cli.output import print_json, run_batch
from bot.conversation import Knowledge
from bot.understanding import Verdict, danger, guess, verdict


def add_to(app: typer.Typer) -> None:
    """Add the command."""
    app.command("ask")(show)


def show(
    text: Annotated[str | None, typer.Argument(help="What a person typed.")] = None,
    locale: Annotated[str | None, typer.Option(help="Any language code.")] = None,
    country: Annotated[str | None, typer.Option(help="ISO 3166-1 alpha-2.")] = None,
    as_json: Annotated[bool, typer.Option("--json")] = False,
    batch: Annotated[bool, typer.Option("--batch", help="JSON lines on standard input.")] = False,
) -> None:
    """Tell which articles answer a question; an empty list means: none does."""
    del country  # part of the contract; breaks ties once articles differ by country
    knowledge = load_knowledge()
    if batch:
        run_batch(
            lambda given: _found(knowledge, str(given["text"]), given.get("locale") or locale)
        )
        return
    if text is None:
        raise typer.BadParameter("a text is needed, or --batch")
    found = _found(knowledge, text, locale)
    if as_json:
        print_json({"id": None, **found})
        return
    print(found)


def _found(knowledge: Knowledge, text: str, locale: str | None) -> dict[str, object]:
    language = guess(text) or locale
    hits = knowledge.index.search(text, language)
    kind = danger(text, language)
    return {
        "language": language,
        "distress": kind is not None,
        "kind": kind,
        "answers": []
        if verdict(hits) is Verdict.NOTHING
        else [{"id": hit.id, "score": round(hit.score, 3)} for hit in hits],
    }
