"""The commands that read only `knowledge/` and `locales/`, as an operator or a script sees them."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]
SECONDS = 60


def waypoint(*words: str, given: str = "") -> subprocess.CompletedProcess[str]:
    """Run a command as a process of its own, with no database and no server."""
    return subprocess.run(
        [sys.executable, "-m", "bot", *words],
        cwd=ROOT,
        input=given,
        capture_output=True,
        text=True,
        timeout=SECONDS,
        check=False,
    )


def answered(*words: str, given: str = "") -> Any:
    """Return the JSON that a command prints; it must end well and say nothing else."""
    ended = waypoint(*words, given=given)
    assert ended.returncode == 0
    assert ended.stderr == ""
    return json.loads(ended.stdout)


def batch(command: str, *questions: dict[str, object]) -> list[Any]:
    """Return the answers to a batch, which come in the order of the questions."""
    ended = waypoint(command, "--batch", given="".join(f"{json.dumps(one)}\n" for one in questions))
    assert ended.returncode == 0
    answers = [json.loads(line) for line in ended.stdout.splitlines()]
    assert [one["id"] for one in answers] == [one["id"] for one in questions]
    return answers


def test_locate_names_country_town_and_all_candidates() -> None:
    sfax, tripoli, nowhere = batch(
        "locate",
        {"id": 1, "text": "i am in Sfax tunisia"},
        {"id": "two", "text": "Tripoli", "locale": "en"},
        {"id": 3, "text": "hello"},
    )
    assert (sfax["country"], sfax["city"]) == ("TN", "Sfax")
    assert {one["country"] for one in tripoli["candidates"]} >= {"LY", "LB"}
    assert nowhere == {
        "id": 3, "country": None, "city": None, "lat": None, "lon": None, "candidates": []
    }  # fmt: skip


def test_nearest_stays_in_the_country_and_shows_what_the_contract_says() -> None:
    (found,) = batch("nearest", {"id": "a", "lat": 34.74, "lon": 10.76})
    places = found["places"]
    assert {one["country"] for one in places if one["country"] != "XX"} == {"TN"}
    assert any(one["kind"] == "emergency" for one in places)
    assert places[0].keys() == {
        "id", "name", "kind", "country", "city", "distance_km", "open_now", "phones", "anonymous"
    }  # fmt: skip


def test_ask_finds_the_article_sees_danger_and_abstains() -> None:
    appeal, locked, noise = batch(
        "ask",
        {"id": 1, "locale": "en", "text": "they refused my asylum, how do i appeal"},
        {"id": 2, "locale": "fr", "text": "il m a enfermé je ne peux pas sortir"},
        {"id": 3, "locale": None, "text": "asdf qwer"},
    )
    assert appeal["answers"][0]["id"] == "asylum.appeal"
    assert (locked["distress"], locked["kind"]) == (True, "trafficking")
    assert (noise["distress"], noise["kind"], noise["answers"]) == (False, None, [])


def test_an_article_is_listed_and_shown_with_its_sources() -> None:
    assert "asylum.appeal" in {one["id"] for one in answered("articles", "--json")}
    shown = answered("articles", "asylum.appeal", "--locale", "ar", "--json")
    assert shown["language"] == "ar"
    assert shown["sources"]
    assert shown["checked"]


def test_the_content_that_is_shipped_passes_and_is_counted() -> None:
    assert waypoint("content", "check").returncode == 0
    counted = answered("content", "stats", "--json")
    assert set(counted["locales"]) == {"en", "fr", "es", "ar"}
    assert all(one["messages"] == 100 for one in counted["locales"].values())


@pytest.mark.parametrize(
    ("words", "given"),
    [
        (("articles", "no.such"), ""),
        (("nearest", "--lat", "999", "--lon", "0"), ""),
        (("nearest", "--lat", "1", "--lon", "1", "--service", "magic"), ""),
        (("locate", "--batch"), "no json\n"),
        (("locate", "--batch"), '{"id": 1}\n'),
        (("no-such-command",), ""),
    ],
    ids=["article", "position", "service", "no-json", "no-text", "command"],
)
def test_wrong_use_ends_with_two_and_no_trace(words: tuple[str, ...], given: str) -> None:
    ended = waypoint(*words, given=given)
    assert ended.returncode == 2
    assert ended.stderr
    assert "Traceback" not in ended.stderr
