"""Somebody writes in another language than chosen: it is offered as a button, in that language."""

from dataclasses import replace

from bot.conversation import Choice, Reply, Tools
from bot.i18n import Verbatim
from bot.understanding import guess


def also_in(text: str, reply: Reply, tools: Tools) -> Reply:
    """Return the reply with a button for the language of a text, where it is another one."""
    offered, spoken = tools.knowledge.catalogs.languages, guess(text)
    if spoken is None or spoken not in offered or spoken == reply.session.language:
        return reply
    button = Choice(f"lang:{spoken}", Verbatim(f"{offered[spoken].name}?"))
    *before, last = reply.messages
    return replace(reply, messages=(*before, replace(last, choices=((button,), *last.choices))))
