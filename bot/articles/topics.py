"""Which articles there are meant to be, in which order, and under which menu entry they are found.

The ids of `topics.yaml` are stable: links, buttons, statistics and benchmarks use them.  A group is
an entry of the menu: several topics under one plain label, so that what shows on the screen before
a question is asked names neither asylum nor trafficking.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bot.articles.errors import Fault, UnknownTopic
from bot.articles.front import read_yaml
from bot.i18n import Line, say

TOPICS_FILE = "topics.yaml"


@dataclass(frozen=True, slots=True)
class Group:
    """A menu entry: its id is that of its first topic, `menu` puts it on the first screen."""

    id: str
    topics: tuple[str, ...]
    menu: bool


@dataclass(frozen=True, slots=True)
class Topics:
    """All ids in their order, the starred ones among them, and the groups of the menu."""

    groups: tuple[Group, ...]
    ids: tuple[str, ...]
    starred: frozenset[str]

    def names(self) -> tuple[str, ...]:
        """Return every topic, in the order of the groups."""
        return tuple(topic for group in self.groups for topic in group.topics)

    def group_of(self, topic: str) -> Group:
        """Return the menu entry under which a topic is found.

        Raises:
            UnknownTopic: no group holds it.
        """
        for group in self.groups:
            if topic in group.topics:
                return group
        raise UnknownTopic(f"there is no topic {topic}")

    def under(self, topic: str) -> tuple[str, ...]:
        """Return the ids for `topic:<topic>`: its own first, then those of its group.

        Raises:
            UnknownTopic: no group holds it.
        """
        others = (name for name in self.group_of(topic).topics if name != topic)
        return tuple(
            article
            for name in (topic, *others)
            for article in self.ids
            if article.partition(".")[0] == name
        )


def labels() -> Mapping[str, Line]:
    """Return the label of each group by its id, dull on purpose."""
    return {
        "asylum": say("Staying here"),
        "return": say("Going back home"),
        "trafficking": say("Work and offers"),
        "health": say("Health"),
        "family": say("Family"),
        "diaspora": say("Skills and community"),
        "about": say("About this chat"),
    }


def label(topics: Topics, topic: str) -> Line:
    """Return the label of the menu entry under which a topic is found.

    Raises:
        UnknownTopic: no group holds it.
    """
    return labels()[topics.group_of(topic).id]


def read_topics(root: Path, file: str) -> tuple[Topics, tuple[Fault, ...]]:
    """Return what `topics.yaml` in the folder lists, and what is wrong with it."""
    path = root / TOPICS_FILE
    if not path.is_file():
        return Topics((), (), frozenset()), (Fault(file, 1, "the list of topics is missing"),)
    read = read_yaml(path.read_text(encoding="utf-8"), file)
    if isinstance(read, Fault):
        return Topics((), (), frozenset()), (read,)
    values, lines = read
    faults = tuple(Fault(file, lines.get(key, 1), why) for key, why in _wrong(values))
    if faults:
        return Topics((), (), frozenset()), faults
    groups = tuple(Group(g["id"], tuple(g["topics"]), g["menu"]) for g in values["groups"])
    listed = values["articles"]
    return (
        Topics(
            groups,
            tuple(entry["id"] for entry in listed),
            frozenset(entry["id"] for entry in listed if entry["starred"]),
        ),
        (),
    )


def _wrong(values: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for key, form in (("groups", {"id", "topics", "menu"}), ("articles", {"id", "starred"})):
        entries = values.get(key)
        if not isinstance(entries, list) or not all(
            isinstance(entry, dict) and entry.keys() == form for entry in entries
        ):
            yield key, f"{key} must be a list of entries with {', '.join(sorted(form))}"
            return
    yield from _wrong_groups(values)
    ids = [entry["id"] for entry in values["articles"]]
    held = [topic for group in values["groups"] for topic in group["topics"]]
    for name in sorted({name for name in ids if ids.count(name) > 1}):
        yield "articles", f"{name} stands twice"
    for name in ids:
        if str(name).partition(".")[0] not in held:
            yield "articles", f"{name} belongs to no group"


def _wrong_groups(values: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    held = [topic for group in values["groups"] for topic in group["topics"]]
    for group in values["groups"]:
        if group["id"] not in labels():
            yield "groups", f"{group['id']} has no label in bot/articles/topics.py"
        if group["topics"][:1] != [group["id"]]:
            yield "groups", f"{group['id']} must be the first topic of its own group"
    for topic in sorted({topic for topic in held if held.count(topic) > 1}):
        yield "groups", f"{topic} stands in two groups"
