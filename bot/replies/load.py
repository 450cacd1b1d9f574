"""The folder of canned replies: `load` stops at the first fault, `check` lists them all.

A text that would be stopped when an officer writes it must not be offered to them either.
"""

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from bot.articles import (
    NEVER_FILE,
    Fault,
    Field,
    Front,
    Never,
    is_address,
    is_day,
    read_never,
    read_yaml,
    used_never,
    wrong_fields,
)
from bot.errors import Invalid
from bot.referrals import Category, Concern, concerns
from bot.replies.model import LANGUAGES, PLACEHOLDERS, Reply, ReplySource

ALL = "all"
LONGEST = 1500
PLACEHOLDER = re.compile(r"\{([^{}]*)\}")
NUMBER = re.compile(r"\d")


class BrokenReply(Invalid):
    """A file cannot be used as a canned reply; says file, line and reason."""

    def __init__(self, fault: Fault) -> None:
        super().__init__(str(fault))
        self.fault = fault


def load(root: Path) -> tuple[Reply, ...]:
    """Return the replies below `knowledge/replies`, in the order of their ids.

    Raises:
        BrokenReply: one breaks a rule; the first in the order of files.
    """
    replies = []
    for path in sorted(root.iterdir()):
        front, faults = _read(root, path)
        for fault in faults:
            raise BrokenReply(fault)
        replies.append(_reply(front.values))
    return tuple(replies)


def check(root: Path) -> list[Fault]:
    """Return every fault of the replies, words that never stand in a text for people among them."""
    never, faults = read_never(root.parent / "articles" / NEVER_FILE, NEVER_FILE)
    found = list(faults)
    for path in sorted(root.iterdir()):
        front, wrong = _read(root, path)
        found += [*wrong, *([] if wrong else _words(front, never))]
    return found


def _read(root: Path, path: Path) -> tuple[Front, list[Fault]]:
    file = path.relative_to(root.parent.parent).as_posix()
    if path.suffix != ".yaml" or not path.is_file():
        return Front(file, {}, {}, "", 1), [Fault(file, 1, "this file does not belong here")]
    read = read_yaml(path.read_bytes().decode("utf-8", errors="replace"), file)
    if isinstance(read, Fault):
        return Front(file, {}, {}, "", 1), [read]
    front = Front(file, read[0], read[1], "", 1)
    faults = list(wrong_fields(front, FIELDS))
    return front, faults or list(_broken(front, path.stem))


def _broken(front: Front, name: str) -> Iterator[Fault]:
    values = front.values
    if values["id"] != name:
        yield front.fault("id", "the id must be the name of the file")
    if values["draft"] is not (values.get("reviewed") is None):
        yield front.fault("draft", "a draft has no day of review, all else has one")
    texts: Mapping[str, str] = values["texts"]
    used = {language: set(PLACEHOLDER.findall(text)) for language, text in texts.items()}
    for language, names in used.items():
        for unknown in sorted(names - set(PLACEHOLDERS)):
            yield front.fault("texts", f"{language}: {{{unknown}}} is no placeholder we know")
        if names != used[LANGUAGES[0]]:
            yield front.fault("texts", f"{language} has other placeholders than {LANGUAGES[0]}")
        for concern in sorted(concerns(texts[language]) - {Concern.CODE_NAMED}):
            yield front.fault("texts", f"{language} seems to ask for what it may not: {concern}")
    if any(map(NUMBER.search, texts.values())) and not values.get("sources"):
        yield front.fault("texts", "a number is a fact: name its source")


def _words(front: Front, never: Mapping[str, Never]) -> Iterator[Fault]:
    for key in ("titles", "texts"):
        for language, text in front.values[key].items():
            for _, word in used_never(text, language, never):
                yield front.fault(key, f"{language}: {word} must not stand in a text for people")


def _reply(values: Mapping[str, Any]) -> Reply:
    named = values["categories"]
    return Reply(
        values["id"],
        frozenset(Category if named == ALL else map(Category, named)),
        dict(values["titles"]),
        {language: text.strip() for language, text in values["texts"].items()},
        tuple(ReplySource(one["url"], one["date"]) for one in values.get("sources") or ()),
        values.get("reviewed"),
    )


def _are_categories(value: Any) -> bool:
    known = set(Category)
    return value == ALL or (isinstance(value, list) and bool(value) and set(value) <= known)


def _in_all_languages(value: Any) -> bool:
    return (
        isinstance(value, dict)
        and tuple(value) == LANGUAGES
        and all(isinstance(one, str) and 0 < len(one.strip()) <= LONGEST for one in value.values())
    )


def _are_sources(value: Any) -> bool:
    return isinstance(value, list) and all(
        isinstance(one, dict)
        and set(one) == {"url", "date"}
        and is_address(one["url"])
        and isinstance(one["date"], str)
        for one in value
    )


FIELDS = (
    Field("id", lambda value: isinstance(value, str), "a name in small letters"),
    Field("categories", _are_categories, "'all' or a list of categories of requests"),
    Field("draft", lambda value: isinstance(value, bool), "true or false"),
    Field("reviewed", is_day, "a day", required=False),
    Field("titles", _in_all_languages, f"one text each for {', '.join(LANGUAGES)}, in this order"),
    Field("texts", _in_all_languages, f"one text each for {', '.join(LANGUAGES)}, in this order"),
    Field("sources", _are_sources, "a list of url and date, the date in quotes", required=False),
)
