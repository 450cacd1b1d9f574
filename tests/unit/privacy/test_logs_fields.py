"""What our own lines name: every field is one that is kept, and every event a fixed word."""

import ast
from collections.abc import Iterator

from bot.privacy.logs import EVENT, FIELDS
from tests.architecture.sources import PROGRAM, calls, files

WRITING = ("log.info", "log.warning", "log.error")


def lines() -> Iterator[ast.Call]:
    """Yield every call that writes a line of ours."""
    for path in files(*PROGRAM):
        for call in calls(path):
            if ast.unparse(call.func) in WRITING:
                yield call


def test_every_field_that_is_named_is_kept_and_no_other_could_be() -> None:
    named = {one.arg for call in lines() for one in call.keywords}
    assert named == FIELDS


def test_every_event_is_a_fixed_word() -> None:
    written = [call.args[0] for call in lines()]
    fixed = [one.value for one in written if isinstance(one, ast.Constant)]
    assert len(fixed) > 30
    assert [one for one in fixed if not EVENT.fullmatch(str(one))] == []
    # What is chosen among words has a name; nothing is put together.
    assert [
        ast.unparse(one) for one in written if not isinstance(one, ast.Constant | ast.Name)
    ] == []
