"""How long `python -m bot run` takes to answer, and how much memory it then holds.

Each round starts the program on a new data folder (initdb, migrations, content), then again on the
same folder, as a restart would; port 0, no Telegram.  The environment must be there already: making
`.venv` is another measurement.

    python benchmarks/cold_start.py [--rounds 3] [--json]
"""

import argparse
import json
import os
import re
import signal
import statistics
import subprocess
import sys
import tempfile
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path

import psutil  # type: ignore[import-untyped]

from bot.store.pgprocess import halt, processes_of

ROOT = Path(__file__).parents[1]
ADDRESS = re.compile(r"http://localhost:(\d+)")
PATIENCE = 60  # seconds for a start, and again for a stop


@dataclass(frozen=True, slots=True)
class Start:
    """One start: seconds until something happened, and MB held just after (shared pages split)."""

    printed: float
    answered: float
    ready: float
    program_mb: float
    server_mb: float
    stopped: float


def main() -> int:
    """Measure and print the middle of the rounds."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--json", action="store_true")
    wanted = parser.parse_args()
    fresh, again = [], []
    for _ in range(wanted.rounds):
        with tempfile.TemporaryDirectory(prefix="waypoint-") as folder:
            data = Path(folder) / "var"
            fresh.append(measure(data))
            again.append(measure(data))
    result = {"first start": middle(fresh), "restart": middle(again)}
    if wanted.json:
        print(json.dumps(result))
        return 0
    print(f"{'':12}" + "".join(f"{name:>12}" for name in result["restart"]))
    for name, values in result.items():
        print(f"{name:12}" + "".join(f"{value:12.2f}" for value in values.values()))
    return 0


def middle(starts: list[Start]) -> dict[str, float]:
    """Return the median of each number."""
    rows = [asdict(start) for start in starts]
    return {name: round(statistics.median(row[name] for row in rows), 3) for name in rows[0]}


def measure(data: Path) -> Start:
    """Start the program on this data folder, ask it, weigh it and stop it."""
    begin = time.perf_counter()
    with tempfile.TemporaryFile() as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "bot", "run"],
            cwd=ROOT,
            env=environment(data),
            stdout=subprocess.PIPE,
            stderr=log,
            text=True,
        )
        watchdog = threading.Timer(PATIENCE, process.kill)
        watchdog.start()
        try:
            port = printed_port(process)
            printed = time.perf_counter() - begin
            answered = first_success(f"http://127.0.0.1:{port}/healthz", begin)
            ready = first_success(f"http://127.0.0.1:{port}/readyz", begin)
            program, server = megabytes([process.pid]), megabytes(processes_of(data / "pg"))
            return Start(printed, answered, ready, program, server, stop(process))
        except EOFError:
            log.seek(0)
            sys.exit(f"the program ended with {process.wait()}: {log.read().decode()[-2000:]}")
        finally:
            watchdog.cancel()
            process.kill()
            process.communicate()
            halt(data / "pg")


def environment(data: Path) -> dict[str, str]:
    """Return this environment without settings of a Waypoint that may be configured here."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith("WAYPOINT_")}
    return clean | {"WAYPOINT_DATA_DIR": str(data), "WAYPOINT_PORT": "0", "PYTHONUNBUFFERED": "1"}


def printed_port(process: subprocess.Popen[str]) -> int:
    """Wait until the program prints where it listens.

    Raises:
        EOFError: it ended first.
    """
    assert process.stdout is not None
    for line in process.stdout:
        if found := ADDRESS.search(line):
            return int(found[1])
    raise EOFError


def first_success(address: str, begin: float) -> float:
    """Ask until the answer is 200 and return the seconds since the beginning."""
    while time.perf_counter() - begin < PATIENCE:
        try:
            with urllib.request.urlopen(address, timeout=5) as answer:  # noqa: S310 - our own
                if answer.status == 200:
                    return time.perf_counter() - begin
        except urllib.error.URLError:
            pass
        time.sleep(0.005)
    sys.exit(f"{address} did not answer 200 within {PATIENCE} s")


def megabytes(pids: Iterable[int]) -> float:
    """Return the memory these processes hold, pages they share counted once among them."""
    return sum(float(psutil.Process(pid).memory_full_info().pss) for pid in pids) / 1e6


def stop(process: subprocess.Popen[str]) -> float:
    """Send SIGTERM and return the seconds until program and server are gone."""
    begin = time.perf_counter()
    process.send_signal(signal.SIGTERM)
    process.wait(timeout=PATIENCE)
    return time.perf_counter() - begin


if __name__ == "__main__":
    sys.exit(main())
