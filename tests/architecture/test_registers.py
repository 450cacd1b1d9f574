"""Lists that must be complete: handlers, choices of the contract, error codes, settings."""

import importlib
import pkgutil
import re
from collections import defaultdict
from types import ModuleType

import pytest

import bot
import handlers
from bot.config import PREFIX, Settings
from bot.conversation import Knowledge, listed
from bot.errors import BotError
from bot.referrals import Category
from handlers import HANDLERS
from handlers.refer.questions import DEFAULTS, ONLY, STEPS, VALUES
from tests.architecture.sources import ROOT

CARRIES = 64
CONTRACT = (
    "start lang topic article sources useful near place country danger refer receipt leave erase "
    "about"
).split()
"""The first parts of the choices of `contract.md` section 5, as far as they are built."""
COMMANDS = ("/start", "/lang", "/info", "/office", "/number", "/clear")


def test_every_handler_is_listed() -> None:
    modules = [
        importlib.import_module(f"handlers.{one.name}")
        for one in pkgutil.iter_modules(handlers.__path__)
    ]
    able = {one.__name__ for one in modules if hasattr(one, "CHOICES")}
    assert able == {one.__name__ for one in HANDLERS}


@pytest.mark.parametrize("module", HANDLERS, ids=lambda module: module.__name__)
def test_a_handler_says_what_it_listens_to(module: ModuleType) -> None:
    assert all(isinstance(getattr(module, name), tuple) for name in ("CHOICES", "STEPS"))
    assert callable(module.handle)
    assert all(one.startswith("/") for one in module.COMMANDS)


def test_every_choice_and_command_of_the_contract_is_answered() -> None:
    table = listed(HANDLERS)
    assert [one for one in CONTRACT if table.of(one) is None] == []
    assert [one for one in COMMANDS if one not in table.commands] == []
    assert [one for one in table.commands.values() if table.of(one) is None] == []


def test_the_questions_of_a_request_stand_in_the_order_of_the_contract() -> None:
    asked = [one for one in STEPS if one not in ONLY]
    assert " ".join(asked) == ("safe for about place urgent contact words consent share code send")
    meant = {"for": "me", "about": "other", "urgent": "soon", "contact": "code", "share": "no"}
    assert meant.items() <= DEFAULTS.items()
    assert VALUES["about"] == frozenset(Category)


def test_every_choice_fits_on_a_button(knowledge: Knowledge) -> None:
    carried = [f"place:{one}" for one in knowledge.directory.places]
    for one in knowledge.library.ids():
        carried += [f"article:{one}:99", f"sources:{one}", f"useful:{one}:wrong"]
    carried += [f"refer:{step}:{value}" for step in VALUES for value in (*VALUES[step], "skip")]
    assert [one for one in carried if len(one.encode()) > CARRIES] == []


def test_error_codes_are_unique() -> None:
    for found in pkgutil.walk_packages(bot.__path__, "bot."):
        if "migrations" not in found.name and not found.name.endswith("__main__"):
            importlib.import_module(found.name)
    named: dict[str, set[str]] = defaultdict(set)
    for one in _descendants(BotError):
        named[one.code].add(f"{one.__module__}.{one.__name__}")
    assert {code: classes for code, classes in named.items() if len(classes) > 1} == {}


def _descendants(parent: type[BotError]) -> list[type[BotError]]:
    return [
        one
        for child in parent.__subclasses__()
        if child.__module__.startswith("bot.")
        for one in (child, *_descendants(child))
    ]


def test_every_setting_has_its_row_and_every_row_its_setting() -> None:
    page = (ROOT / "docs" / "settings.md").read_text(encoding="utf-8")
    rows = set(re.findall(rf"^\| `{PREFIX}([A-Z_]+)`", page, re.MULTILINE))
    assert rows == {name.upper() for name in Settings.model_fields}
