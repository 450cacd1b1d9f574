"""From lines to texts: the one place where a reply becomes words in the person's language.

Every button says the number that presses it, so that nothing depends on a tap; leaving is 0.
"""

import secrets

from bot.conversation.ports import Chat
from bot.conversation.rendered import LEAVE, Button, Rendered, RenderedMessage
from bot.conversation.reply import Message, Reply
from bot.i18n import SOURCE, Catalogs, Text, say

LATE = say("This is the reply to a message of yours. It took longer than usual to get here.")
ONCE = say("The code was shown already and is not shown again.")
GONE = say("This was shown already and is not kept. You can go on writing here.")


def rendered(reply: Reply, chat: Chat, catalogs: Catalogs) -> Rendered:
    """Return the reply as texts; one that repeats the open question carries it again."""
    language = reply.session.language or chat.session.language or SOURCE
    if language not in catalogs.languages:
        language = SOURCE
    messages: list[RenderedMessage] = []
    number = len(chat.buttons) + 1 if reply.beside else 1
    for one in reply.messages:
        message = _message(one, language, catalogs, number)
        number += sum(button.id != LEAVE for line in message.choices for button in line)
        messages.append(message)
    if reply.again and chat.last is not None and chat.last.messages:
        messages = [*messages, _renewed(chat.last.messages[-1])]
    direction = catalogs.languages[language].direction
    late, once = (catalogs.render(line, language) for line in (LATE, ONCE))
    return Rendered(tuple(messages), language, direction, reply.wipe, late, once)


def shown_before(hint: str | None, catalogs: Catalogs) -> Rendered:
    """Return what is said where a turn comes again whose reply is no longer kept."""
    language = catalogs.pick(hint)
    text = catalogs.render(GONE, language)
    direction = catalogs.languages[language].direction
    return Rendered((RenderedMessage(_new_id(), text),), language, direction)


def _message(one: Message, language: str, catalogs: Catalogs, number: int) -> RenderedMessage:
    def words(text: Text) -> str:
        return catalogs.render(text, language)

    rows: list[tuple[Button, ...]] = []
    for line in filter(None, one.choices):
        buttons = []
        for choice in line:
            pressed_by = 0 if choice.id == LEAVE else number
            buttons.append(Button(choice.id, f"{pressed_by} {words(choice.label)}"))
            number += choice.id != LEAVE
        rows.append(tuple(buttons))
    text = "\n\n".join("\n".join(map(words, lines)) for lines in one.paragraphs)
    return RenderedMessage(
        _new_id(), text, tuple(rows), one.place, one.phone, one.reference, one.code
    )


def _renewed(message: RenderedMessage) -> RenderedMessage:
    """Return the open question as a new message, so that no channel takes it for shown already."""
    return RenderedMessage(_new_id(), message.text, message.choices, message.place, message.phone)


def _new_id() -> str:
    return secrets.token_hex(8)
