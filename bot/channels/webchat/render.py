"""From a rendered reply to the messages of the contract (section 4), which other pages may read."""

from dataclasses import asdict
from typing import Any

from bot.conversation import Rendered, RenderedMessage


def to_reply(reply: Rendered) -> dict[str, Any]:
    """Return a whole reply: messages, language and direction."""
    return {
        "messages": [to_message(one) for one in reply.messages],
        "lang": reply.language,
        "dir": reply.direction,
    }


def to_message(message: RenderedMessage) -> dict[str, Any]:
    """Return one message; what it does not carry has no field."""
    carried = {
        "place": asdict(message.place) if message.place else None,
        "phone": message.phone,
        "reference": message.reference,
        "code": message.code,
    }
    return {
        "id": message.id,
        "text": message.text,
        "choices": [[{"id": one.id, "label": one.label} for one in row] for row in message.choices],
        **{name: value for name, value in carried.items() if value is not None},
    }
