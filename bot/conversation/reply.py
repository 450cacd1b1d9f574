"""What goes out: messages made of translatable lines, with choices below them."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from bot.conversation.session import Session
from bot.i18n import Text


@dataclass(frozen=True, slots=True)
class Choice:
    """A button: what it carries (`contract.md` section 5, 64 bytes at most) and what it says."""

    id: str
    label: Text


Rows = tuple[tuple[Choice, ...], ...]


@dataclass(frozen=True, slots=True)
class PlaceCard:
    """A place a message is about, for channels that show more than text; distance rounded, km."""

    id: str
    name: str
    kind: str
    country: str
    city: str | None
    distance_km: int | None


@dataclass(frozen=True, slots=True)
class Message:
    """One message: paragraphs of whole sentences, rows of choices, and what it carries."""

    paragraphs: tuple[tuple[Text, ...], ...]
    choices: Rows = ()
    place: PlaceCard | None = None
    phone: str | None = None
    reference: str | None = None
    code: str | None = None


@dataclass(frozen=True, slots=True)
class Reply:
    """The answer to a turn and the session after it.

    `again` repeats the open question below the messages; `beside` leaves it open and numbers its
    own buttons after those of the question.  `wipe` asks the channel to delete what
    it lets delete, in both directions, before the reply.  `forget` drops the session altogether.
    """

    session: Session
    messages: tuple[Message, ...]
    again: bool = False
    beside: bool = False
    wipe: bool = False
    forget: bool = False

    def first(self, *lines: Text) -> "Reply":
        """Return the reply with the lines standing above everything else."""
        head, *rest = self.messages
        above = replace(head, paragraphs=(*((line,) for line in lines), *head.paragraphs))
        return replace(self, messages=(above, *rest))


def message(*lines: Text | Sequence[Text], choices: Rows = ()) -> Message:
    """Return a message whose arguments are paragraphs; a sequence is one paragraph of lines."""
    paragraphs = tuple(tuple(one) if isinstance(one, Sequence) else (one,) for one in lines)
    return Message(paragraphs, choices)


def tell(session: Session, *lines: Text | Sequence[Text], choices: Rows = ()) -> Reply:
    """Answer and wait for nothing in particular."""
    return Reply(session.at_rest(), (message(*lines, choices=choices),))


def ask(session: Session, step: str, *lines: Text | Sequence[Text], choices: Rows = ()) -> Reply:
    """Ask a question; the next text or choice of the step answers it."""
    return Reply(session.at_step(step), (message(*lines, choices=choices),))


def again(session: Session, *lines: Text) -> Reply:
    """Say something and put the open question once more; the session stays as it is."""
    return Reply(session, (message(*lines),), again=True)


def row(*choices: Choice) -> tuple[Choice, ...]:
    """Return choices that stand side by side."""
    return choices
