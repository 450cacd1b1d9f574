"""What can go wrong between the page and the core, and the status each gets."""

from collections.abc import Mapping
from http import HTTPStatus

from bot.errors import Absent, BotError, Invalid, Refused


class ForeignPage(Refused):
    """The request came to another host, or from another page than ours."""


class UnknownChat(Refused):
    """There is no such token; unknown, left and idle chats look alike."""


class TooFast(Refused):
    """A chat sends faster than a person can; `after` seconds from now it may go on."""

    def __init__(self, after: int) -> None:
        super().__init__("too many turns at once")
        self.after = after


class ProofNeeded(Refused):
    """So much comes from this block of addresses that a little work is asked for first.

    The same request passes with the work, or without it `after` seconds from now if there is room.
    """

    def __init__(self, challenge: str, bits: int, after: int) -> None:
        super().__init__("a proof of work is needed")
        self.challenge = challenge
        self.bits = bits
        self.after = after


class TurnTooLarge(Invalid):
    """The body is over its limit."""


class MalformedTurn(Invalid):
    """The body is not the JSON of a turn, or of the opening of a chat."""


class NoSuchWords(Absent):
    """The page has no words in this language."""


STATUS: Mapping[type[BotError], HTTPStatus] = {
    ForeignPage: HTTPStatus.FORBIDDEN,
    UnknownChat: HTTPStatus.UNAUTHORIZED,
    TooFast: HTTPStatus.TOO_MANY_REQUESTS,
    ProofNeeded: HTTPStatus.TOO_MANY_REQUESTS,
    TurnTooLarge: HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    MalformedTurn: HTTPStatus.BAD_REQUEST,
    NoSuchWords: HTTPStatus.NOT_FOUND,
}
