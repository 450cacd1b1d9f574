"""From the text of one file to an article, or to the faults that keep it from being one."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from bot.articles.errors import Fault
from bot.articles.front import (
    Field,
    Front,
    all_of,
    is_address,
    is_count,
    is_day,
    is_flag,
    is_text,
    one_of,
    read_front,
    wrong_fields,
)
from bot.articles.markdown import Text, plain
from bot.articles.model import AUDIENCES, SERVICES, SOURCE_LANGUAGE, Article, Review, Source
from bot.i18n import country_name

_LATIN_IN_ARABIC = re.compile(
    r"https?://\S+|[@/]?[A-Za-z][A-Za-z0-9.@-]*(?: [A-Za-z][A-Za-z0-9.@-]*)*"
)
# Not read from languages.toml: a text may be there before its language is offered.
RIGHT_TO_LEFT = frozenset({"ar", "fa", "prs", "ps", "ur", "ckb"})

_STATES = frozenset({"draft", "reviewed"})


def _is_source(value: Any) -> bool:
    return (
        isinstance(value, dict)
        and value.keys() == {"title", "url", "date"}
        and is_text(value["title"])
        and is_address(value["url"])
        and isinstance(value["date"], str)
    )


def _is_review(value: Any) -> bool:
    return (
        isinstance(value, dict)
        and value.keys() == {"by", "date"}
        and is_text(value["by"])
        and is_day(value["date"])
    )


def _is_country(value: Any) -> bool:
    return (
        isinstance(value, str)
        and bool(re.fullmatch("[A-Z]{2}", value))
        and country_name(value, SOURCE_LANGUAGE) != value
    )


_STATE = (
    Field("state", one_of(_STATES), "draft or reviewed"),
    Field("reviewed", _is_review, "by (a role) and date (a day)", required=False),
)
SOURCE_FIELDS = (
    Field("title", is_text, "one line"),
    Field("summary", is_text, "one line"),
    Field("starred", is_flag, "true or false"),
    Field("revision", is_count, "a number from 1 on"),
    Field("sources", all_of(_is_source, 1), 'entries of title, url and date (in quotes: "2024")'),
    Field("checked", is_day, "a day like 2026-11-24"),
    Field("valid_until", is_day, "a day like 2026-11-24"),
    Field(
        "audience", all_of(one_of(AUDIENCES), 1), f"a list out of {', '.join(sorted(AUDIENCES))}"
    ),
    Field("countries", all_of(_is_country), "a list of country codes like TN, empty for all"),
    Field("related", all_of(is_text), "a list of article ids"),
    Field("services", all_of(one_of(SERVICES)), f"a list out of {', '.join(sorted(SERVICES))}"),
    *_STATE,
)
TRANSLATION_FIELDS = (
    Field("title", is_text, "one line"),
    Field("summary", is_text, "one line"),
    Field("from_revision", is_count, "a number from 1 on"),
    *_STATE,
)


@dataclass(frozen=True, slots=True)
class Parsed:
    """One file: the article it holds, if it holds one, what is wrong, and its raw lines."""

    article: Article | None
    faults: tuple[Fault, ...]
    front: Front | None = None


def parse_source(text: str, file: str, article_id: str) -> Parsed:
    """Read an `en.md`, which carries the facts for every language."""
    front, body, faults = _read(text, file, SOURCE_FIELDS)
    if front is None or body is None or faults:
        return Parsed(None, faults)
    values = front.values
    article = Article(
        id=article_id,
        language=SOURCE_LANGUAGE,
        title=values["title"].strip(),
        summary=values["summary"].strip(),
        blocks=body.blocks,
        links=body.links,
        sources=tuple(Source(s["title"], s["url"], s["date"]) for s in values["sources"]),
        checked=values["checked"],
        valid_until=values["valid_until"],
        revision=values["revision"],
        from_revision=values["revision"],
        draft=values["state"] == "draft",
        reviewed=_review(values),
        starred=values["starred"],
        audience=tuple(values["audience"]),
        countries=tuple(values["countries"]),
        related=tuple(values["related"]),
        services=tuple(values["services"]),
    )
    return Parsed(article, (), front)


def parse_translation(text: str, file: str, source: Article, language: str) -> Parsed:
    """Read a translation; what holds in every language comes from its source."""
    front, body, faults = _read(text, file, TRANSLATION_FIELDS)
    if front is None or body is None or faults:
        return Parsed(None, faults)
    values = front.values
    if values["from_revision"] > source.revision:
        reason = f"from_revision is ahead of en.md, which is at {source.revision}"
        return Parsed(None, (front.fault("from_revision", reason),))
    rtl = language in RIGHT_TO_LEFT
    article = replace(
        source,
        language=language,
        title=_isolated(values["title"].strip()) if rtl else values["title"].strip(),
        summary=_isolated(values["summary"].strip()) if rtl else values["summary"].strip(),
        blocks=tuple(map(_isolated, body.blocks)) if rtl else body.blocks,
        links=body.links,
        from_revision=values["from_revision"],
        draft=values["state"] == "draft",
        reviewed=_review(values),
    )
    return Parsed(article, (), front)


def _read(
    text: str, file: str, fields: tuple[Field, ...]
) -> tuple[Front | None, Text | None, tuple[Fault, ...]]:
    front = read_front(text, file)
    if isinstance(front, Fault):
        return None, None, (front,)
    body = plain(front.body, file, front.body_line)
    return front, body, (*wrong_fields(front, fields), *_wrong_head(front, body), *body.faults)


def _wrong_head(front: Front, body: Text) -> Iterator[Fault]:
    if front.values.get("state") == "reviewed" and "reviewed" not in front.values:
        yield front.fault("state", "a reviewed text says by whom and when: reviewed is missing")
    if not body.blocks:
        yield Fault(front.file, front.body_line, "the text is empty")


def _review(values: Any) -> Review | None:
    found = values.get("reviewed")
    return Review(found["by"], found["date"]) if found else None


def _isolated(text: str) -> str:
    """Wrap Latin names, so that a bracket beside them stays on its side (Unicode UAX 9)."""
    return _LATIN_IN_ARABIC.sub(
        lambda found: found[0] if "://" in found[0] else f"\u2066{found[0]}\u2069", text
    )
