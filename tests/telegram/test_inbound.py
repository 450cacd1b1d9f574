"""What each kind of update means, read from payloads shaped as Telegram sends them."""

import copy
import json
from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.channels.telegram.inbound import (
    Arrival,
    Group,
    Ignored,
    Reader,
    UnreadableUpdate,
    lane_of,
)
from bot.conversation import Turn, Unreadable
from bot.directory import Point
from bot.privacy import pseudonym
from tests.telegram.bot_api import payload
from tests.telegram.bot_api.refusals import Json
from tests.telegram.bot_api.user import PAYLOADS
from tests.telegram.core import KEYS

AT = datetime(2026, 11, 24, 9, tzinfo=UTC)
READER = Reader("110201543", KEYS)


def read(raw: object) -> Arrival | Group | Ignored:
    return READER.read(raw, AT)


def turn_of(name: str) -> Turn:
    arrival = read(payload(name))
    assert isinstance(arrival, Arrival)
    return arrival.turn


def test_a_text_becomes_a_turn_and_everything_else_is_dropped() -> None:
    raw = payload("text")
    arrival = read(raw)
    assert isinstance(arrival, Arrival)
    assert arrival.turn == Turn(
        key=f"telegram:110201543:{raw['update_id']}",
        channel="telegram",
        person=pseudonym(KEYS, "telegram", "5550100"),
        at=AT,
        text="canary text: où est le bureau",
        hint="fr",
        address="5550100",
        number=raw["update_id"],
    )
    assert (arrival.message, arrival.query) == (41, None)
    assert "canary" not in repr(arrival)
    assert "5550100" not in repr(arrival)


def test_a_command_stays_a_text_with_its_arguments() -> None:
    assert turn_of("command").text == "/office@waypoint_test_bot sfax"


def test_a_press_carries_choice_message_and_query() -> None:
    arrival = read(payload("callback"))
    assert isinstance(arrival, Arrival)
    assert (arrival.turn.choice, arrival.turn.pressed) == ("lang:en", "40")
    assert arrival.query == "2384123456789012345"
    assert arrival.message is None


def test_a_press_on_a_message_too_old_to_be_shown_still_counts() -> None:
    turn = turn_of("callback_old_message")
    assert (turn.choice, turn.pressed) == ("topic:asylum", "12")


@pytest.mark.parametrize("name", ["location", "venue"])
def test_a_place_becomes_a_point(name: str) -> None:
    assert turn_of(name).point == Point(34.7398, 10.76)


@pytest.mark.parametrize(
    "name",
    "photo voice audio video video_note animation document sticker dice poll story checklist"
    " future_message_kind".split(),
)
def test_what_cannot_be_opened_is_named_and_never_read(name: str) -> None:
    turn = turn_of(name)
    assert turn.unreadable is Unreadable.MEDIA
    assert turn.text is None


def test_a_contact_is_named_and_its_number_dropped() -> None:
    turn = turn_of("contact")
    assert turn.unreadable is Unreadable.CONTACT
    assert "23125001" not in str({name: getattr(turn, name) for name in turn.__slots__})


def test_an_edit_is_named_but_a_moving_location_is_not_answered() -> None:
    assert turn_of("edited_text").unreadable is Unreadable.EDIT
    assert isinstance(read(payload("live_location_moved")), Ignored)


def test_a_block_becomes_a_turn_and_an_unblock_does_not() -> None:
    assert turn_of("blocked").unreadable is Unreadable.BLOCKED
    assert isinstance(read(payload("unblocked")), Ignored)


@pytest.mark.parametrize(
    "name", ["added_to_group", "group_text", "group_command", "group_became_supergroup"]
)
def test_groups_are_left(name: str) -> None:
    group = read(payload(name))
    assert isinstance(group, Group)
    assert group.hint == "fr"
    assert str(group.chat) not in repr(group)


def test_a_press_in_a_group_is_a_reason_to_leave_too() -> None:
    raw = payload("callback")
    raw["callback_query"]["message"]["chat"] = {"id": -5, "type": "supergroup"}
    assert read(raw) == Group(-5, "fr")


def test_being_thrown_out_of_a_group_asks_nothing() -> None:
    raw = payload("added_to_group")
    raw["my_chat_member"]["new_chat_member"]["status"] = "kicked"
    assert isinstance(read(raw), Ignored)


@pytest.mark.parametrize(
    "name",
    "channel_post reaction inline_query poll_answer business_message future_update pinned"
    " auto_delete_timer write_access callback_without_data callback_inline".split(),
)
def test_what_asks_nothing_is_ignored(name: str) -> None:
    assert isinstance(read(payload(name)), Ignored)


def test_other_bots_are_not_answered() -> None:
    raw = payload("text")
    raw["message"]["from"]["is_bot"] = True
    assert isinstance(read(raw), Ignored)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("x" * 4096, None),
        ("x" * 4097, Unreadable.TOO_LONG),
        ("😀" * 2048, None),
        ("😀" * 2049, Unreadable.TOO_LONG),
    ],
)
def test_length_is_counted_in_utf16(text: str, expected: Unreadable | None) -> None:
    raw = payload("text")
    raw["message"]["text"] = text
    arrival = read(raw)
    assert isinstance(arrival, Arrival)
    assert arrival.turn.unreadable is expected


def test_half_characters_and_nul_do_not_reach_the_database() -> None:
    raw = json.loads('{"update_id": 1, "message": {"message_id": 2, "text": "a\\ud83d\\u0000b"}}')
    raw["message"]["chat"] = {"id": 5, "type": "private"}
    arrival = read(raw)
    assert isinstance(arrival, Arrival)
    assert arrival.turn.text == "a\ufffdb"


@pytest.mark.parametrize("name", ["unparseable_callback"])
def test_a_press_on_nothing_is_ignored(name: str) -> None:
    assert isinstance(read(payload(name)), Ignored)


def _broken(change: Callable[[Json], object]) -> Json:
    raw = copy.deepcopy(payload("location"))
    change(raw)
    return raw


@pytest.mark.parametrize(
    "raw",
    [
        [],
        None,
        "text",
        {},
        {"update_id": "7"},
        {"update_id": True},
        {"update_id": 7, "message": []},
        {"update_id": 7, "message": {"text": "no chat"}},
        payload("unparseable_message"),
        _broken(lambda raw: raw["message"]["location"].update(latitude="north")),
        _broken(lambda raw: raw["message"]["location"].update(latitude=91)),
        _broken(lambda raw: raw["message"]["location"].update(longitude=float("nan"))),
        _broken(lambda raw: raw["message"].update(location=None)),
        _broken(lambda raw: raw["message"]["chat"].update(id="7")),
    ],
)
def test_what_has_not_the_form_of_an_update_is_unreadable(raw: object) -> None:
    with pytest.raises(UnreadableUpdate):
        read(raw)


def test_a_strange_language_code_is_no_hint() -> None:
    raw = payload("text")
    raw["message"]["from"]["language_code"] = "en'; --"
    arrival = read(raw)
    assert isinstance(arrival, Arrival)
    assert arrival.turn.hint is None


def test_updates_of_a_chat_share_a_lane_whatever_their_kind() -> None:
    names = ["text", "callback", "edited_text", "blocked", "unparseable_message"]
    assert {lane_of(payload(name)) for name in names} == {"5550100"}
    assert lane_of(payload("group_text")) != "5550100"


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=6,
)
FIELDS = sorted(
    {"message", "edited_message", "callback_query", "my_chat_member", "chat", "from", "data"}
    | {"message_id", "id", "text", "location", "latitude", "longitude", "new_chat_member", "type"}
)


@given(st.sampled_from(sorted(path.stem for path in PAYLOADS.glob("*.json"))), st.data())
def test_any_field_may_hold_anything(name: str, data: st.DataObject) -> None:
    raw = payload(name)
    holder: Json = raw
    while inner := [value for value in holder.values() if isinstance(value, dict)]:
        if data.draw(st.booleans()):
            break
        holder = data.draw(st.sampled_from(inner))
    holder[data.draw(st.sampled_from([*holder, *FIELDS]))] = data.draw(JSON)
    lane_of(raw)
    try:
        read(raw)
    except UnreadableUpdate:
        return
