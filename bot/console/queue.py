"""The queue of an office: what waits, what is in hand, what has ended; filters in the address."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any
from urllib.parse import urlencode

from aiohttp import web

from bot.console.access import categories_of
from bot.console.gate import Visit, see_other
from bot.console.words import mark
from bot.referrals import ENDED, Category, QueueStore, State, Urgency, Wanted
from bot.staff import Officer, Role

ADDRESS = "/console/requests"
PAGE = "queue.html"
OFFERS = "/console/offers"
"""Where the requests of a partner with an account stand."""
ROWS = 50
LAST_PAGE = 10_000
LANGUAGE = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z]{2,8})?")
DONE: Mapping[str, str] = {
    "closed": mark("The request is closed. The person sees that."),
    "released": mark("The request waits in the queue again."),
    "passed": mark("The request was passed on. The other office has it now, and yours no more."),
}


class Show(StrEnum):
    """Which requests are shown; the values stand in addresses."""

    WAITING = "waiting"
    MINE = "mine"
    OPEN = "open"
    ENDED = "ended"


TABS: Mapping[Show, str] = {
    Show.WAITING: mark("Waiting"),
    Show.MINE: mark("Mine"),
    Show.OPEN: mark("All open"),
    Show.ENDED: mark("Ended"),
}


@dataclass(frozen=True, slots=True)
class Filters:
    """What the address asks for."""

    show: Show = Show.OPEN
    category: Category | None = None
    urgency: Urgency | None = None
    language: str | None = None
    page: int = 1

    @property
    def narrow(self) -> bool:
        """Tell whether more than a tab is asked for."""
        return bool(self.category or self.urgency or self.language)

    def address(self, **changes: object) -> str:
        """Return the address of these filters with some of them changed."""
        fields = {
            "show": self.show,
            "category": self.category,
            "urgency": self.urgency,
            "language": self.language,
            "page": self.page if self.page > 1 else None,
        } | changes
        kept = {name: str(value) for name, value in fields.items() if value}
        return f"{ADDRESS}?{urlencode(kept)}"

    @property
    def events(self) -> str:
        """Return the address at which the page of these filters comes again as it changes."""
        return self.address().replace(ADDRESS, f"{ADDRESS}/events", 1)


async def show(visit: Visit, officer: Officer) -> web.StreamResponse:
    """Show the requests of the officer's office, most pressing first."""
    if not categories_of(officer):
        return see_other(OFFERS) if Role.PARTNER in officer.roles else _no_queue(visit)
    return visit.show(PAGE, **await seen(visit, officer))


async def seen(visit: Visit, officer: Officer) -> Mapping[str, Any]:
    """Return what the page of the queue shows of the filters in the address, as of now."""
    categories = categories_of(officer)
    filters = filters_of(visit.request.query)
    wanted = wanted_by(filters, officer, categories)
    async with visit.deps.open() as work:
        total = await work.queue.count(wanted)
        pages = max(1, -(-total // ROWS))
        filters = replace(filters, page=min(filters.page, pages))
        rows = await work.queue.page(wanted, ROWS, (filters.page - 1) * ROWS)
        languages = await work.queue.languages(officer.office)
        counts = await _counts(work.queue, officer, categories)
        pending = not await visit.keys(work)
    return {
        "rows": rows,
        "filters": filters,
        "categories": sorted(categories, key=list(Category).index),
        "languages": languages,
        "tabs": [(tab, words, counts[tab]) for tab, words in TABS.items()],
        "waiting": counts[Show.WAITING],
        "pages": pages,
        "pending": pending,
        "said": DONE.get(visit.request.query.get("done", ""), ""),
    }


def filters_of(query: Mapping[str, str]) -> Filters:
    """Return the filters in an address; what is not known asks for nothing."""
    show, category, urgency = query.get("show"), query.get("category"), query.get("urgency")
    page, language = query.get("page", ""), query.get("language", "")
    number = int(page) if page.isascii() and page.isdigit() and len(page) < 6 else 1
    return Filters(
        Show(show) if show in set(Show) else Show.OPEN,
        Category(category) if category in set(Category) else None,
        Urgency(urgency) if urgency in set(Urgency) else None,
        language if LANGUAGE.fullmatch(language) else None,
        min(max(1, number), LAST_PAGE),
    )


def wanted_by(filters: Filters, officer: Officer, categories: frozenset[Category]) -> Wanted:
    """Return what the filters mean for this officer."""
    chosen = categories & {filters.category} if filters.category else categories
    return Wanted(
        officer.office,
        _states(filters.show),
        frozenset(chosen),
        officer.id if filters.show is Show.MINE else None,
        filters.urgency,
        filters.language,
    )


def _states(show: Show) -> frozenset[State]:
    match show:
        case Show.WAITING:
            return frozenset({State.WAITING})
        case Show.ENDED:
            return ENDED
        case Show.OPEN | Show.MINE:
            return frozenset(State) - ENDED


async def _counts(
    queue: QueueStore, officer: Officer, categories: frozenset[Category]
) -> Mapping[Show, int]:
    return {tab: await queue.count(wanted_by(Filters(tab), officer, categories)) for tab in Show}


def _no_queue(visit: Visit) -> web.Response:
    return visit.show(
        "message.html",
        heading=mark("No requests come to your role"),
        lines=[mark("You are signed in. What your role can do here comes with later versions.")],
    )
