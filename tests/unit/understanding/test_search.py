import pytest

from bot.understanding import Document, Hit, Index, Verdict, build, verdict

DOCUMENTS = [
    Document(
        "asylum.appeal",
        "en",
        "My request was refused",
        "A court can look at the decision again. Read the letter for the number of days.",
        ("they refused my asylum", "how do i appeal", "negative decision"),
    ),
    Document(
        "return.how-to-apply",
        "en",
        "How to go home with help",
        "The organisation pays for the ticket and helps with papers.",
        ("i want to go home", "help me return to my country"),
    ),
    Document(
        "asylum.appeal",
        "fr",
        "Ma demande est refusée",
        "Un tribunal peut revoir la décision.",
        ("mon asile est refusé", "faire un recours"),
    ),
    Document(
        "return.how-to-apply",
        "fr",
        "Rentrer avec une aide",
        "Le billet est payé.",
        ("je veux rentrer chez moi", "aide au retour"),
    ),
    Document(
        "asylum.appeal",
        "ar",
        "رفض طلب اللجوء",
        "يمكن للمحكمة أن تنظر في القرار.",
        ("رفضوا طلب اللجوء", "كيف أستأنف"),
    ),
    Document(
        "return.how-to-apply",
        "ar",
        "العودة إلى البلد",
        "المنظمة تدفع التذكرة.",
        ("أريد العودة إلى بلدي", "مساعدة للعودة"),
    ),
]


@pytest.fixture(scope="module")
def index() -> Index:
    return build(DOCUMENTS)


@pytest.mark.parametrize(
    ("text", "language", "article"),
    [
        ("they refused my asylum what now", "en", "asylum.appeal"),
        ("apeal a negativ desision", "en", "asylum.appeal"),
        ("going home", "en", "return.how-to-apply"),
        ("je voudrais rentrer à la maison", "fr", "return.how-to-apply"),
        ("mon asile a été refusée", "en", "asylum.appeal"),
        ("رفض اللجوء", "ar", "asylum.appeal"),
        ("أُريدُ العَودة", "ar", "return.how-to-apply"),
        ("orid al3awda ila baladi", "ar", "return.how-to-apply"),
        ("رفضوا طلبي", None, "asylum.appeal"),
    ],
)
def test_the_right_article_comes_first(
    index: Index, text: str, language: str | None, article: str
) -> None:
    assert index.search(text, language)[0].id == article


@pytest.mark.parametrize("text", ["", "🍕", "zzzz qqqq", "12345", "\ud800"])
def test_nothing_in_common_finds_nothing(index: Index, text: str) -> None:
    assert verdict(index.search(text, "en")) is Verdict.NOTHING


def test_scores_stay_between_none_and_whole(index: Index) -> None:
    hits = index.search("they refused my asylum", "en")
    assert all(0 <= hit.score <= 1 for hit in hits)
    assert hits[0].score > 0.8


def test_no_more_hits_than_asked_for(index: Index) -> None:
    assert len(index.search("help", "en", limit=1)) <= 1


def test_an_unknown_language_searches_in_all(index: Index) -> None:
    assert index.search("faire un recours", "xx")[0].id == "asylum.appeal"


def test_an_index_of_nothing_finds_nothing() -> None:
    assert build([]).search("asylum", "en") == ()


@pytest.mark.parametrize(
    ("scores", "expected"),
    [
        ([], Verdict.NOTHING),
        ([0.05], Verdict.NOTHING),
        ([0.9, 0.2], Verdict.DIRECT),
        ([0.9, 0.85], Verdict.CHOICES),
        ([0.25, 0.01], Verdict.CHOICES),
        ([0.9], Verdict.DIRECT),
    ],
)
def test_only_a_clear_lead_answers_at_once(scores: list[float], expected: Verdict) -> None:
    assert verdict([Hit(f"a.{n}", score) for n, score in enumerate(scores)]) is expected
