"""A fake Bot API server with scripted people, for tests and for trying by hand."""

from tests.telegram.bot_api.faults import (
    Fault,
    blocked_by_user,
    held,
    lost_answer,
    proxy_error,
    reset,
    server_error,
    slow,
    too_many,
    unauthorized,
)
from tests.telegram.bot_api.server import TOKEN, BotApi, Call, Limits
from tests.telegram.bot_api.user import User, payload
from tests.telegram.bot_api.world import Chat, Message

__all__ = [
    "TOKEN",
    "BotApi",
    "Call",
    "Chat",
    "Fault",
    "Limits",
    "Message",
    "User",
    "blocked_by_user",
    "held",
    "lost_answer",
    "payload",
    "proxy_error",
    "reset",
    "server_error",
    "slow",
    "too_many",
    "unauthorized",
]
