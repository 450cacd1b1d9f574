"""The words of `bot.referrals.outgoing`: how a code, papers or a meeting are asked for.

A code that is spoken of is asked for unless what is done with it is known to be harmless: there
are more ways to ask than anybody can list.  Patterns are matched against folded text: lower case,
no accents, plain digits, Arabic letters without hamza and with one form each.  Where a language is
added, sentences for it are too.
"""

from bot.referrals.asking.arabic import ARABIC
from bot.referrals.asking.english import ENGLISH
from bot.referrals.asking.french import FRENCH
from bot.referrals.asking.spanish import SPANISH
from bot.referrals.asking.speech import Speech

SPEECHES = (ENGLISH, FRENCH, SPANISH, ARABIC)

__all__ = ["SPEECHES", "Speech"]
