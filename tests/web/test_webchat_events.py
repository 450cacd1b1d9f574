"""How a reply that comes unasked looks on the wire."""

from dataclasses import dataclass

from bot.channels.webchat.events import as_events
from bot.conversation import Rendered, RenderedMessage


@dataclass(frozen=True, slots=True)
class One:
    """A reply with its place in the order of all."""

    id: int
    reply: Rendered


def news(*texts: str) -> One:
    messages = tuple(RenderedMessage(f"m{number}", text) for number, text in enumerate(texts))
    return One(7, Rendered(messages, "en", "ltr"))


def test_only_the_last_message_has_the_id_so_that_no_resume_splits_a_reply() -> None:
    first, last, rest = as_events(news("a", "b")).split("\n\n")
    assert first == 'data: {"id": "m0", "text": "a", "choices": []}'
    assert last == 'id: 7\ndata: {"id": "m1", "text": "b", "choices": []}'
    assert rest == ""


def test_a_line_break_in_a_text_does_not_end_its_event() -> None:
    assert as_events(news("a\n\nb\r\nid: 9")).count("\n") == 3


def test_a_reply_that_says_nothing_only_moves_the_place() -> None:
    assert as_events(news()) == "id: 7\n\n"
