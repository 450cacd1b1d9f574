"""Erase what is held for this chat: language, draft, address, and a request that answers here."""

from bot.conversation import Choice, Reply, Session, Tools, Turn, message, row, tell
from bot.i18n import say
from handlers.menu import LEAVE, MENU, PERSON

CHOICES = ("erase",)
STEPS = ()
COMMANDS = {"/erase": "erase"}


async def handle(turn: Turn, session: Session, tools: Tools) -> Reply:
    """Ask once more, then erase and say what is left."""
    if turn.choice == "erase:yes":
        return await _erase(turn, tools)
    return tell(
        session,
        say(
            "This removes your language, what you have answered so far, and how to reach you here."
        ),
        say("A request whose answer comes to this chat is withdrawn. Erase it all?"),
        choices=((Choice("erase:yes", say("Yes, erase")),), row(PERSON, MENU), (LEAVE,)),
    )


async def _erase(turn: Turn, tools: Tools) -> Reply:
    linked = await tools.referrals.store.linked(turn.person)
    # In the order in which every transaction writes into the audit of several offices.
    in_order = sorted(linked, key=lambda one: one.office)
    left = [await tools.referrals.withdraw(one) for one in in_order]
    in_hand = any(one is not None for one in left)
    await tools.unit.erase_chat(turn.person)
    return Reply(
        Session(),
        (
            message(
                say("It is erased."),
                *([say("The office is told that you withdrew. It will erase the rest.")] * in_hand),
                say(
                    "A request that you made with number and code alone is tied to no chat. "
                    "Open it with both to withdraw and erase it."
                ),
                choices=((Choice("receipt", say("My number")),), row(PERSON, MENU), (LEAVE,)),
            ),
        ),
        forget=True,
    )
