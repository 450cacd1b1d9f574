"""What a handler may call, bound to the transaction and the moment of one turn."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import TypeVar, cast

from bot.articles import Library
from bot.conversation.ports import Unit
from bot.directory import Directory
from bot.i18n import Catalogs
from bot.privacy import Keys
from bot.referrals import Referrals
from bot.understanding import Index

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Knowledge:
    """Everything vetted, read at the start: articles, places, and how texts find them."""

    library: Library
    directory: Directory
    index: Index
    catalogs: Catalogs


class Slow(Exception):
    """A handler needs slow work; the dispatcher leaves the transaction, does it, comes back."""

    def __init__(self, name: str, work: Callable[[], object]) -> None:
        super().__init__("slow work")
        self.name = name
        self.work = work


@dataclass(frozen=True, slots=True)
class Outside:
    """Results of slow work (hashing) that was done with no transaction open."""

    done: dict[str, object] = field(default_factory=dict, repr=False)

    def result(self, name: str, work: Callable[[], T]) -> T:
        """Return the result of the work named so; the handler is called again once it is there.

        Raises:
            Slow: it is not there yet.
        """
        if name not in self.done:
            raise Slow(name, work)
        return cast("T", self.done[name])


@dataclass(frozen=True, slots=True)
class Tools:
    """What a handler may call; `now` is aware UTC."""

    now: datetime
    knowledge: Knowledge
    referrals: Referrals
    unit: Unit
    outside: Outside
    keys: Keys = field(repr=False)
