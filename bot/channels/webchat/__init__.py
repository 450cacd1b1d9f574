"""The web chat: one page at one address, without cookies, third parties or anything kept."""

from bot.channels.webchat.channel import WebChannel
from bot.channels.webchat.guard import HEADERS, may_call
from bot.channels.webchat.inbound import CHANNEL
from bot.channels.webchat.ports import Limits, WebChat
from bot.channels.webchat.routes import routes

__all__ = ["CHANNEL", "HEADERS", "Limits", "WebChannel", "WebChat", "may_call", "routes"]
