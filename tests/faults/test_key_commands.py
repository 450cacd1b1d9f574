"""The commands that make keys and go on where one was lost, run as an operator runs them."""

import asyncio
import json
import sys
from pathlib import Path

import pytest

from tests.faults.program import ROOT, clean_environment, command
from tests.store.seizing import files_of

pytestmark = [pytest.mark.faults, pytest.mark.timeout(180)]

PASSWORD = "quiet harbour seven lanterns"
ADD = ("officer", "add", "--office", "duty-desk", "--password-stdin", "--json")


@pytest.fixture
def settings(folder: Path) -> dict[str, str]:
    return {"DATA_DIR": str(folder / "data")}


async def test_the_first_officer_makes_the_key_and_recovery_is_made_once(
    settings: dict[str, str],
) -> None:
    data = Path(settings["DATA_DIR"])
    keys = []
    for email, role in (("one@example.org", "supervisor"), ("two@example.org", "officer")):
        words = (*ADD, email, "--role", role)
        code, out, err = await command(settings, *words, stdin=PASSWORD)
        assert code == 0, err
        made = json.loads(out)
        assert set(made) == {"id", "office", "role", "totp", "key"}
        keys.append(made["key"])
    assert keys == ["made", "pending"]
    assert not (data / "setup.key").exists()
    code, out, _ = await command(settings, "recovery", "init", "--json")
    shares = json.loads(out)["shares"]
    assert (code, len(shares)) == (0, 3)
    code, out, err = await command(settings, "recovery", "init", "--json")
    assert (code, out) == (1, "")
    assert all(share not in err for share in shares)
    files = await asyncio.to_thread(files_of, data)
    assert not any(share.encode() in raw for raw in files.values() for share in shares)


async def test_a_regional_desk_which_people_never_see_can_have_officers(
    settings: dict[str, str],
) -> None:
    desk = "iom-eg-cairo-regional"
    words = ["one@example.org", "--office", desk, "--role", "supervisor", "--password-stdin"]
    code, out, err = await command(settings, "officer", "add", *words, "--json", stdin=PASSWORD)
    assert code == 0, err
    made = json.loads(out)
    assert (made["office"], made["key"]) == (desk, "made")


async def test_a_lost_set_up_key_is_replaced_and_one_that_is_here_is_not(
    settings: dict[str, str],
) -> None:
    file = Path(settings["DATA_DIR"]) / "setup.key"
    code, _, err = await command(settings, "recovery", "lost-setup-key")
    assert (code, file.stat().st_mode & 0o777) == (2, 0o600), err
    before = file.read_text()
    file.unlink()
    code, out, err = await command(settings, "recovery", "lost-setup-key")
    assert (code, "nobody can read any more: 0" in out) == (0, True), err
    assert file.read_text() != before
    words = (*ADD, "one@example.org", "--role", "officer")
    code, _, err = await command(settings, *words, stdin=PASSWORD)
    assert code == 0, err
    code, _, err = await command(settings, "recovery", "new-key", "--office", "duty-desk")
    assert (code, "somebody holds the key" in err) == (2, True)


async def test_a_lost_secret_stops_every_command_with_one_line(settings: dict[str, str]) -> None:
    secret = Path(settings["DATA_DIR"]) / "secret.key"
    assert (await command(settings, "queue", "--json"))[0] == 0
    assert (await command(settings, "audit", "head"))[0] == 0
    key = secret.read_text()
    secret.unlink()
    for words in (("run",), ("audit", "head"), ("retention",), ("recovery", "init")):
        code, _, err = await command(settings, *words)
        lines = [line for line in err.splitlines() if not line.startswith("{")]
        assert (code, len(lines)) == (3, 1), err
        assert f"{secret} is missing" in lines[0]
        assert not secret.exists()
    secret.write_text(key)
    assert (await command(settings, "audit", "head"))[0] == 0


async def test_a_password_that_is_no_text_is_refused_without_a_trace(
    settings: dict[str, str],
) -> None:
    words = (*ADD, "one@example.org", "--role", "officer")
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "bot", *words),
        cwd=ROOT,
        env=clean_environment(settings),
        stdin=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    _, err = await process.communicate(b"canary \xff\xfe word\n")
    said = err.decode()
    assert (process.returncode, "not UTF-8" in said, "canary" in said) == (2, True, False)
