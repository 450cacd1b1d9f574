"""The real program as a process: started, stopped, killed and started again on the same data."""

import asyncio
import json
import os
import re
import signal
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from bot.privacy import Keys, load_keys
from bot.store.pgprocess import processes_of, server_of

ROOT = Path(__file__).parents[2]
STARTS_WITHIN = 60.0
STOPS_WITHIN = 10.0
ADDRESS = re.compile(r"^Chat: +(\S+)$", re.MULTILINE)
RUNNING = "Waypoint is running"


def clean_environment(settings: Mapping[str, str]) -> dict[str, str]:
    """Return this process's environment with these settings of Waypoint and no other."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("WAYPOINT_")}
    return kept | {f"WAYPOINT_{name}": value for name, value in settings.items()}


class Program:
    """One program on one data folder; its settings outlive a restart."""

    def __init__(self, data: Path, **settings: str) -> None:
        self.data = data
        self.settings = {"DATA_DIR": str(data), "PORT": "0", **settings}
        self.up = asyncio.Event()
        """Set while the program serves."""
        self.stdout = ""
        self.started_in: list[float] = []
        """Seconds of each start."""
        self._errors = data.parent / f"{data.name}-{id(self):x}.stderr"
        self._process: asyncio.subprocess.Process | None = None
        self._reading: asyncio.Task[None] | None = None
        self._spoken = asyncio.Condition()

    @property
    def stderr(self) -> str:
        """What the program wrote on standard error, over all its starts."""
        return self._errors.read_text(encoding="utf-8", errors="replace")

    @property
    def url(self) -> str:
        """Where the web part was last heard to listen."""
        found = ADDRESS.search(self.stdout)
        assert found is not None, self.stdout
        return found[1].rstrip("/")

    @property
    def pid(self) -> int:
        """The number of the running process."""
        assert self._process is not None
        return self._process.pid

    @property
    def pg(self) -> Path:
        """The folder of the embedded database."""
        return self.data / "pg"

    @property
    def owner_url(self) -> str:
        """The embedded database, as its owner."""
        lines = (self.pg / "postmaster.pid").read_text().splitlines()
        folder = self.pg if lines[4].strip() in ("", ".") else Path(lines[4].strip())
        return f"postgresql://waypoint_owner@/waypoint?host={folder}"

    @property
    def app_url(self) -> str:
        """The embedded database, as the ordinary role."""
        return self.owner_url.replace("waypoint_owner", "waypoint_app")

    def keys(self) -> Keys:
        """Return the keys of the program."""
        return load_keys(self.data / "secret.key")

    async def launch(self, *roles: str) -> None:
        """Start the process and do not wait for it."""
        words = [word for role in roles for word in ("--role", role)]
        self.stdout = ""
        with self._errors.open("ab") as errors:
            self._process = await asyncio.create_subprocess_exec(
                *(sys.executable, "-m", "bot", "run", *words),
                cwd=ROOT,
                env=clean_environment(self.settings),
                stdin=asyncio.subprocess.DEVNULL,
                stdout=asyncio.subprocess.PIPE,
                stderr=errors,
            )
        self._reading = asyncio.create_task(self._read(self._process))

    async def start(self, *roles: str) -> None:
        """Start the process and wait until it serves."""
        began = time.monotonic()
        await self.launch(*roles)
        async with asyncio.timeout(STARTS_WITHIN), self._spoken:
            await self._spoken.wait_for(lambda: RUNNING in self.stdout or self.ended)
        assert not self.ended, f"exit code {self.exit_code}:\n{self.stderr}"
        self.started_in.append(time.monotonic() - began)
        self.up.set()

    @property
    def ended(self) -> bool:
        """Whether the process has ended."""
        return self._process is None or self._process.returncode is not None

    @property
    def exit_code(self) -> int | None:
        """How it ended, None while it runs."""
        return None if self._process is None else self._process.returncode

    async def wait(self, within: float = STARTS_WITHIN) -> int:
        """Wait for the end and return the exit code."""
        assert self._process is not None
        async with asyncio.timeout(within):
            code = await self._process.wait()
            if self._reading is not None:
                await self._reading
        return code

    async def stop(self) -> float:
        """Ask it to stop; return the seconds until program and database were gone."""
        if self.ended:
            return 0.0
        assert self._process is not None
        self.up.clear()
        began = time.monotonic()
        self._process.send_signal(signal.SIGTERM)
        code = await self.wait()
        took = time.monotonic() - began
        assert code == 0, self.stderr
        return took

    async def kill(self, *, database: bool = False) -> None:
        """Kill the process, and on request the database server with it."""
        assert self._process is not None
        self.up.clear()
        server = server_of(self.pg) if database else None
        if not self.ended:
            self._process.kill()
        if server is not None:
            os.kill(server, signal.SIGKILL)
        await self.wait()

    async def end(self) -> None:
        """Leave nothing behind, whatever state it is in."""
        if not self.ended:
            await self.kill()
        for one in processes_of(self.pg) if self.pg.exists() else []:
            os.kill(one, signal.SIGKILL)

    async def _read(self, process: asyncio.subprocess.Process) -> None:
        assert process.stdout is not None
        while line := await process.stdout.readline():
            async with self._spoken:
                self.stdout += line.decode()
                self._spoken.notify_all()
        await process.wait()
        async with self._spoken:
            self._spoken.notify_all()


async def command(
    settings: Mapping[str, str], *words: str, stdin: str = "", within: float = 60.0
) -> tuple[int, str, str]:
    """Run one command of the program; return exit code, standard output and standard error."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "bot", *words),
        cwd=ROOT,
        env=clean_environment(settings),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    async with asyncio.timeout(within):
        out, err = await process.communicate(stdin.encode())
    assert process.returncode is not None
    return process.returncode, out.decode(), err.decode()


async def queue(program: Program) -> list[dict[str, Any]]:
    """Return the open requests as the command line lists them."""
    code, out, err = await command(program.settings, "queue", "--json")
    assert code == 0, err
    listed: list[dict[str, Any]] = json.loads(out)
    return listed
