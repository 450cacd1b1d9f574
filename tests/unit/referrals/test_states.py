"""The state table, pair by pair: a change of one move must be a decision, so it fails here."""

import pytest

from bot.referrals import ENDED, MOVES, Action, MoveRefused, State, after, possible

CLOSING = {Action.CLOSE: State.CLOSED, Action.WITHDRAW: State.WITHDRAWN}
IN_HAND = {
    **CLOSING,
    Action.PASS_ON: State.WAITING,
    Action.RELEASE: State.WAITING,
    Action.ANSWER: State.ANSWERED,
    Action.OFFER: State.OFFERED,
}
TABLE: dict[State, dict[Action, State]] = {
    State.WAITING: {
        Action.CLAIM: State.CLAIMED,
        Action.CLIMB: State.WAITING,
        Action.WITHDRAW: State.WITHDRAWN,
    },
    State.CLAIMED: {**IN_HAND, Action.LAPSE: State.WAITING},
    State.ANSWERED: IN_HAND,
    State.OFFERED: {
        **CLOSING,
        Action.ACCEPT: State.ACCEPTED,
        Action.DECLINE: State.WAITING,
        Action.FULL: State.WAITING,
        Action.EXPIRE: State.WAITING,
        Action.UNSHARE: State.WAITING,
        Action.RELEASE: State.WAITING,
    },
    State.ACCEPTED: {
        **CLOSING,
        Action.ANSWER: State.ACCEPTED,
        Action.HAND_BACK: State.WAITING,
        Action.UNSHARE: State.WAITING,
        Action.RELEASE: State.WAITING,
    },
    State.CLOSED: {},
    State.WITHDRAWN: {},
}
PAIRS = [(state, action) for state in State for action in Action]


@pytest.mark.parametrize(("state", "action"), PAIRS)
def test_each_pair_leads_where_the_table_says(state: State, action: Action) -> None:
    follows = TABLE[state].get(action)
    if follows is not None:
        assert after(state, action) is follows
        return
    with pytest.raises(MoveRefused) as refused:
        after(state, action)
    assert (refused.value.state, refused.value.action) == (state, action)


@pytest.mark.parametrize("state", list(State))
def test_what_is_offered_is_what_is_possible(state: State) -> None:
    assert possible(state) == frozenset(TABLE[state])


def test_every_state_that_has_not_ended_can_be_withdrawn_by_the_person() -> None:
    for state in State:
        assert (Action.WITHDRAW in possible(state)) is (state not in ENDED)


def test_from_every_open_state_the_end_can_be_reached() -> None:
    reached = set(ENDED)
    for _ in State:
        reached |= {state for (state, _), then in MOVES.items() if then in reached}
    assert reached == set(State)


def test_what_has_ended_stays_ended() -> None:
    assert all(not possible(state) for state in ENDED)
