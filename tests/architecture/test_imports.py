"""Who imports whom: the rings of `pyproject.toml`, and one home for every outside library."""

import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from tests.architecture.sources import PROGRAM, ROOT, files, imported

EDGES = ("bot/channels", "bot/console", "bot/api", "bot/serving")
HOMES: dict[str, tuple[str, ...]] = {
    "telegram": ("bot/channels/telegram",),
    "aiohttp": EDGES,
    "jinja2": EDGES,
    "markupsafe": EDGES,
    # `app.py` joins the parts; `cli` and `jobs` name a connection they were given, and query none.
    "sqlalchemy": ("bot/store", "bot/app.py", "bot/cli/core.py", "bot/jobs/queue.py"),
    "alembic": ("bot/store",),
    "psycopg": ("bot/store", "bot/jobs"),
    "procrastinate": ("bot/jobs", "bot/app.py"),
    # `borders.py` reads a table of country codes, no words.
    "babel": ("bot/i18n", "bot/directory/borders.py"),
    "cryptography": ("bot/privacy",),
    "argon2": ("bot/privacy", "bot/staff"),
    "pyotp": ("bot/staff",),
    "zxcvbn": ("bot/staff",),
    "typer": ("bot/cli",),
    "pydantic": ("bot/config.py", "bot/app.py"),
    "yaml": (
        "bot/articles",
        "bot/directory",
        "bot/programmes",
        "bot/countries",
        "bot/understanding",
    ),
    "rapidfuzz": ("bot/understanding",),
    "snowballstemmer": ("bot/understanding",),
    "prometheus_client": ("bot/serving",),
}


def test_imports_point_inwards() -> None:
    tool = Path(sys.executable).with_name("lint-imports")
    done = subprocess.run([tool, "--no-logo"], cwd=ROOT, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stdout + done.stderr


def test_every_part_stands_in_a_ring() -> None:
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]
    rings = " | ".join(contracts["contracts"][0]["layers"]).split(" | ")
    parts = {one.stem for one in (ROOT / "bot").iterdir() if one.suffix in ("", ".py")}
    assert {f"bot.{one}" for one in parts - {"__init__", "__pycache__"}} == set(rings) - {
        "handlers"
    }


@pytest.mark.parametrize("library", sorted(HOMES))
def test_an_outside_library_has_its_homes(library: str) -> None:
    strays = [
        str(path)
        for path in files(*PROGRAM)
        if library in imported(path) and not str(path).startswith(HOMES[library])
    ]
    assert strays == []


def test_the_program_imports_no_test_and_no_tool() -> None:
    strays = {str(path): imported(path) & {"tests", "tools"} for path in files(*PROGRAM)}
    assert {path: names for path, names in strays.items() if names} == {}
