"""What offices are called before a person."""

from bot.conversation import Tools
from bot.i18n import Text, say


def office_name(office: str, tools: Tools) -> Text:
    """Return the name of an office as a person may read it."""
    directory = tools.knowledge.directory
    place = directory.places.get(office) or directory.ladder.get(office)
    if place is None:
        return say("the duty desk, a team that takes what no other office has")
    return say("{name}", name=place.name)
