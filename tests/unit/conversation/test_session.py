"""What is remembered between two turns."""

from hypothesis import given
from hypothesis import strategies as st

from bot.conversation import Session

texts = st.text(max_size=20)
sessions = st.builds(
    Session,
    language=st.none() | texts,
    chosen=st.booleans(),
    country=st.none() | texts,
    step=st.none() | texts,
    slots=st.dictionaries(texts, texts),
)


@given(sessions)
def test_a_session_survives_being_stored(session: Session) -> None:
    assert Session.from_json(session.to_json()) == session


def test_answers_are_added_to_a_new_session_and_the_old_one_stays() -> None:
    first = Session().put(a="1")
    second = first.put(b="2")
    assert dict(first.slots) == {"a": "1"}
    assert dict(second.drop("a").slots) == {"b": "2"}


def test_a_prefix_is_dropped_as_a_whole() -> None:
    session = Session().put(**{"refer.words": "=x", "refer.at": "urgent", "place": "Sfax"})
    assert dict(session.without("refer.").slots) == {"place": "Sfax"}


def test_answers_are_never_printed() -> None:
    assert "canary" not in repr(Session().put(words="canary"))
