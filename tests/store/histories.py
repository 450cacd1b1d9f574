"""Tell whether a recorded history of a request is possible, act after act.

The search of Wing and Gong over the table of states: an act takes effect at one moment between
its call and its return; one whose caller was killed takes effect at any later moment, or never.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from bot.referrals import Action, Event, MoveRefused, State, after

PARTNERS = frozenset({Action.ACCEPT, Action.DECLINE})
"""What somebody does who does not hold the request."""


class Ended(StrEnum):
    """What the caller learned."""

    DONE = "done"
    REFUSED = "refused"
    OVERTAKEN = "overtaken"
    """Refused though it was possible when the caller looked: somebody else moved it meanwhile."""
    UNKNOWN = "unknown"


OFTEN = frozenset({Ended.DONE, Ended.REFUSED, Ended.UNKNOWN})
"""What every recording has; to be overtaken is rare."""


@dataclass(frozen=True, slots=True)
class Call:
    """What a client wanted, from when to when on the one counter of the recording."""

    client: str
    action: Action
    called: int
    returned: int
    ended: Ended


@dataclass(frozen=True, slots=True)
class Stood:
    """Where the request stands, and who has it."""

    state: State = State.WAITING
    holder: str | None = None


def linearisable(calls: frozenset[Call], end: Stood) -> bool:
    """Tell whether some order of the calls explains what each caller learned, and the end."""
    if not all(_was_moved(one, calls) for one in calls if one.ended is Ended.OVERTAKEN):
        return False
    seen = set[tuple[frozenset[Call], Stood]]()
    heap = [(calls, Stood())]
    while heap:
        left, stood = heap.pop()
        if (left, stood) in seen:
            continue
        seen.add((left, stood))
        if stood == end and all(one.ended is Ended.UNKNOWN for one in left):
            return True
        first = min((one.returned for one in left if one.ended is not Ended.UNKNOWN), default=None)
        for one in left:
            if first is None or one.called < first:
                heap += [(left - {one}, then) for then in _then(stood, one)]
    return False


def _was_moved(overtaken: Call, calls: frozenset[Call]) -> bool:
    """Tell whether somebody else can have moved the request during a call."""
    return any(
        one.client != overtaken.client
        and one.called < overtaken.returned
        and (one.ended is Ended.UNKNOWN or overtaken.called < one.returned)
        for one in calls
        if one.ended in (Ended.DONE, Ended.UNKNOWN)
    )


def _then(stood: Stood, call: Call) -> list[Stood]:
    """Return where it may stand after a call, none where the caller could not learn what it did."""
    moved = moved_by(stood, call.client, call.action)
    if call.ended is Ended.OVERTAKEN:
        return [stood]
    if call.ended is Ended.REFUSED:
        return [stood] if moved is None else []
    return [moved] if moved is not None else []


def moved_by(stood: Stood, client: str, action: Action) -> Stood | None:
    """Return where a request stands after an act of somebody; None where they cannot do it."""
    holder = stood.holder if action in PARTNERS else client
    if stood.holder not in (None, holder):
        return None
    try:
        state = after(stood.state, action)
    except MoveRefused:
        return None
    return Stood(state, None if state is State.WAITING else holder)


def replayed(events: Sequence[Event]) -> State:
    """Return where events lead, one after the other, each of which the table must have."""
    came, *then = events
    assert (came.action, came.state) == (None, State.WAITING)
    state = came.state
    for one in then:
        assert one.action is not None
        state = after(state, one.action)
        assert state is one.state
    return state
