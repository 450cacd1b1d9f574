"""`waypoint`: the commands, and how their errors end the process.

Exit codes: 0 done, 1 the thing checked does not hold, 2 wrong usage or settings, 3 something
needed is unavailable.  An error is one line on standard error, never a trace.
"""

import importlib
import sys

import typer

from bot.errors import Absent, Invalid, Refused, Unavailable
from bot.privacy import set_up_logs

COMMANDS = (
    "run",
    "migrate",
    "ask",
    "locate",
    "nearest",
    "articles",
    "content",
    "officer",
    "recovery",
    "queue",
    "late",
    "retention",
    "backup",
    "restore",
    "audit",
)

USAGE, UNAVAILABLE = 2, 3


def application(names: tuple[str, ...] = COMMANDS) -> typer.Typer:
    """Return the command line with the commands of these files."""
    app = typer.Typer(
        name="waypoint",
        help="Vetted answers, the nearest office and a person, for people on the move.",
        add_completion=False,
        no_args_is_help=True,
        pretty_exceptions_enable=False,
    )
    for name in names:
        importlib.import_module(f"bot.cli.{name}").add_to(app)
    return app


def main() -> None:
    """Run the command that the arguments name; its own file alone is imported."""
    named = next((one for one in sys.argv[1:] if not one.startswith("-")), "")
    names = (named,) if named in COMMANDS else COMMANDS
    set_up_logs()
    try:
        # With a single command typer would drop its name, so there are always two or more.  Called
        # as a command, it leaves alone how Python ends on what nobody caught.
        made = application(names if len(names) > 1 else (*names, "migrate", "queue"))
        typer.main.get_command(made)()
    except (Invalid, Absent, Refused) as error:
        _end(error, USAGE)
    except Unavailable as error:
        _end(error, UNAVAILABLE)


def _end(error: Exception, code: int) -> None:
    sys.stderr.write(f"waypoint: {error}\n")
    sys.exit(code)
