"""What speaks for a name being a place where it stands in a message.

Silence is cheaper than a wrong town: an ordinary word needs more than a name that is nothing else.
"""

from dataclasses import dataclass

from bot.understanding.gazetteer import KEPT, MAIN, OTHER, Land, Town, Words
from bot.understanding.sentence import Word, leads, shouted

TOWNLIKE = 10_000
"""Inhabitants a town needs to be meant by an ordinary word."""
KNOWN = 100_000
"""Inhabitants from which a town is believed without an announcing word or a capital letter."""


@dataclass(frozen=True, slots=True)
class Setting:
    """How a name stands in its sentence."""

    lead: str
    alone: bool
    direct: bool
    capital: bool
    closes: bool
    ordinary: bool
    never: bool
    size: int
    letters: int
    latin: bool

    @property
    def score(self) -> float:
        """Weigh what speaks for a place; 'from' tells where somebody is not."""
        return (
            3.0 * (self.lead == "in" or (self.alone and self.lead != "from"))
            - 1.0 * (self.lead == "from")
            + 1.0 * self.capital
            + 0.5 * (self.size > 1)
            - 1.0 * self.ordinary
        )

    def believes(self, lands: list[Land], towns: list[Town]) -> bool:
        """Tell whether the name is meant as a place here."""
        people = max((town.people for town in towns), default=0)
        if self.never or not (lands or towns):
            return False
        if self.ordinary:
            return self._believes_ordinary(lands, towns)
        if lands or self.alone or self.lead == "in" or self.capital:
            return True
        if any(town.rank == KEPT for town in towns) and self.letters >= 5:
            return True
        if self.size == 1 and self.latin and all(town.rank == OTHER for town in towns):
            return self.letters >= 6 and people >= 5 * KNOWN
        return self.letters >= 4 and people >= (KNOWN if self.size == 1 else 5000)

    def _believes_ordinary(self, lands: list[Land], towns: list[Town]) -> bool:
        """Ask more of a word like "nice": alone, or straight after "in" and closing a phrase."""
        people = max((town.people for town in towns if town.rank <= MAIN), default=0)
        if self.alone:
            return bool(lands) or people >= TOWNLIKE
        placed = (self.direct and self.closes) or self.capital
        return placed and (bool(lands) or people >= 5 * TOWNLIKE)


def setting_of(words: list[Word], span: tuple[int, int], guard: Words) -> Setting:
    """Read off the message how the words of the span stand in it."""
    start, end = span
    inner = words[start:end]
    rest = [*words[:start], *words[end:]]
    loud = shouted(words)
    return Setting(
        lead=leads(words, start, guard),
        alone=all(guard.filling(word.key) for word in rest),
        direct=start > 0 and words[start - 1].key in {*guard.inside, "the"},
        capital=inner[0].capital and not loud and (start > 0 or len(inner) > 1),
        closes=inner[-1].stop or end == len(words),
        ordinary=all(guard.common(word.key) for word in inner),
        never=all(word.key in guard.never for word in inner),
        size=end - start,
        letters=sum(len(word.key) for word in inner),
        latin=inner[0].key.isascii(),
    )
