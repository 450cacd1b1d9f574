import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.understanding import digits, fold, tokens


@pytest.mark.parametrize(
    ("written", "folded"),
    [
        ("Düsseldorf", "dusseldorf"),
        ("İSTANBUL", "istanbul"),
        ("Łódź", "lodz"),
        ("Đà Nẵng", "da nang"),
        ("Ёлка", "елка"),
        ("الخُرطوم", "الخرطوم"),
        ("ھرات", "هرات"),
        ("کابل", "كابل"),
        ("مدرسة", "مدرسه"),
        ("إلى أين", "الي اين"),
        ("می‌شود", "مي شود"),
        ("سـلام", "سلام"),
        ("ሐኪም", "ሀኪም"),
        ("ﬁn\u200b\u202e!", "fin!"),
        ("a\x00b\ud800c", "a bc"),
        ("٤٨٢١ ۹۰۳۵ ২", "4821 9035 2"),
    ],
)
def test_spellings_of_one_word_become_one(written: str, folded: str) -> None:
    assert fold(written) == folded


@pytest.mark.parametrize("word", ["বাংলাদেশ", "हिन्दी", "မြန်မာ", "ภาษาไทย", "தமிழ்"])
def test_words_with_vowel_signs_stay_whole(word: str) -> None:
    assert len(tokens(word)) == 1


def test_an_apostrophe_parts_two_words() -> None:
    assert tokens("j'ai peur d’Agadès") == ["j", "ai", "peur", "d", "agades"]


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("4821 9035", "48219035"),
        ("٤٨٢١-٩٠٣٥", "48219035"),
        ("۱۱۸ ۴۰۲ ۹۷۷ ۶۴۰", "118402977640"),
        ("\u200f১২\u200e – ৩\u2066", "123"),
        ("1\ufe0f\u20e3", "1"),
        ("12.03/4", "12034"),
        ("0", "0"),
    ],
)
def test_digits_of_every_script_are_read(typed: str, found: str) -> None:
    assert digits(typed) == found


@pytest.mark.parametrize("typed", ["", "  ", "--", "12a", "twelve", "1,5", "½", "#1", "٤٢ سنة"])
def test_a_text_that_is_no_number_has_no_digits(typed: str) -> None:
    assert digits(typed) is None


@given(st.text(st.characters()))
def test_folding_twice_changes_nothing(text: str) -> None:
    assert fold(fold(text)) == fold(text)


@given(st.text(st.characters(categories=["Nd"]), min_size=1))
def test_every_decimal_digit_is_known(text: str) -> None:
    found = digits(text)
    assert found is not None
    assert len(found) == len(text)
    assert found.isascii()
