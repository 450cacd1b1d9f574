"""Read YAML nodes strictly, so that every complaint names the file, the line and the reason.

Scalars are taken as written: no country becomes a truth value (`NO`), no date a number.
"""

from enum import StrEnum
from pathlib import Path
from typing import TypeVar

import yaml

from bot.errors import Invalid

E = TypeVar("E", bound=StrEnum)


class BrokenPlaces(Invalid):
    """A places.yaml cannot be used; says the file, the line (from 1) and the reason."""

    def __init__(self, file: str, line: int, reason: str) -> None:
        super().__init__(f"{file}:{line}: {reason}")
        self.file = file
        self.line = line
        self.reason = reason


class Fields:
    """One YAML mapping: its fields, read by name and by type."""

    __slots__ = ("_fields", "file", "line")

    def __init__(self, file: str, node: yaml.Node | None, known: frozenset[str]) -> None:
        self.file = file
        self.line = node.start_mark.line + 1 if node else 1
        if not isinstance(node, yaml.MappingNode):
            raise self.broken("a mapping of fields is expected here")
        self._fields: dict[str, yaml.Node] = {}
        for key, value in node.value:
            if key.value not in known:
                raise BrokenPlaces(file, key.start_mark.line + 1, f"unknown field '{key.value}'")
            if key.value in self._fields:
                raise BrokenPlaces(file, key.start_mark.line + 1, f"'{key.value}' stands twice")
            self._fields[key.value] = value

    def broken(self, reason: str, name: str | None = None) -> BrokenPlaces:
        """Return the complaint about a field, or about the whole mapping."""
        node = self._fields.get(name) if name else None
        return BrokenPlaces(self.file, node.start_mark.line + 1 if node else self.line, reason)

    def __contains__(self, name: str) -> bool:
        return name in self._fields

    def text(self, name: str) -> str:
        """Return a field that must be there, as written."""
        value = self.maybe(name)
        if value is None:
            raise self.broken(f"'{name}' is missing")
        return value

    def maybe(self, name: str) -> str | None:
        """Return a field as written, None if it is not there."""
        node = self._fields.get(name)
        if node is None:
            return None
        if not isinstance(node, yaml.ScalarNode):
            raise self.broken(f"'{name}' must be one value", name)
        value: str = node.value
        if not value.strip():
            raise self.broken(f"'{name}' is empty: leave it out", name)
        return value

    def flag(self, name: str) -> bool:
        """Return a field that is `true` or `false`; False if it is not there."""
        value = self.maybe(name)
        if value not in {None, "true", "false"}:
            raise self.broken(f"'{name}' must be true or false", name)
        return value == "true"

    def number(self, name: str, limit: float) -> float:
        """Return a number of degrees between minus and plus the limit."""
        try:
            value = float(self.text(name))
        except ValueError:
            raise self.broken(f"'{name}' must be a number", name) from None
        if not -limit <= value <= limit:
            raise self.broken(f"'{name}' must lie between -{limit:g} and {limit:g}", name)
        return value

    def code(self, name: str, codes: type[E], default: E | None = None) -> E:
        """Return one of a fixed set of codes."""
        if default is not None and name not in self._fields:
            return default
        return self._code(name, self.text(name), codes)

    def codes(self, name: str, codes: type[E]) -> tuple[E, ...]:
        """Return a list of codes."""
        return tuple(self._code(name, value, codes) for value in self.texts(name))

    def texts(self, name: str) -> tuple[str, ...]:
        """Return a list of texts, empty if it is not there."""
        return tuple(str(node.value) for node in self._items(name, yaml.ScalarNode))

    def mappings(self, name: str, known: frozenset[str]) -> tuple["Fields", ...]:
        """Return a list of mappings, empty if it is not there."""
        return tuple(Fields(self.file, n, known) for n in self._items(name, yaml.MappingNode))

    def mapping(self, name: str, known: frozenset[str]) -> "Fields":
        """Return a mapping that must be there."""
        if name not in self._fields:
            raise self.broken(f"'{name}' is missing")
        return Fields(self.file, self._fields[name], known)

    def _items(self, name: str, kind: type[yaml.Node]) -> tuple[yaml.Node, ...]:
        node = self._fields.get(name)
        if node is None:
            return ()
        if not isinstance(node, yaml.SequenceNode):
            raise self.broken(f"'{name}' must be a list", name)
        if any(not isinstance(item, kind) for item in node.value):
            raise self.broken(f"'{name}' holds something of another form", name)
        return tuple(node.value)

    def _code(self, name: str, value: str, codes: type[E]) -> E:
        try:
            return codes(value)
        except ValueError:
            raise self.broken(f"'{value}' is not a code we know for '{name}'", name) from None


def read_document(path: Path, shown_as: str, known: frozenset[str]) -> Fields:
    """Return the top mapping of a file.

    Raises:
        BrokenPlaces: the file is not readable YAML with one mapping.
    """
    try:
        text = path.read_text(encoding="utf-8")
        node = yaml.compose(text, Loader=yaml.CSafeLoader)
    except UnicodeDecodeError:
        raise BrokenPlaces(shown_as, 1, "the file is not UTF-8") from None
    except yaml.MarkedYAMLError as broken:
        line = broken.problem_mark.line + 1 if broken.problem_mark else 1
        raise BrokenPlaces(shown_as, line, broken.problem or "not YAML") from None
    except yaml.YAMLError:
        raise BrokenPlaces(shown_as, 1, "the file holds characters YAML does not allow") from None
    return Fields(shown_as, node, known)
