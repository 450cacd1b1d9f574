"""The web chat: one page at one address, without cookies, third parties or anything kept."""

from bot.channels.webchat.channel import WebChannel
from bot.channels.webchat.guard import HEADERS, may_call, origins
from bot.channels.webchat.inbound import CHANNEL
from bot.channels.webchat.ports import WebChat
from bot.channels.webchat.routes import routes

__all__ = ["CHANNEL", "HEADERS", "WebChannel", "WebChat", "may_call", "origins", "routes"]
