"""All articles that there are, in every language they have."""

from collections.abc import Mapping
from dataclasses import dataclass

from bot.articles.errors import UnknownArticle
from bot.articles.model import SOURCE_LANGUAGE, Article
from bot.articles.topics import Group, Topics


@dataclass(frozen=True, slots=True)
class Library:
    """The texts of a run; a reload makes a new one.

    `texts` is keyed by id and language, `asked` by id, then language: example questions that are
    never shown and only help a search.
    """

    topics: Topics
    texts: Mapping[tuple[str, str], Article]
    asked: Mapping[str, Mapping[str, tuple[str, ...]]]

    def ids(self) -> tuple[str, ...]:
        """Return the ids of all articles that exist, in the order of the topics."""
        return tuple(one for one in self.topics.ids if (one, SOURCE_LANGUAGE) in self.texts)

    def get(self, article_id: str, language: str) -> Article:
        """Return an article, in English where the language does not have it.

        Raises:
            UnknownArticle: no article has this id.
        """
        found = self.texts.get((article_id, language)) or self.texts.get(
            (article_id, SOURCE_LANGUAGE)
        )
        if found is None:
            raise UnknownArticle(f"there is no article {article_id}")
        return found

    def languages(self, article_id: str) -> tuple[str, ...]:
        """Return the languages an article exists in, English first; none for an unknown id."""
        found = sorted(language for one, language in self.texts if one == article_id)
        return tuple(sorted(found, key=lambda language: language != SOURCE_LANGUAGE))

    def in_topic(self, topic: str) -> tuple[str, ...]:
        """Return the existing ids for `topic:<topic>`: its own first, then those of its group.

        Raises:
            UnknownTopic: there is no topic of this name.
        """
        there = set(self.ids())
        return tuple(one for one in self.topics.under(topic) if one in there)

    def menu(self) -> tuple[Group, ...]:
        """Return the groups that have an article, those of the first screen first."""
        there = [group for group in self.topics.groups if self.in_topic(group.id)]
        return tuple(sorted(there, key=lambda group: not group.menu))

    def questions(self, article_id: str) -> Mapping[str, tuple[str, ...]]:
        """Return the example questions of an article by language; none for an unknown id."""
        return self.asked.get(article_id, {})
