"""What an officer says of themselves: languages, and, if they want, that she is a woman."""

from aiohttp import web

from bot.console.gate import Visit, see_other
from bot.console.words import Note, mark
from bot.staff import Officer, Profile, said

ADDRESS = "/console/profile"
LANGUAGE, WOMAN = "language-", "woman"
KEPT = Note(mark("Your profile is kept. It counts for new requests from now on."))


async def show(visit: Visit, officer: Officer) -> web.StreamResponse:
    """Show what the officer said until now."""
    async with visit.deps.open() as work:
        profile = await work.profile(officer.id)
    return _page(visit, profile)


async def send(visit: Visit, officer: Officer) -> web.StreamResponse:
    """Keep what the officer says.

    Raises:
        LanguageUnknown: a language is named that no person can choose.
    """
    ticked = {name for name, value in visit.form.items() if value == "yes"}
    named = (one.removeprefix(LANGUAGE) for one in ticked if one.startswith(LANGUAGE))
    profile = said(named, woman=WOMAN in ticked, known=visit.deps.catalogs.languages)
    async with visit.deps.open() as work:
        await work.keep_profile(officer.id, profile)
    return see_other(f"{ADDRESS}?done=kept")


def _page(visit: Visit, profile: Profile) -> web.Response:
    return visit.show(
        "profile.html",
        profile=profile,
        languages=visit.deps.catalogs.languages.values(),
        done=KEPT if visit.request.query.get("done") == "kept" else None,
    )
