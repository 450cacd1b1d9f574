"""A start that cannot work: one clear line, no trace, and the exit code of the contract."""

import shutil
import socket
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path

import aiohttp
import psycopg
import pytest

from bot.app import ROOT, Vetted, load_knowledge
from bot.conversation import Knowledge
from bot.errors import Invalid
from bot.store.migrate import migrate
from tests.faults.people import Visitor, buttons
from tests.faults.program import STOPS_WITHIN, Program, command
from tests.store.servers import Managed, managed
from tests.telegram.bot_api import BotApi, unauthorized

pytestmark = [pytest.mark.faults, pytest.mark.timeout(180)]

USAGE, UNAVAILABLE = 2, 3


async def refused(settings: dict[str, str], code: int, *words: str) -> str:
    """Let the program not start, and return its one line."""
    ended, out, err = await command(settings, *(words or ("run",)))
    assert (ended, out) == (code, ""), err
    lines = [line for line in err.splitlines() if not line.startswith("{")]
    assert len(lines) == 1, err
    assert lines[0].startswith("waypoint: "), err
    assert "Traceback" not in err
    return lines[0].removeprefix("waypoint: ")


@pytest.fixture
def settings(folder: Path) -> dict[str, str]:
    """Give settings of which a test breaks one."""
    return {"DATA_DIR": str(folder / "data"), "PORT": "0"}


# --- settings ------------------------------------------------------------------------------------


async def test_a_port_in_use(settings: dict[str, str]) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        line = await refused(settings | {"PORT": port}, UNAVAILABLE)
    assert line == f"port {port} on 127.0.0.1 is in use; set WAYPOINT_PORT"
    assert not (Path(settings["DATA_DIR"]) / "pg").exists()


async def test_a_setting_nobody_knows(settings: dict[str, str]) -> None:
    line = await refused(settings | {"TELEGRAM_TOKN": "CANARY"}, USAGE)
    assert line == "WAYPOINT_TELEGRAM_TOKN is not a setting; see docs/settings.md"


async def test_a_value_that_cannot_be_used_is_not_repeated(settings: dict[str, str]) -> None:
    line = await refused(settings | {"PORT": "CANARY"}, USAGE)
    assert "WAYPOINT_PORT" in line
    assert "CANARY" not in line


async def test_a_role_that_its_settings_do_not_fit(settings: dict[str, str]) -> None:
    line = await refused(settings, USAGE, "run", "--role", "telegram")
    assert line == "the role telegram needs WAYPOINT_TELEGRAM_TOKEN"


async def test_a_role_nobody_knows(settings: dict[str, str]) -> None:
    code, _, err = await command(settings, "run", "--role", "cook")
    assert code == USAGE
    assert "a role is all, web, telegram or worker" in err
    assert "Traceback" not in err


# --- what it needs -------------------------------------------------------------------------------


async def test_a_database_that_is_not_there(settings: dict[str, str]) -> None:
    address = "postgresql://waypoint:CANARY@127.0.0.1:1/waypoint"
    line = await refused(settings | {"DATABASE_URL": address}, UNAVAILABLE)
    assert line.startswith("the database does not answer; check WAYPOINT_DATABASE_URL")
    assert "CANARY" not in line


async def test_a_database_that_is_none(settings: dict[str, str]) -> None:
    line = await refused(settings | {"DATABASE_URL": "postgresql://u:CANARY@h:port/d"}, USAGE)
    assert line.startswith("WAYPOINT_DATABASE_URL must be postgresql://")
    assert "CANARY" not in line


async def test_a_data_folder_that_cannot_be_made(settings: dict[str, str], folder: Path) -> None:
    (folder / "file").write_text("in the way")
    line = await refused(settings | {"DATA_DIR": str(folder / "file" / "data")}, UNAVAILABLE)
    assert "WAYPOINT_DATA_DIR" in line


async def test_a_data_folder_where_nobody_may_write(settings: dict[str, str]) -> None:
    line = await refused(settings | {"DATA_DIR": "/proc/waypoint"}, UNAVAILABLE)
    assert "/proc/waypoint" in line
    assert "WAYPOINT_DATA_DIR" in line


async def test_a_secret_that_is_none(settings: dict[str, str], folder: Path) -> None:
    (folder / "secret").write_text("CANARY")
    line = await refused(settings | {"SECRET_FILE": str(folder / "secret")}, UNAVAILABLE)
    assert line == (
        f"the secret file {folder / 'secret'} cannot be used: not 64 hexadecimal digits"
    )


async def test_a_schema_that_is_newer_than_the_program(
    settings: dict[str, str], server_of_others: Managed
) -> None:
    address = server_of_others.database(createrole=True)
    migrate(address, one_login=True)
    with psycopg.connect(address, autocommit=True) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    given = settings | {"DATABASE_URL": address}
    for words in (("run",), ("migrate", "--check"), ("queue", "--json")):
        line = await refused(given, UNAVAILABLE, *words)
        assert line == "the database was made by a newer version of Waypoint"


# --- Telegram ------------------------------------------------------------------------------------


async def test_a_token_that_telegram_does_not_know(
    settings: dict[str, str], server: BotApi
) -> None:
    given = settings | {"TELEGRAM_TOKEN": "1:CANARY", "TELEGRAM_API_URL": server.url}
    assert await refused(given, USAGE) == "the token is not accepted"


async def test_a_token_that_is_revoked_later_ends_the_program_with_its_line(
    program: Program, server: BotApi
) -> None:
    await program.start()
    server.faults.plan(unauthorized(), times=100)
    server.user().says("/start")
    assert await program.wait() == USAGE
    assert "waypoint: the token is not accepted" in program.stderr
    assert "Traceback" not in program.stderr


async def test_a_telegram_that_is_away_keeps_nobody_from_the_web_chat(
    program: Program, server: BotApi, client: aiohttp.ClientSession
) -> None:
    user = server.user()
    user.says("/start")
    await server.stop()
    await program.start()
    assert "lang:en" in buttons(await Visitor(program, client).open())
    await server.start()
    await user.sees(lambda m: "lang:en" in m.data, within=40)
    assert await program.stop() < STOPS_WITHIN


# --- content -------------------------------------------------------------------------------------


@pytest.fixture
def tree(folder: Path) -> Path:
    """Give a copy of all that is vetted."""
    for name in ("knowledge", "locales"):
        shutil.copytree(ROOT / name, folder / name)
    return folder


def break_front_matter(tree: Path) -> str:
    path = tree / "knowledge/articles/asylum/appeal/en.md"
    path.write_text(path.read_text().replace("\n", "\n: [CANARY\n", 1))
    return "asylum/appeal/en.md"


def break_places(tree: Path) -> str:
    path = tree / "knowledge/countries/tn/places.yaml"
    path.write_text(path.read_text() + "\n  - {unclosed")
    return "tn/places.yaml"


def break_catalog(tree: Path) -> str:
    path = tree / "locales/fr/LC_MESSAGES/bot.po"
    path.write_text(path.read_text() + '\nmsgid "unclosed\n')
    return "bot.po"


def break_languages(tree: Path) -> str:
    (tree / "locales/languages.toml").write_text("[en\n")
    return "languages.toml"


@pytest.mark.parametrize(
    "damage", [break_front_matter, break_places, break_catalog, break_languages]
)
async def test_broken_content_is_named_and_a_reload_keeps_the_old(
    tree: Path, damage: Callable[[Path], str]
) -> None:
    vetted = Vetted(lambda: load_knowledge(root=tree))
    before: Knowledge = vetted()
    file = damage(tree)
    with pytest.raises(Invalid) as caught:
        await vetted.reload()
    assert file in str(caught.value)
    assert any(char.isdigit() for char in str(caught.value).partition(file)[2])
    assert "\n" not in str(caught.value)
    assert vetted() is before
    with pytest.raises(Invalid):
        Vetted(lambda: load_knowledge(root=tree))


# --- a managed database --------------------------------------------------------------------------


@pytest.fixture(scope="module")
def server_of_others() -> Iterator[Managed]:
    with managed() as running:
        yield running


@pytest.fixture
async def managed_program(folder: Path, server_of_others: Managed) -> AsyncIterator[Program]:
    made = Program(folder / "data", DATABASE_URL=server_of_others.database(createrole=True))
    yield made
    await made.end()


async def test_a_managed_database_serves_as_the_embedded_one_does(
    managed_program: Program, client: aiohttp.ClientSession
) -> None:
    settings = managed_program.settings
    assert (await command(settings, "migrate", "--check"))[0] == 1
    await managed_program.start()
    assert (await command(settings, "migrate", "--check"))[0] == 0
    receipt = await Visitor(managed_program, client).intake("On a managed database")
    code, out, _ = await command(settings, "queue", "--json")
    assert code == 0
    assert receipt.reference in out
    assert not managed_program.pg.exists()
    assert await managed_program.stop() < STOPS_WITHIN


async def test_an_owner_who_may_make_no_roles(
    settings: dict[str, str], server_of_others: Managed
) -> None:
    server_of_others.drop_app_role()
    address = server_of_others.database(createrole=False)
    line = await refused(settings | {"DATABASE_URL": address}, UNAVAILABLE)
    assert "CREATE ROLE waypoint_app NOLOGIN; GRANT waypoint_app TO" in line
