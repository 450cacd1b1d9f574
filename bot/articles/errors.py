"""What can be wrong with a text, and where: a file, a line, a reason an editor can act on."""

from dataclasses import dataclass

from bot.errors import Absent, Invalid


@dataclass(frozen=True, slots=True, order=True)
class Fault:
    """One thing to mend: a file below the repository, a line counted from 1, a sentence."""

    file: str
    line: int
    reason: str

    def __str__(self) -> str:
        """Write it as compilers do, so that editors can jump there."""
        return f"{self.file}:{self.line}: {self.reason}"


class BrokenArticle(Invalid):
    """A text cannot be read as an article; the start stops and a reload keeps the old texts."""

    def __init__(self, fault: Fault) -> None:
        super().__init__(str(fault))
        self.fault = fault


class UnknownArticle(Absent):
    """There is no article with this id."""


class UnknownTopic(Absent):
    """There is no topic of this name."""
