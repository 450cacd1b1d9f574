"""What is edited, what is sent, where a long text is cut, which keyboards go."""

from hypothesis import given
from hypothesis import strategies as st

from bot.channels.telegram.render import LONGEST, Screen, pieces_of, place, split, units
from bot.conversation import Button, Rendered, RenderedMessage
from tests.telegram.bot_api.checks import units as units_of_telegram
from tests.telegram.core import reply, say

MENU = (("topic:asylum", "1 Asylum"), ("leave", "0 Leave"))


def test_a_typed_turn_sends_and_takes_the_old_keyboard_away() -> None:
    hello = reply(say("Hello.", MENU))
    shown = place(hello, None, Screen(newest=9, keyboards=(7,)))
    assert (shown.edit, shown.strip) == (None, (7,))
    assert [button.id for row in pieces_of(hello)[0].keyboard for button in row] == [
        "topic:asylum",
        "leave",
    ]


def test_a_press_on_the_newest_message_edits_it() -> None:
    shown = place(reply(say("Next.", MENU)), "7", Screen(newest=7, keyboards=(7,)))
    assert (shown.edit, shown.strip) == (7, ())


def test_a_press_on_an_old_message_sends_below_and_takes_both_keyboards_away() -> None:
    shown = place(reply(say("Next.", MENU)), "5", Screen(newest=9, keyboards=(5, 8)))
    assert (shown.edit, shown.strip) == (None, (5, 8))


def test_a_press_on_a_message_that_was_forgotten_edits_it_if_nothing_is_below() -> None:
    assert place(reply(say("Next.")), "5", Screen()).edit == 5


def test_without_a_new_keyboard_the_old_one_stays() -> None:
    shown = place(reply(say("One moment.")), None, Screen(newest=9, keyboards=(7,)))
    assert shown.strip == ()


def test_only_the_first_of_several_messages_is_an_edit() -> None:
    two = reply(say("One."), say("Two.", MENU))
    assert place(two, "7", Screen(newest=7, keyboards=(7,))).edit == 7
    assert [piece.text for piece in pieces_of(two)] == ["One.", "Two."]
    assert [bool(piece.keyboard) for piece in pieces_of(two)] == [False, True]


def test_a_code_is_sent_protected_and_never_edited_in() -> None:
    secret = reply(say("It is there.", MENU, code="1"))
    shown = place(secret, "7", Screen(newest=7, keyboards=(7,)))
    assert (shown.edit, shown.strip) == (None, (7,))
    assert pieces_of(secret)[0].protect


def test_a_wipe_edits_and_strips_nothing() -> None:
    shown = place(reply(say("Merci."), wipe=True), "7", Screen(newest=7, keyboards=(7,)))
    assert (shown.edit, shown.strip) == (None, ())


def test_nothing_to_say_shows_nothing() -> None:
    shown = place(reply(), "7", Screen(newest=7, keyboards=(7,)))
    assert (shown.edit, shown.strip) == (None, (7,))


def test_a_button_telegram_would_refuse_does_not_take_the_message_with_it() -> None:
    row = (("x" * 65, "too long"), ("é" * 32, "fits"), ("empty", " "))
    piece = pieces_of(reply(say("Hello.", row)))[0]
    assert piece.keyboard == ((Button("é" * 32, "fits"),),)


def test_a_message_id_that_is_no_number_is_no_reason_to_fail() -> None:
    assert place(reply(say("Next.")), "²", Screen()).edit is None


def test_a_long_text_is_cut_between_paragraphs_and_keeps_its_keyboard_last() -> None:
    text = "\n\n".join(["a" * 3000, "b" * 3000, "c" * 50])
    pieces = pieces_of(reply(say(text, MENU)))
    assert [piece.text[0] for piece in pieces] == ["a", "b"]
    assert pieces[1].text.endswith("c" * 50)
    assert [bool(piece.keyboard) for piece in pieces] == [False, True]


def test_an_empty_text_can_still_carry_a_keyboard() -> None:
    assert pieces_of(reply(say(" ", MENU)))[0].text == "…"


@given(st.text(alphabet=st.sampled_from("a. \n😀é"), max_size=12_000))
def test_no_piece_is_too_long_and_no_word_is_lost(text: str) -> None:
    pieces = split(text)
    assert all(units(piece) <= LONGEST for piece in pieces)
    assert all(units(piece) == units_of_telegram(piece) for piece in pieces)
    lost = "".join(text.split()) if text.strip() else "…"
    assert "".join("".join(pieces).split()) == lost


def test_each_piece_of_a_late_reply_begins_with_the_line_that_says_nothing() -> None:
    told = RenderedMessage("m1", "\n\n".join("police " * 400 for _ in range(3)))
    late = Rendered((told,), "en", "ltr", late="It took longer.").as_late()
    pieces = pieces_of(late)
    assert len(pieces) > 2
    assert {piece.text[:80] for piece in pieces} == {"It took longer.".ljust(80, "·")}
    assert all(units(piece.text) <= 4096 for piece in pieces)
    assert late.as_late() == late
