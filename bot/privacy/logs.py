"""Logs that cannot leak: JSON lines on standard error, made of words we chose.

Our own lines, those that `Log` writes, keep only the fields listed here, and of them only words of
a program and numbers.  Of what libraries log nothing is kept but where it came from and the class
(and SQLSTATE) of the error: HTTP clients print bot tokens, database drivers print rows, whatever
their settings say.
"""

import inspect
import json
import logging
import re
import sys
import threading
import traceback
from datetime import UTC, datetime
from types import TracebackType
from typing import Any, TextIO

FIELDS = frozenset("channel code count method office size status tries".split())
"""What our lines may name; a test holds it to what they do name."""
EVENT = re.compile(r"[a-z][a-z0-9-]{0,59}")
VALUE = re.compile(r"[A-Za-z][A-Za-z0-9._:-]{0,59}")
"""A word of ours: no blank, no number to call, no code."""
WORDS = {"code": re.compile(r"[a-z][a-z0-9-]{0,39}"), "sqlstate": re.compile(r"[0-9A-Z]{5}")}
"""What of an error is a word of a program, and the form it must have to be believed."""
NAME = re.compile(r"[A-Za-z_]\w{0,39}(\.[A-Za-z_]\w{0,39}){0,9}", re.ASCII)
"""The name of a module, after which loggers are called."""
DEEPEST = 4

ExcInfo = tuple[type[BaseException], BaseException, TracebackType | None]


class Fields(dict[str, object]):
    """What a line of ours names; a class of its own, so that no library's extra passes for it."""


class JsonFormatter(logging.Formatter):
    """Writes one JSON object a line, without a word that came from outside."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the line: time, level, logger, event, listed fields, error class and frames."""
        line: dict[str, Any] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name if NAME.fullmatch(record.name) else "other",
        }
        # Not the logger's name: a library logs by our module where we derive from its class.
        given, event = getattr(record, "fields", None), record.msg
        if isinstance(given, Fields) and isinstance(event, str) and EVENT.fullmatch(event):
            line["event"] = event
            line |= {name: value for name, value in given.items() if _may_stand(name, value)}
        else:
            line["event"] = f"{record.module}:{record.lineno}"
        if record.exc_info and record.exc_info[1] is not None:
            line["error"] = describe(record.exc_info[1])
        return json.dumps(line)


class SafeHandler(logging.StreamHandler[TextIO]):
    """Writes lines; of one that cannot be written it shows nothing, where Python would show all."""

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802 - the library's name
        """Let the line go: there is nowhere to say so but where it could not be said."""


def _may_stand(name: str, value: object) -> bool:
    """Tell whether a field is listed and holds a word of a program or a number."""
    if name not in FIELDS:
        return False
    if isinstance(value, str):
        return VALUE.fullmatch(value) is not None
    return value is None or isinstance(value, bool | int | float)


def describe(error: BaseException, deep: int = DEEPEST) -> dict[str, Any]:
    """Return class, code, SQLSTATE and frames of an error and its causes, never its text."""
    seen: dict[str, Any] = {"class": type(error).__name__}
    for name, form in WORDS.items():
        if isinstance(value := _read(error, name), str) and form.fullmatch(value):
            seen[name] = str(value)
    frames = traceback.extract_tb(error.__traceback__)[-6:]
    seen["at"] = [f"{one.filename.rpartition('/')[2]}:{one.lineno}:{one.name}" for one in frames]
    cause = _read(error, "orig") or error.__cause__
    if isinstance(cause, BaseException) and deep > 0:
        seen["cause"] = describe(cause, deep - 1)
    return seen


def _read(error: BaseException, name: str) -> object:
    """Return what stands in an error, or in its class; nothing of a library's is run for it."""
    return inspect.getattr_static(error, name, None)


class Log:
    """A logger whose events are fixed words and whose values are named fields."""

    def __init__(self, name: str) -> None:
        self._logger = logging.getLogger(name)

    def info(self, event: str, **fields: object) -> None:
        """Write what happened as it should."""
        self._logger.info(event, extra={"fields": Fields(fields)})

    def warning(self, event: str, error: BaseException | None = None, **fields: object) -> None:
        """Write what went wrong and was dealt with."""
        self._logger.warning(event, extra={"fields": Fields(fields)}, exc_info=error)

    def error(self, event: str, error: BaseException | None = None, **fields: object) -> None:
        """Write what went wrong and needs somebody."""
        self._logger.error(event, extra={"fields": Fields(fields)}, exc_info=error)


def set_up_logs(level: str = "INFO") -> None:
    """Send every logger of this process, libraries too, through the one safe formatter."""
    handler = SafeHandler(sys.stderr)
    handler.setFormatter(JsonFormatter())
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)
    for name in list(logging.root.manager.loggerDict):
        logging.getLogger(name).handlers.clear()
        logging.getLogger(name).propagate = True
    logging.captureWarnings(True)
    _keep_traces_in()


def _keep_traces_in() -> None:
    """Let what nobody caught be logged like the rest: Python would print its words and values."""
    log = Log("bot")

    def at_the_end(_kind: type[BaseException], error: BaseException, _at: object) -> None:
        log.error("ended-by-a-fault", error)
        sys.stderr.write(f"waypoint: a fault of the program ended it: {type(error).__name__}\n")

    sys.excepthook = at_the_end
    threading.excepthook = lambda given: log.error("thread-failed", given.exc_value)
    sys.unraisablehook = lambda given: log.error("not-raisable", given.exc_value)
