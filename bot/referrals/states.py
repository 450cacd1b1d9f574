"""The life of a referral: which state may follow which, and what moves it.

This table is the whole truth: the console draws its buttons from it, the API answers from it,
the database constraint is made from it.  To add a state, add it here, give it words in
`handlers/receipt.py` (mypy points at the place) and write a migration.
"""

from collections.abc import Mapping
from enum import StrEnum

from bot.errors import Refused


class State(StrEnum):
    """Where a referral stands.  The values are stored: add one, never rename one."""

    WAITING = "waiting"
    CLAIMED = "claimed"
    ANSWERED = "answered"
    OFFERED = "offered"
    ACCEPTED = "accepted"
    CLOSED = "closed"
    WITHDRAWN = "withdrawn"


class Action(StrEnum):
    """What an office, a partner, the person or the clock can do to a referral."""

    CLAIM = "claim"
    RELEASE = "release"
    ANSWER = "answer"
    OFFER = "offer"
    ACCEPT = "accept"
    DECLINE = "decline"
    FULL = "full"
    """A partner has no room until a day it named."""
    EXPIRE = "expire"
    """A partner did not answer in time."""
    HAND_BACK = "hand-back"
    """A partner that had accepted gives it back."""
    LAPSE = "lapse"
    """Who took it did not answer in time: the clock gives it back."""
    CLIMB = "climb"
    """The clock brings it to the next desk of its ladder."""
    PASS_ON = "pass-on"  # noqa: S105  # a move, not a password
    """An office gives it to another one that the consent covers."""
    CLOSE = "close"
    UNSHARE = "unshare"
    """The person takes back their yes to partners: what one has, or was offered, comes back."""
    WITHDRAW = "withdraw"
    STOP = "stop"
    """The person must not be written to, and their code opens nothing; the state stays."""
    LIFT = "lift"
    """An officer lets the code open the request again; the state stays."""


class Outcome(StrEnum):
    """How a referral ended, as the office sees it."""

    HELPED = "helped"
    REFERRED_ON = "referred-on"
    NOT_REACHED = "not-reached"
    WITHDREW = "withdrew"
    NOT_IN_MANDATE = "not-in-mandate"
    DUPLICATE = "duplicate"


class Declined(StrEnum):
    """Why a partner did not take a referral.  Stored: add one, never rename one."""

    NO_ROOM = "no-room"
    NOT_OURS = "not-ours"
    ELSEWHERE = "elsewhere"
    TOO_LITTLE = "too-little"
    UNSAID = "unsaid"


class MoveRefused(Refused):
    """The referral is not in a state from which this action is possible.

    Usually somebody else was faster: two officers pressed the same button.  The page then shows
    the referral as it is now; nothing is tried again.
    """

    def __init__(self, state: State, action: Action) -> None:
        super().__init__(f"{action} is not possible from {state}")
        self.state = state
        self.action = action


MOVES: Mapping[tuple[State, Action], State] = {
    (State.WAITING, Action.CLAIM): State.CLAIMED,
    (State.WAITING, Action.CLIMB): State.WAITING,
    (State.WAITING, Action.WITHDRAW): State.WITHDRAWN,
    (State.CLAIMED, Action.RELEASE): State.WAITING,
    (State.CLAIMED, Action.LAPSE): State.WAITING,
    (State.CLAIMED, Action.PASS_ON): State.WAITING,
    (State.CLAIMED, Action.ANSWER): State.ANSWERED,
    (State.CLAIMED, Action.OFFER): State.OFFERED,
    (State.CLAIMED, Action.CLOSE): State.CLOSED,
    (State.CLAIMED, Action.WITHDRAW): State.WITHDRAWN,
    (State.ANSWERED, Action.RELEASE): State.WAITING,
    (State.ANSWERED, Action.PASS_ON): State.WAITING,
    (State.ANSWERED, Action.ANSWER): State.ANSWERED,
    (State.ANSWERED, Action.OFFER): State.OFFERED,
    (State.ANSWERED, Action.CLOSE): State.CLOSED,
    (State.ANSWERED, Action.WITHDRAW): State.WITHDRAWN,
    (State.OFFERED, Action.ACCEPT): State.ACCEPTED,
    (State.OFFERED, Action.DECLINE): State.WAITING,
    (State.OFFERED, Action.FULL): State.WAITING,
    (State.OFFERED, Action.EXPIRE): State.WAITING,
    (State.OFFERED, Action.RELEASE): State.WAITING,
    (State.OFFERED, Action.UNSHARE): State.WAITING,
    (State.OFFERED, Action.CLOSE): State.CLOSED,
    (State.OFFERED, Action.WITHDRAW): State.WITHDRAWN,
    (State.ACCEPTED, Action.ANSWER): State.ACCEPTED,
    (State.ACCEPTED, Action.HAND_BACK): State.WAITING,
    (State.ACCEPTED, Action.RELEASE): State.WAITING,
    (State.ACCEPTED, Action.UNSHARE): State.WAITING,
    (State.ACCEPTED, Action.CLOSE): State.CLOSED,
    (State.ACCEPTED, Action.WITHDRAW): State.WITHDRAWN,
}

ENDED = frozenset({State.CLOSED, State.WITHDRAWN})


def after(state: State, action: Action) -> State:
    """Return the state that follows the action.

    Raises:
        MoveRefused: the table has no such move.
    """
    try:
        return MOVES[state, action]
    except KeyError:
        raise MoveRefused(state, action) from None


def possible(state: State) -> frozenset[Action]:
    """Return what can be done to a referral in a state."""
    return frozenset(action for start, action in MOVES if start is state)
