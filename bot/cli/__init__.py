"""The command line: one file for each command of `contract.md` section 3."""

from bot.cli.main import main

__all__ = ["main"]
