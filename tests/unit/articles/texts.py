"""Invented texts for the tests."""

from datetime import date

from bot.articles import Article, Source

HEAD = """---
title: May I ask?
summary: Yes, you may ask.
starred: true
revision: 3
sources:
  - {title: Invented law, url: "https://example.org/law", date: "2025"}
checked: 2026-01-10
valid_until: 2026-12-31
audience: [everyone]
countries: []
related: []
services: [info]
state: draft
---
"""

TRANSLATED = """---
title: Puis-je demander ?
summary: Oui, vous pouvez demander.
from_revision: 3
state: draft
---
"""


def article(*blocks: str, article_id: str = "asylum.appeal", language: str = "en") -> Article:
    """Return an article that consists of these blocks."""
    return Article(
        id=article_id,
        language=language,
        title="May I ask?",
        summary="Yes, you may ask.",
        blocks=blocks,
        links=(),
        sources=(Source("Invented law", "https://example.org/law", "2025"),),
        checked=date(2026, 1, 10),
        valid_until=date(2026, 12, 31),
        revision=3,
        from_revision=3,
        draft=True,
        reviewed=None,
        starred=True,
        audience=("everyone",),
        countries=(),
        related=(),
        services=("info",),
    )
