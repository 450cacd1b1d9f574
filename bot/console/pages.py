"""From a template to an answer: language, direction, the clock of the office, the headers."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo
from functools import partial
from pathlib import Path
from typing import Any

from aiohttp import web
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from bot.console import words
from bot.console.assets import Assets
from bot.console.headers import SECURITY
from bot.console.standing import NOTHING, Standing
from bot.i18n import SOURCE, Catalogs, language_name, say
from bot.referrals import ENDED
from bot.staff import Officer, may_hold

TEMPLATES = Path(__file__).parent / "templates"
WORDS = {
    "category": words.CATEGORY,
    "urgency": words.URGENCY,
    "state": words.STATE,
    "outcome": words.OUTCOME,
    "author": words.AUTHOR,
    "role": words.ROLE,
    "event": words.happened,
    "happened": words.HAPPENED,
    "field": words.FIELD,
    "for_whom": words.FOR_WHOM,
    "declined": words.DECLINED,
}


@dataclass(frozen=True, slots=True)
class Viewer:
    """Who looks: nobody yet, or an officer; the language and the clock of their pages."""

    csrf: str
    now: datetime
    officer: Officer | None = None
    office_name: str = ""
    zone: tzinfo = UTC
    standing: Standing = NOTHING
    language: str = SOURCE


@dataclass(frozen=True, slots=True)
class Pages:
    """The templates, once for each language."""

    environments: Mapping[str, Environment]
    catalogs: Catalogs

    def show(self, name: str, viewer: Viewer, status: int = 200, **values: Any) -> web.Response:
        """Return the page."""
        return web.Response(
            text=self.text(name, viewer, **values),
            content_type="text/html",
            charset="utf-8",
            status=status,
            headers=SECURITY,
        )

    def text(self, name: str, viewer: Viewer, **values: Any) -> str:
        """Return the page as text."""
        environment = self.environments[viewer.language]
        return environment.get_template(name).render(
            viewer=viewer,
            officer=viewer.officer,
            csrf=viewer.csrf,
            now=viewer.now,
            office_name=viewer.office_name,
            standing=viewer.standing,
            clock=partial(clock, viewer, self.catalogs),
            day=partial(day, viewer, self.catalogs),
            sentence=partial(self._sentence, viewer),
            **values,
        )

    def _sentence(self, viewer: Viewer, note: words.Note) -> str:
        """Return a sentence in the viewer's language, its values too."""
        values = {name: self._value(viewer, one) for name, one in note.values.items()}
        text = str(self.catalogs.translations[viewer.language].gettext(note.text))
        return text % values if values else text

    def _value(self, viewer: Viewer, value: str | int | datetime | words.Note) -> str | int:
        if isinstance(value, words.Note):
            return self._sentence(viewer, value)
        return clock(viewer, self.catalogs, value) if isinstance(value, datetime) else value


def load_pages(catalogs: Catalogs, assets: Assets) -> Pages:
    """Return the templates for every language the console is offered in."""
    environments = {
        language: _environment(language, catalogs, assets) for language in catalogs.languages
    }
    return Pages(environments, catalogs)


def clock(viewer: Viewer, catalogs: Catalogs, at: datetime) -> str:
    """Return a moment as the clock of the office shows it, with its zone: today the time alone."""
    local, today = at.astimezone(viewer.zone), viewer.now.astimezone(viewer.zone).date()
    if local.date() == today:
        shown = local.strftime("%H:%M")
    else:
        shown = catalogs.render(say("{at}", at=local), viewer.language)
    return f"{shown} {zone_name(local)}"


def zone_name(at: datetime) -> str:
    """Return how a zone is called, by its distance from UTC where it has no letters of its own."""
    name = at.tzname() or "UTC"
    return name if name[:1].isalpha() else f"UTC{at:%z}"


def day(viewer: Viewer, catalogs: Catalogs, at: datetime) -> str:
    """Return the day (UTC) of a moment that was cut to it."""
    return catalogs.render(say("{day}", day=at.astimezone(UTC).date()), viewer.language)


def _environment(language: str, catalogs: Catalogs, assets: Assets) -> Environment:
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        extensions=["jinja2.ext.i18n"],
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    translations = catalogs.translations[language]
    environment.install_gettext_translations(translations, newstyle=True)  # type: ignore[attr-defined]
    environment.globals.update(
        language=language,
        direction=catalogs.languages[language].direction,
        asset=assets.addresses.__getitem__,
        words=WORDS,
        ended=ENDED,
        span=partial(_span, translations),
        language_name=partial(language_name, language=language),
        role_words=words.roles,
        may_hold=may_hold,
    )
    return environment


def _span(translations: Any, time: timedelta) -> str:
    """Return a length of time in the one or two units that matter."""
    minutes = max(0, int(time.total_seconds() // 60))
    hours, days = minutes // 60, minutes // (24 * 60)
    if minutes < 60:
        return str(translations.gettext("%(count)s min")) % {"count": minutes}
    if hours < 10 and minutes % 60:
        rest = {"hours": hours, "minutes": minutes % 60}
        return str(translations.gettext("%(hours)s h %(minutes)s min")) % rest
    if hours < 48:
        return str(translations.gettext("%(count)s h")) % {"count": hours}
    return str(translations.ngettext("%(count)s day", "%(count)s days", days)) % {"count": days}
