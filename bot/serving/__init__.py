"""Serving: the web server, the Telegram intake and the worker, each a role of a process."""

from bot.serving.console import console_deps
from bot.serving.run import Role, serve

__all__ = ["Role", "console_deps", "serve"]
