"""Every code that people see has one sentence."""

from bot.directory import (
    ANONYMITY_TEXT,
    LABEL_TEXT,
    WHO_TEXT,
    Anonymity,
    Label,
    Phone,
    What,
    Who,
    dialled,
    emergency_number,
)


def test_every_label_has_its_sentence() -> None:
    assert set(LABEL_TEXT) == set(Label)
    assert set(WHO_TEXT) == set(Who)
    assert set(ANONYMITY_TEXT) == set(Anonymity)


def test_sentences_are_short_and_calm() -> None:
    for text in LABEL_TEXT.values():
        assert text.template.endswith(".")
        assert "!" not in text.template
        assert len(text.template.split()) <= 16


def test_every_use_of_an_emergency_number_names_it() -> None:
    for what in What:
        said = emergency_number(Phone(dial="555", what=what))
        assert dict(said.values) == {"number": "555"}


def test_a_number_for_inside_the_country_is_said_as_such() -> None:
    inside = dialled(Phone(dial="80 555 100"))
    abroad = dialled(Phone(dial="030 23125 100", number="+493023125100"))
    assert inside.template == "From inside the country dial {number}."
    assert dict(abroad.values) == {"number": "+493023125100"}
