"""A dialogue as caseworkers write it: what a person does, what is answered, what must hold.

How a file is written stands in `README.md` beside it.  This module only reads: what a line means
for the program stands in `stage.py`.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path

HEADERS = frozenset({"language", "channel", "at"})
_HEADER = re.compile(r"([a-z]+): +(\S.*)")
_BUTTONS = re.compile(r"\[([^\]]*)\]")
_NUMBERED = re.compile(r"\d+ ")
_HOLE = re.compile(r"\{([a-z]+\d?)\}|\.\.\.")
_ISOLATES = re.compile("[\u2066-\u2069]")
DIGIT_HOLES = frozenset({"number", "code"})


class Kind(StrEnum):
    """What a step of a dialogue does."""

    IN = ">"
    OUT = "<"
    HOLDS = "!"
    CHAT = "=="
    STAGE = "--"


class BrokenDialogue(ValueError):
    """A line of a dialogue cannot be read; names file and line."""


class Mismatch(AssertionError):
    """What was answered is not what the dialogue says."""


@dataclass(frozen=True, slots=True)
class Step:
    """One step: the line it begins at, what it says, and the lines indented below it."""

    line: int
    kind: Kind
    text: str
    below: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Dialogue:
    """A whole file."""

    name: str
    headers: Mapping[str, str]
    steps: tuple[Step, ...]


@dataclass(frozen=True, slots=True)
class Shown:
    """One message as a person sees it: its text and the labels of its buttons."""

    text: str
    labels: tuple[str, ...] = ()

    def __str__(self) -> str:
        return "\n".join((self.text, *(f"  [{label}]" for label in self.labels)))


def read(path: Path) -> Dialogue:
    """Return the dialogue of a file.

    Raises:
        BrokenDialogue: a line begins with none of the signs.
    """
    headers: dict[str, str] = {}
    steps: list[Step] = []
    for number, raw in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        line = raw.rstrip()
        if not line or line.startswith("#"):
            continue
        if not steps and (found := _HEADER.fullmatch(line)) and found[1] in HEADERS:
            headers[found[1]] = found[2]
        elif line.startswith("  ") and steps and steps[-1].kind is Kind.OUT:
            last = steps.pop()
            steps.append(Step(last.line, last.kind, last.text, (*last.below, line.strip())))
        else:
            steps.append(_step(path, number, line))
    return Dialogue(path.stem, headers, tuple(steps))


def _step(path: Path, number: int, line: str) -> Step:
    sign, _, rest = line.partition(" ")
    if sign not in set(Kind):
        raise BrokenDialogue(f"{path.name}:{number}: a line begins with one of > < ! == --")
    return Step(number, Kind(sign), rest.strip())


def plain(label: str) -> str:
    """Return what a button says without the number that presses it."""
    return _NUMBERED.sub("", label, count=1) if _NUMBERED.match(label) else label


@dataclass(slots=True)
class Told:
    """What was captured so far, and how to say an English line in the language of the chat."""

    translated: Callable[[str], str]
    values: dict[str, str] = field(default_factory=dict)

    def fits(self, step: Step, shown: Shown) -> bool:
        """Tell whether a message is what the step says, and remember what its holes hold."""
        lines = [line for line in (step.text, *step.below) if line]
        words = [self._words(line) for line in lines if not line.startswith("[")]
        wanted = [one for line in lines if line.startswith("[") for one in _BUTTONS.findall(line)]
        return self._texts(words, _spaceless(shown.text)) and self._buttons(wanted, shown)

    def _words(self, line: str) -> str:
        return self.translated(line[1:]) if line.startswith("~") else line

    def _texts(self, lines: list[str], text: str) -> bool:
        position = 0
        found: dict[str, str] = {}
        for line in lines:
            match = self._pattern(line).search(text, position)
            if match is None:
                return False
            position = match.end()
            found |= match.groupdict()
        self.values |= {name: _joined(name, value) for name, value in found.items()}
        return True

    def _pattern(self, line: str) -> re.Pattern[str]:
        parts, position = [], 0
        for hole in _HOLE.finditer(line):
            parts += [re.escape(_spaceless(line[position : hole.start()])), self._hole(hole[1])]
            position = hole.end()
        return re.compile("".join([*parts, re.escape(_spaceless(line[position:]))]), re.DOTALL)

    def _hole(self, name: str | None) -> str:
        if name is None:
            return ".*?"
        if name.rstrip("0123456789") not in DIGIT_HOLES:
            return ".+?"
        if name in self.values:
            return " *".join(self.values[name])
        return rf"(?P<{name}>\d[\d ]+\d)"

    def _buttons(self, wanted: list[str], shown: Shown) -> bool:
        """Tell whether the labels stand in this order; a label with a number must have it."""
        left = list(shown.labels)
        for one in wanted:
            label = self._words(one)
            at = next((n for n, has in enumerate(left) if label in (has, plain(has))), None)
            if at is None:
                return False
            left = left[at + 1 :]
        return True


def _spaceless(text: str) -> str:
    return re.sub(r"\s+", " ", _ISOLATES.sub("", text))


def _joined(name: str, value: str) -> str:
    return re.sub(r"\s", "", value) if name.rstrip("0123456789") in DIGIT_HOLES else value
