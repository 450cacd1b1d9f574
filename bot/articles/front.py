"""The head of a text file: YAML between two lines of dashes, each value with the line it stands in.

Every key is named in a table here, with the form its value must have. Unknown and doubled keys are
faults too: a misspelt `valid_untill` would otherwise leave a text without an end.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import yaml
from frontmatter.default_handlers import YAMLHandler

from bot.articles.errors import Fault

# The parser in C halves the time of a load; not every build of PyYAML has it.
_LOADER: Callable[[str], Any] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@dataclass(frozen=True, slots=True)
class Front:
    """The values of a head, the line of each key, and the text below with its first line."""

    file: str
    values: Mapping[str, Any]
    lines: Mapping[str, int]
    body: str
    body_line: int

    def fault(self, key: str, reason: str) -> Fault:
        """Return a fault at the line of a key, or at the top where the key is missing."""
        return Fault(self.file, self.lines.get(key, 1), reason)


@dataclass(frozen=True, slots=True)
class Field:
    """A key of the head: the form its value must have, and that form in words."""

    name: str
    holds: Callable[[Any], bool]
    form: str
    required: bool = True


def read_front(text: str, file: str) -> Front | Fault:
    """Return head and body of a file, or the fault that keeps it from being read."""
    if not text.startswith("---\n"):
        return Fault(file, 1, "the file must start with front matter: a line of three dashes")
    try:
        head, body = YAMLHandler().split(text)
    except ValueError:
        return Fault(file, 1, "the front matter has no end: a second line of three dashes")
    body_line = text.count("\n", 0, len(text) - len(body)) + 1
    values = read_yaml(head, file, first_line=1)
    if isinstance(values, Fault):
        return values
    return Front(file, values[0], values[1], body, body_line)


def read_yaml(
    text: str, file: str, first_line: int = 1
) -> tuple[Mapping[str, Any], Mapping[str, int]] | Fault:
    """Return the values of a YAML mapping and the line of each of its keys.

    `first_line` is the line in the file where the text begins.
    """
    loader = _LOADER(text)
    try:
        node = loader.get_single_node()
        if not isinstance(node, yaml.MappingNode):
            return Fault(file, first_line, "this must be a list of keys and values")
        keys = [(str(key.value), key.start_mark.line + first_line) for key, _ in node.value]
        doubled = _doubled([key for key, _ in keys])
        if doubled:
            return Fault(
                file, max(n for key, n in keys if key == doubled), f"{doubled} stands twice"
            )
        return loader.construct_document(node), dict(keys)
    except (yaml.MarkedYAMLError, ValueError) as error:
        mark = getattr(error, "problem_mark", None)
        line = first_line + (mark.line if mark else 0)
        reason = getattr(error, "problem", None) or "a value cannot be read"
        return Fault(file, line, f"broken YAML: {reason}")
    finally:
        loader.dispose()


def wrong_fields(front: Front, fields: Sequence[Field]) -> Iterator[Fault]:
    """Yield a fault for each key that is missing, unknown or of the wrong form."""
    for field in fields:
        if front.values.get(field.name) is None:
            if field.required:
                yield front.fault(field.name, f"{field.name} is missing")
        elif not field.holds(front.values[field.name]):
            yield front.fault(field.name, f"{field.name} must be {field.form}")
    for name in front.values.keys() - {field.name for field in fields}:
        yield front.fault(name, f"{name} is not a known key")


def is_text(value: Any) -> bool:
    """Say whether this is one line of text."""
    return isinstance(value, str) and bool(value.strip()) and "\n" not in value.strip()


def is_day(value: Any) -> bool:
    """Say whether YAML has read this as a day."""
    return type(value) is date


def is_count(value: Any) -> bool:
    """Say whether this is a whole number from 1 on."""
    return type(value) is int and value > 0


def is_flag(value: Any) -> bool:
    """Say whether this is true or false."""
    return isinstance(value, bool)


def is_address(value: Any) -> bool:
    """Say whether this is a web address."""
    return isinstance(value, str) and bool(re.fullmatch(r"https?://[^\s/]+\.\S+", value))


def all_of(holds: Callable[[Any], bool], least: int = 0) -> Callable[[Any], bool]:
    """Return a rule for lists of at least so many entries that each hold."""
    return lambda value: isinstance(value, list) and len(value) >= least and all(map(holds, value))


def one_of(known: frozenset[str]) -> Callable[[Any], bool]:
    """Return a rule for a word out of a fixed set."""
    return lambda value: isinstance(value, str) and value in known


def _doubled(keys: Sequence[str]) -> str | None:
    return next((key for key in keys if keys.count(key) > 1), None)
