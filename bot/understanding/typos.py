"""Names of places one or two slips away from what was typed.

One slip is found by trying every slip (Norvig's way: no index needed, a thousand look-ups take
a millisecond); two slips only in longer words that begin right.
"""

from rapidfuzz import process
from rapidfuzz.distance import OSA

from bot.understanding.gazetteer import KEPT, OTHER, Gazetteer

SHORTEST = 5
_LONG = 8
_LATIN = "abcdefghijklmnopqrstuvwxyz"
_ARABIC = "ابتثجحخدذرزسشصضطظعغفقكلمنهويپچژگڤ"
_CYRILLIC = "абвгдежзиклмнопрстуфхцчшщъыьэюяіє"
_MIN_ONE = 15_000
_MIN_TWO = 100_000


def near_names(word: str, base: Gazetteer) -> list[str]:
    """Return the names near a folded word, nearest and largest first; none for a short word."""
    if not SHORTEST <= len(word) <= 30:
        return []
    one = _believed(base, _one_slip(word), _MIN_ONE)
    if one or len(word) < _LONG:
        return one
    similar = process.extract(
        word, base.names_from(word[:2]), scorer=OSA.distance, score_cutoff=2, limit=20
    )
    return _believed(base, [name for name, _, _ in similar], _MIN_TWO)


def _believed(base: Gazetteer, names: list[str], least: int) -> list[str]:
    """Keep countries, and towns large enough or kept by hand; countries and large ones first."""
    lands, towns = base.lands(names), base.towns(names)
    weight: dict[str, int] = {}
    for name in names:
        if name in lands and len(name) >= SHORTEST:
            weight[name] = 10**9 + lands[name][0].people
            continue
        sizes = [
            max(t.people, least) for t in towns.get(name, [])
            if t.rank == KEPT or (t.people >= least * (3 if t.rank == OTHER else 1))
        ]  # fmt: skip
        if sizes:
            weight[name] = max(sizes)
    return sorted(weight, key=lambda name: -weight[name])[:3]


def _one_slip(word: str) -> list[str]:
    """Give every text one letter left out, added, changed or swapped away."""
    letters = next((a for a in (_LATIN, _ARABIC, _CYRILLIC) if word[0] in a), "")
    cuts = [(word[:n], word[n:]) for n in range(len(word) + 1)]
    made = {a + b[1:] for a, b in cuts if b}
    made |= {a + b[1] + b[0] + b[2:] for a, b in cuts if len(b) > 1}
    made |= {a + c + b[1:] for a, b in cuts if b for c in letters}
    made |= {a + c + b for a, b in cuts for c in letters + " "}
    return sorted(made - {word})
