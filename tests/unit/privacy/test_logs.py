"""Logs hold words we chose, and nothing that came from outside, at any level."""

import io
import json
import logging
import subprocess
import sys
from collections.abc import Iterator

import pytest

from bot.errors import Invalid
from bot.privacy import Log
from bot.privacy.logs import JsonFormatter, describe

CANARY = "CANARY boss has my passport"


class Refusing(Exception):
    """A library's error, which quotes a row."""

    sqlstate = "23505"


class OddCode(Exception):
    """An error whose code is no word of ours."""

    code = CANARY * 9


class TooOdd(Invalid):
    """An error of ours."""


@pytest.fixture
def written() -> Iterator[io.StringIO]:
    """Send every record through our formatter into a buffer."""
    buffer = io.StringIO()
    handler = logging.StreamHandler(buffer)
    handler.setFormatter(JsonFormatter())
    root = logging.getLogger()
    level = root.level
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    yield buffer
    root.removeHandler(handler)
    root.setLevel(level)


def caught(error: Exception, cause: Exception | None = None) -> Exception:
    try:
        raise error from cause
    except Exception as raised:  # noqa: BLE001 - the test's own
        return raised


def test_a_line_is_one_json_object_with_our_words(written: io.StringIO) -> None:
    Log("bot.test").info("turn-failed", channel="web", count=3)
    line = json.loads(written.getvalue())
    assert (line["event"], line["channel"], line["count"]) == ("turn-failed", "web", 3)
    assert (line["level"], line["logger"]) == ("info", "bot.test")
    assert line["time"].endswith("+00:00")


def test_a_field_that_is_not_listed_is_left_out(written: io.StringIO) -> None:
    Log("bot.test").info("turn-failed", channel="web", words=CANARY, person=CANARY)
    line = json.loads(written.getvalue())
    assert "words" not in line
    assert "CANARY" not in written.getvalue()


@pytest.mark.parametrize("name", ["httpx", "procrastinate.worker", "sqlalchemy.engine", "botox"])
def test_of_a_library_only_the_place_is_kept(written: io.StringIO, name: str) -> None:
    logging.getLogger(name).error(
        "called %s with %s", CANARY, {"args": CANARY}, extra={"x": CANARY}
    )
    line = json.loads(written.getvalue())
    assert "CANARY" not in written.getvalue()
    assert line["event"].startswith("test_logs:")


def test_a_library_that_logs_under_our_name_is_still_a_library(written: io.StringIO) -> None:
    # A class derived from a library's, such as our pool, makes the library log by our module.
    logging.getLogger("bot.store.engine.Pool").warning("row canary-4711 is gone")
    assert "canary-4711" not in written.getvalue()
    assert json.loads(written.getvalue())["event"].startswith("test_logs:")


def test_a_library_that_names_its_own_fields_is_still_a_library(written: io.StringIO) -> None:
    more = {"fields": {"channel": CANARY, "kind": CANARY}}
    logging.getLogger("structured").error(CANARY, extra=more)
    assert "CANARY" not in written.getvalue()
    assert json.loads(written.getvalue())["event"].startswith("test_logs:")


@pytest.mark.parametrize("name", [f"client.{CANARY}", "peer.+21671009955", "118402977640"])
def test_a_logger_named_after_somebody_is_not_named(written: io.StringIO, name: str) -> None:
    logging.getLogger(name).error("hello")
    assert json.loads(written.getvalue())["logger"] == "other"


@pytest.mark.parametrize(
    "value",
    [
        CANARY,
        "118402977640",
        "+21671009955",
        "two\nlines",
        "x" * 90,
        b"canary",
        [1],
        {},
        OddCode(CANARY),
    ],
)
def test_a_value_that_is_no_word_and_no_number_is_left_out(
    written: io.StringIO, value: object
) -> None:
    Log("bot.test").info("turn-failed", channel=value, count=3)
    line = json.loads(written.getvalue())
    assert (line["count"], "channel" in line) == (3, False)


def test_an_event_that_is_no_word_is_left_out(written: io.StringIO) -> None:
    Log("bot.test").info(f"turn of {CANARY}")
    assert "CANARY" not in written.getvalue()


@pytest.mark.parametrize("code", ["118402977640", "21671009955", "-", "9f2c1a"])
def test_a_number_is_no_code_of_an_error(code: str) -> None:
    error = OddCode()
    error.code = code
    assert "code" not in describe(caught(error))


def test_an_error_that_does_not_let_itself_be_read_is_told_all_the_same(
    written: io.StringIO,
) -> None:
    class Shut(Exception):
        @property
        def code(self) -> str:
            raise KeyError(CANARY)

    logging.getLogger("library").error("called %s", CANARY, exc_info=caught(Shut(CANARY)))
    assert json.loads(written.getvalue())["error"]["class"] == "Shut"
    assert "CANARY" not in written.getvalue()


def test_a_line_that_cannot_be_written_says_nothing_of_itself(
    capfd: pytest.CaptureFixture[str],
) -> None:
    program = (
        "import logging, sys\nfrom bot.privacy import set_up_logs\nset_up_logs('DEBUG')\n"
        "class Broken(Exception):\n    orig = property(lambda self: 1 / 0)\n"
        "sys.stderr.write = lambda text, write=sys.stderr.write: write(text) if 'hook' in text"
        " else (_ for _ in ()).throw(ValueError(text))\n"
        f"logging.getLogger('x').error('called %s', '{CANARY}')\n"
    )
    ended = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, timeout=30, check=False
    )
    assert ended.returncode == 0
    assert "CANARY" not in ended.stderr
    assert "Traceback" not in ended.stderr


def test_an_error_is_its_class_code_and_frames(written: io.StringIO) -> None:
    error = caught(TooOdd(CANARY), caught(Refusing(CANARY)))
    Log("bot.test").error("turn-failed", error)
    described = json.loads(written.getvalue())["error"]
    assert (described["class"], described["code"]) == ("TooOdd", "too-odd")
    assert (described["cause"]["class"], described["cause"]["sqlstate"]) == ("Refusing", "23505")
    assert described["at"][-1].startswith("test_logs.py:")
    assert "CANARY" not in written.getvalue()


def test_a_code_that_is_no_word_is_left_out() -> None:
    assert "CANARY" not in json.dumps(describe(caught(OddCode())))


def test_causes_that_go_round_in_a_circle_end() -> None:
    first, second = Refusing("a"), Refusing("b")
    first.__cause__, second.__cause__ = second, first
    assert "Refusing" in json.dumps(describe(first))


@pytest.mark.parametrize(
    "code",
    [
        f"raise ValueError('{CANARY}')",
        f"import threading; t=threading.Thread(target=lambda: 1/0 or '{CANARY}'); t.start()",
        f"import warnings; warnings.warn('{CANARY}')",
        f"import logging; logging.getLogger('x').error('{CANARY}')",
        f"import asyncio\nasync def f():\n    asyncio.get_running_loop().create_task(g())\n"
        f"    await asyncio.sleep(0.01)\nasync def g():\n    raise ValueError('{CANARY}')\n"
        "asyncio.run(f())",
    ],
)
def test_what_nobody_caught_is_told_without_its_words(code: str) -> None:
    program = f"from bot.privacy import set_up_logs\nset_up_logs('DEBUG')\n{code}"
    ended = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, timeout=30, check=False
    )
    assert "CANARY" not in ended.stderr
    assert "Traceback" not in ended.stderr
    assert ended.stderr.count("\n") >= 1
