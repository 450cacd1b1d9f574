import pytest

from bot.understanding import guess


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("i want to go home", "en"),
        ("je veux rentrer chez moi", "fr"),
        ("quiero volver a mi país", "es"),
        ("أريد العودة إلى بلدي", "ar"),
        ("من کمک می خواهم", "fa"),
        ("زه مرسته غواړم", "ps"),
        ("مجھے مدد چاہیے", "ur"),
        ("আমার সাহায্য দরকার", "bn"),
        ("yardım istiyorum", "tr"),
        ("Мне нужна помощь", "ru"),
        ("Мені потрібна допомога", "uk"),
        ("Preciso de ajuda, não sei onde estou", "pt"),
        ("waxaan rabaa caawimo", "so"),
        ("እርዳታ እፈልጋለሁ", "am"),
        ("ሓገዝ ኣበይ ኣሎ", "ti"),
        ("nataka msaada", "sw"),
        ("Tôi cần giúp đỡ", "vi"),
        ("我需要帮助", "zh"),
        ("助けてください", "ja"),
    ],
)
def test_a_clear_sentence_shows_its_language(text: str, language: str) -> None:
    assert guess(text) == language


@pytest.mark.parametrize("text", ["", "ok", "123", "Sfax", "😀", "\ud800", "mmmm", "سلام"])
def test_an_unclear_text_has_no_language(text: str) -> None:
    assert guess(text) is None
