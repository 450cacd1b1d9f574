"""The menu, from which everything is one press away, and the buttons that stand on every screen."""

from bot.articles import label
from bot.conversation import Choice, Message, Rows, Tools, message, row
from bot.i18n import Text, say

LEAVE = Choice("leave", say("Leave"))
MENU = Choice("start", say("Menu"))
PERSON = Choice("refer", say("Talk to a person"))


def menu(tools: Tools, *lines: Text) -> Message:
    """Return the menu, below the lines or below what this chat is for."""
    if lines:
        return message(*lines, choices=rows(tools))
    return message(
        say("Information about travel, papers, work and services. Free. No name needed."),
        say("Type a question, or choose:"),
        choices=rows(tools),
    )


def rows(tools: Tools) -> Rows:
    """Return the choices of the menu, two in a row."""
    library = tools.knowledge.library
    topics = [
        Choice(f"topic:{group.id}", label(library.topics, group.id))
        for group in library.menu()
        if group.menu
    ]
    pairs = [tuple(topics[start : start + 2]) for start in range(0, len(topics), 2)]
    return (
        *pairs,
        row(Choice("near", say("Find an office")), PERSON),
        row(Choice("receipt", say("My number")), Choice("lang", say("Language"))),
        row(Choice("about", say("About this chat")), LEAVE),
    )
