"""The console where offices work: plain pages that need no script; with one, the queue is live."""

from bot.console.counter import Checks
from bot.console.deps import Deps, Live, Work
from bot.console.enrol import (
    add_officer,
    give_up_set_up,
    init_recovery,
    invite,
    invite_first,
    is_set_up,
    replace_lost,
)
from bot.console.headers import SECURITY
from bot.console.routes import routes

__all__ = [
    "SECURITY",
    "Checks",
    "Deps",
    "Live",
    "Work",
    "add_officer",
    "give_up_set_up",
    "init_recovery",
    "invite",
    "invite_first",
    "is_set_up",
    "replace_lost",
    "routes",
]
