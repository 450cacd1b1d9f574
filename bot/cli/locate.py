"""`waypoint locate`: which place a text names."""

from typing import Annotated

import typer

from bot.cli.output import print_json, run_batch
from bot.understanding import Candidate, locate


def add_to(app: typer.Typer) -> None:
    """Add the command."""
    app.command("locate")(show)


def show(
    text: Annotated[str | None, typer.Argument(help="What a person typed.")] = None,
    locale: Annotated[str | None, typer.Option(help="Any language code.")] = None,
    as_json: Annotated[bool, typer.Option("--json")] = False,
    batch: Annotated[bool, typer.Option("--batch", help="JSON lines on standard input.")] = False,
) -> None:
    """Tell which country and town a text names, likeliest first."""
    if batch:
        run_batch(lambda given: _found(str(given["text"]), given.get("locale") or locale))
        return
    if text is None:
        raise typer.BadParameter("a text is needed, or --batch")
    found = _found(text, locale)
    if as_json:
        print_json({"id": None, **found})
        return
    print(f"{found['city'] or '-'}, {found['country'] or '-'}")


def _found(text: str, locale: str | None) -> dict[str, object]:
    located = locate(text, locale)
    best = located.best
    nothing = {"country": None, "city": None, "lat": None, "lon": None}
    return {
        **(_values(best) if best else nothing),
        "candidates": [_values(one) for one in located.candidates],
    }


def _values(one: Candidate) -> dict[str, object]:
    return {"country": one.country, "city": one.city, "lat": one.lat, "lon": one.lon}
