"""Opens what is otherwise opened when it is first needed."""

from bot.understanding.danger import phrases
from bot.understanding.gazetteer import gazetteer


def ready() -> None:
    """Open the phrases of danger and the list of towns, so that a missing one stops the start.

    Raises:
        PhrasesMissing: the phrases are missing or broken.
        GazetteerMissing: the list of towns was not built or is damaged.
    """
    phrases()
    gazetteer().lands({"tunisia"})
