"""How commands read batches and write JSON."""

import json
import sys
from collections.abc import Callable, Iterator
from typing import Any

from bot.errors import Invalid


class BadLine(Invalid):
    """A line of a batch is no JSON object with what the command needs; names the line."""


def print_json(value: object) -> None:
    """Print one JSON document."""
    print(json.dumps(value, ensure_ascii=False))


def run_batch(answer: Callable[[dict[str, Any]], dict[str, object]]) -> None:
    """Answer each JSON line of standard input with one JSON line, in order, with the same `id`."""
    for number, given in _lines():
        try:
            result = answer(given)
        except (KeyError, TypeError, ValueError):
            raise BadLine(f"line {number}: a field is missing or has the wrong form") from None
        sys.stdout.write(json.dumps({"id": given.get("id"), **result}, ensure_ascii=False) + "\n")
        sys.stdout.flush()


def _lines() -> Iterator[tuple[int, dict[str, Any]]]:
    for number, line in enumerate(sys.stdin, start=1):
        if not line.strip():
            continue
        try:
            given = json.loads(line)
        except ValueError:
            given = None
        if not isinstance(given, dict):
            raise BadLine(f"line {number} is no JSON object")
        yield number, given
