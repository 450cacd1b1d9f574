"""How often a text of an officer that asks for too much is noticed, by language.

Reads the held-out sentences of `tests/unit/referrals`, which no rule was mended with: the share of
asks that are noticed, and of harmless texts that are not let through.  The code is counted twice:
where the text is stopped, and where it is stopped or asked about because it names the code.

    python -m benchmarks.asking [--tuned] [--json]
"""

import argparse
import json
import sys
from collections.abc import Mapping
from pathlib import Path

import yaml

from bot.referrals import STOPS, Concern, concerns

SENTENCES = Path(__file__).parents[1] / "tests" / "unit" / "referrals"
WANTED = {
    "code, stopped": frozenset(STOPS),
    "code, stopped or asked about": frozenset({Concern.CODE, Concern.CODE_NAMED}),
    "papers": frozenset({Concern.PAPERS}),
    "private place": frozenset({Concern.PRIVATE_PLACE}),
}
STOPPED_WRONGLY = 0.02
"""The share of harmless texts that may be stopped."""


def main() -> int:
    """Measure and print; 1 where too many harmless texts are stopped."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--tuned", action="store_true", help="the sentences the rules were made of")
    parser.add_argument("--json", action="store_true")
    wanted = parser.parse_args()
    name = "asking.yaml" if wanted.tuned else "asking-held-out.yaml"
    result = measured(yaml.safe_load((SENTENCES / name).read_text(encoding="utf-8")))
    if wanted.json:
        print(json.dumps(result))
    else:
        for language, rows in result.items():
            for what, (noticed, wrongly) in rows.items():
                print(f"{language:>4} {what:<29} noticed {noticed:4.0%}  wrongly {wrongly:5.1%}")
    return 0 if result["all"]["code, stopped"][1] < STOPPED_WRONGLY else 1


def measured(
    sentences: Mapping[str, Mapping[str, list[str]]],
) -> dict[str, dict[str, tuple[float, float]]]:
    """Return by language and concern the shares (0 to 1) noticed and wrongly noticed."""
    every = {
        kind: [one for language in sentences.values() for one in language[kind]]
        for kind in next(iter(sentences.values()))
    }
    return {
        language: {
            what: (share(texts[min(wanted).value], wanted), share(texts["none"], wanted))
            for what, wanted in WANTED.items()
        }
        for language, texts in {**sentences, "all": every}.items()
    }


def share(texts: list[str], wanted: frozenset[Concern]) -> float:
    """Return which share of texts raises one of these concerns."""
    return sum(bool(concerns(one) & wanted) for one in texts) / len(texts)


if __name__ == "__main__":
    sys.exit(main())
