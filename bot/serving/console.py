"""What the console is made of, for the web server and for commands."""

from bot.app import ROOT, Core
from bot.console import Checks, Deps, Live
from bot.i18n import load_catalogs
from bot.replies import load as load_replies
from bot.serving.proxies import client_of
from bot.staff import Passwords
from bot.store.console import ConsoleParts, console_units


def console_deps(core: Core, address: str, live: Live | None = None) -> Deps:
    """Return what the console is made of; `address` is where browsers reach it."""
    knowledge = core.vetted()
    directory = knowledge.directory
    offices = frozenset({*directory.places, *directory.ladder})
    parts = ConsoleParts(core.engine, core.sealer, core.defer, directory, core.clock, offices)
    return Deps(
        open=console_units(parts),
        clock=core.clock,
        passwords=Passwords(),
        public_url=address,
        secret=core.keys.derive("sign-in"),
        catalogs=load_catalogs(ROOT / "locales", "console"),
        directory=directory,
        set_up=core.set_up,
        judge=Checks(core.keys).judge,
        client=client_of(core.settings.trusted_proxies),
        replies=load_replies(ROOT / "knowledge" / "replies"),
        live=live or Live(),
    )
