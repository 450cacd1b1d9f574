"""Pages: whole blocks where they fit, and never more than a message can carry."""

from hypothesis import given
from hypothesis import strategies as st

from bot.articles import MESSAGE_UNITS, pages, units
from tests.unit.articles.texts import article


def test_blocks_that_fit_share_a_page() -> None:
    assert pages(article("One.", "Two.")) == ("One.\n\nTwo.",)


def test_a_block_that_does_not_fit_starts_a_new_page() -> None:
    assert pages(article("a" * 400, "b" * 400)) == ("a" * 400, "b" * 400)


def test_a_long_paragraph_is_cut_between_sentences() -> None:
    sentence = "These are the words of a sentence."
    made = pages(article(" ".join([sentence] * 30)), limit=200)
    assert all(page.endswith("sentence.") and units(page) <= 200 for page in made)
    assert " ".join(made) == " ".join([sentence] * 30)


def test_a_long_list_is_cut_between_entries() -> None:
    made = pages(article("\n".join(f"• entry {n}" for n in range(40))), limit=100)
    assert all(line.startswith("• entry ") for page in made for line in page.split("\n"))


def test_a_sentence_longer_than_a_page_stays_whole_while_a_message_carries_it() -> None:
    assert pages(article("w " * 500 + "end."), limit=100) == ("w " * 500 + "end.",)


def test_arabic_sentences_end_at_the_arabic_question_mark() -> None:
    assert pages(article("هل يمكن ذلك؟ نعم يمكن ذلك."), limit=14) == (
        "هل يمكن ذلك؟",
        "نعم يمكن ذلك.",
    )


def test_an_empty_article_has_no_pages() -> None:
    assert pages(article()) == ()


def test_letters_outside_the_basic_plane_count_twice() -> None:
    assert units("a😀") == 3


@given(st.lists(st.text(alphabet="ab .\n😀", max_size=9000), max_size=4), st.integers(1, 9000))
def test_no_page_is_longer_than_a_message(blocks: list[str], limit: int) -> None:
    assert all(units(page) <= MESSAGE_UNITS for page in pages(article(*blocks), limit))
