"""What a person can do, one file for each.

To add a thing to do: write `handlers/<thing>.py` with CHOICES, STEPS, COMMANDS and `handle`, name
it in `HANDLERS`, and write its dialogue in `tests/conversations/`.
"""

from types import ModuleType

from handlers import (
    about,
    country,
    danger,
    erase,
    fallback,
    language,
    leave,
    nearby,
    news,
    place,
    receipt,
    refer,
    search,
    start,
    topics,
)

HANDLERS: tuple[ModuleType, ...] = (
    start,
    language,
    topics,
    search,
    nearby,
    place,
    country,
    danger,
    refer,
    receipt,
    news,
    erase,
    leave,
    about,
    fallback,
)
