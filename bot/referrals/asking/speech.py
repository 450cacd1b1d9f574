"""What the words of one language are good for, and how patterns are put together."""

import re
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Speech:
    """How one language asks; every pattern is searched for within a clause."""

    code: re.Pattern[str]
    code_kept: re.Pattern[str]
    """What is said of a code without asking for it; reaches over the word itself."""
    code_wanted: re.Pattern[str]
    """Asks although it sounds like keeping: we lost yours, remind us of it."""
    code_sure: re.Pattern[str]
    """Without it a code is spoken of and perhaps not asked for."""
    it_asked: re.Pattern[str]
    """Asks where the sentence, or the one before, named the code."""
    turns: re.Pattern[str]
    """Ends the reach of a no: "do not worry and ..."."""
    picture: re.Pattern[str]
    paper: re.Pattern[str]
    selfie: re.Pattern[str]
    asked: re.Pattern[str]
    paper_sent: re.Pattern[str]
    kept: re.Pattern[str]
    """What is done with a copy that is not sent to us."""
    met: re.Pattern[str]
    private: re.Pattern[str]
    address: re.Pattern[str]
    """Asks for the person's own address without another word."""
    refused: re.Pattern[str]
    """A no, or somebody else's ask that is told of."""
    coaxed: re.Pattern[str]
    """A no that presses: why not, if you do not."""
    aside: re.Pattern[str]
    """What looks like one of these words and is none."""


def any_of(*parts: str) -> re.Pattern[str]:
    """Return a pattern for any of these."""
    return re.compile("|".join(f"(?:{one})" for one in parts))


def near(first: str, then: str, *, stop: str = "", words: int = 5) -> str:
    """Return a pattern for two things with at most so many words between them."""
    barred = rf"(?!(?:{stop})\b)" if stop else ""
    return rf"\b(?:{first})(?:\W+{barred}\w+){{0,{words}}}?\W+(?:{then})\b"
