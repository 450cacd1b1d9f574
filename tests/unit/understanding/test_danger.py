from pathlib import Path

import pytest

from bot.understanding import Kind, PhrasesMissing, danger
from bot.understanding.danger import phrases

SPOKEN = [
    ("he locked me in i cant get out", Kind.TRAFFICKING),
    ("Boss took my PASSPORT!!", Kind.TRAFFICKING),
    ("they won't let me leave", Kind.TRAFFICKING),
    ("mon patron a pris mon passeport", Kind.TRAFFICKING),
    ("me tienen encerrada", Kind.TRAFFICKING),
    ("كفيلي أخذ جوازي", Kind.TRAFFICKING),
    ("كَفيلي أخـذ جوازي", Kind.TRAFFICKING),
    ("my husband beats me", Kind.VIOLENCE),
    ("je suis en danger", Kind.VIOLENCE),
    ("me quieren matar", Kind.VIOLENCE),
    ("زوجي يضربني", Kind.VIOLENCE),
    ("they took my daughter", Kind.CHILD),
    ("خطفوا ابني", Kind.CHILD),
    ("i want to die", Kind.SUICIDE),
    ("je veux mourir", Kind.SUICIDE),
    ("our boat is sinking", Kind.SEA),
    ("القارب يغرق", Kind.SEA),
    ("nos abandonaron en el desierto", Kind.LAND),
    ("we cant breathe in the truck", Kind.LAND),
    ("they will deport me tomorrow", Kind.DETENTION),
    ("estoy detenido", Kind.DETENTION),
]
CALM = [
    "",
    "I lost my passport on the bus",
    "what is trafficking",
    "how do i pay my bank debt",
    "i am a journalist writing about forced labour",
    "nobody hits me",
    "i am not in danger",
    "the embassy has my passport",
    "can they deport me",
    "j'ai perdu mon passeport",
    "c'est quoi la traite",
    "perdí mi pasaporte",
    "qué pasa si me detienen",
    "فقدت جوازي",
    "ما هو الاتجار بالبشر",
]


@pytest.mark.parametrize(("text", "kind"), SPOKEN)
def test_danger_is_seen_whatever_language_was_chosen(text: str, kind: Kind) -> None:
    assert danger(text) is kind
    assert danger(text, "fr") is kind


@pytest.mark.parametrize("text", CALM)
def test_a_question_about_the_subject_is_no_danger(text: str) -> None:
    assert danger(text) is None


def test_distress_at_sea_comes_before_all_else() -> None:
    assert danger("my husband beats me and our boat is sinking") is Kind.SEA


def test_being_a_student_or_being_filmed_does_not_hide_danger() -> None:
    assert danger("i am a student and my boss took my passport") is Kind.TRAFFICKING
    assert danger("they film me and force me to have sex") is Kind.TRAFFICKING


@pytest.mark.parametrize(
    "content", ["kinds: [", "kinds: {sea: {en: ['|']}}", "{}", "kinds: {storm: {en: [x]}}", "1"]
)
def test_broken_phrases_are_named_at_once(tmp_path: Path, content: str) -> None:
    path = tmp_path / "phrases.yaml"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(PhrasesMissing):
        phrases(path)


def test_absent_phrases_are_named_at_once(tmp_path: Path) -> None:
    with pytest.raises(PhrasesMissing):
        phrases(tmp_path / "none.yaml")
