"""Telegram: a poll loop and a webhook of our own over the library's client."""

from bot.channels.telegram.client import Client
from bot.channels.telegram.connect import intake
from bot.channels.telegram.deliver import Telegram
from bot.channels.telegram.hook import PATH, Hook, hook_secret
from bot.channels.telegram.inbound import CHANNEL, Reader
from bot.channels.telegram.intake import Intake, NotTaken
from bot.channels.telegram.manners import Manners
from bot.channels.telegram.poll import Poller
from bot.channels.telegram.retry import BadToken, Patience, PolledElsewhere

__all__ = [
    "CHANNEL",
    "PATH",
    "BadToken",
    "Client",
    "Hook",
    "Intake",
    "Manners",
    "NotTaken",
    "Patience",
    "PolledElsewhere",
    "Poller",
    "Reader",
    "Telegram",
    "hook_secret",
    "intake",
]
