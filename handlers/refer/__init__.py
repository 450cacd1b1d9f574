"""Ask for help: few questions, each of which can be skipped; a yes; a summary; then it is sent.

The first question is always whether the person can write freely.  'I am in danger now' shows the
numbers before any further question; where the country is not known, that is the one question
before them.  A choice of another step is answered with the open question.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime

from bot.conversation import Choice, Reply, Session, Tools, Turn, again, message, row
from bot.i18n import Text, say
from handlers import leave
from handlers.menu import LEAVE, MENU, PERSON, menu
from handlers.numbers import numbers
from handlers.other_language import also_in
from handlers.refer import (
    alarm,
    idle,
    other,
    questions,
    receivers,
    sending,
    sharing,
    spoken,
    wishes,
    wordings,
    young,
)
from handlers.refer.questions import DEFAULTS, VALUES, Question, order
from handlers.refer.where import Where, where

CHOICES = ("refer",)
STEPS = ("refer",)
COMMANDS = {"/person": "refer"}

STOPPED = "refer.at"
"""The slot that names the question to go on with after something else was read."""
ADVISED = "advised"
"""The slot that tells that it was said how a whole chat is deleted."""
UNSHOWN_AFTER = "consent"
"""Who goes on is never shown at once what was written: the phone may be in other hands."""

PLAIN: Mapping[str, Callable[[Session], Question]] = {
    "safe": questions.safe,
    "for": lambda _: questions.for_whom(),
    "knows": lambda _: other.question(),
    "about": lambda _: questions.about(),
    "against": lambda _: questions.against(),
    "age": young.question,
    "urgent": questions.urgent,
    "contact": lambda _: questions.contact(),
    "word": lambda _: questions.word(),
    "stop": lambda _: questions.stop(),
    "words": questions.words,
    "share": sharing.share,
    "code": lambda _: questions.code(),
}
"""The questions that need nothing but the answers so far."""


async def handle(turn: Turn, session: Session, tools: Tools) -> Reply:
    """Start, go on, go back or send."""
    _, _, rest = (turn.choice or "").partition(":")
    step, _, value = rest.partition(":")
    here = wishes.at(step, (session.step or "").removeprefix("refer:"))
    if turn.choice == "refer":
        return await _put("safe", questions.begun(turn, session), tools)
    if not (session.step or "").startswith("refer:"):
        return Reply(session.at_rest(), (menu(tools, say("That question is over. Choose:")),))
    if here != "safe" and idle.returned(session, tools.now):
        return await _returned(here, turn, session, tools)
    session = idle.seen(session, tools.now)
    if step == "back":
        return await _back(here, session, tools)
    if step == "more" and here == "send":
        return await _put("word", session.put(**{"refer.more": "yes"}), tools)
    if turn.choice is not None and step != here:
        return again(session, say("That question is over. Here is where we are:"))
    if step == "send":
        request, code = sending.request(turn, session), sending.code(session, tools)
        receipt = await tools.referrals.open(request, session.slots["refer.office"], code)
        # What was said until now goes in the same transaction.
        await tools.unit.empty_replies(turn.person)
        return sending.sent(receipt, session, tools)
    return await _answered(here, value, turn, session, tools)


async def _returned(here: str, turn: Turn, session: Session, tools: Tools) -> Reply:
    """Ask anew whether the person can write freely; what they wrote of their story is kept."""
    text = turn.text or ""
    story = here not in wordings.STEPS and (here == "words" or spoken.tells(text))
    if text and story and spoken.fits(session, text):
        session = spoken.added(session, text)
    session = idle.seen(session, tools.now)
    if alarm.heard(text, session):
        return await _alarmed("safe", session, tools, text)
    return await _put("safe", session, tools)


def left_open(session: Session, now: datetime) -> bool:
    """Tell whether a question of a request was left open for so long that others may be here."""
    return (session.step or "").startswith("refer:") and idle.returned(session, now)


async def resume(turn: Turn, session: Session, tools: Tools) -> Reply:
    """Put the open question once more, such as in another language."""
    if idle.returned(session, tools.now):
        return await _put("safe", session, tools)
    return await _put((session.step or "").removeprefix("refer:"), session, tools)


async def _answered(step: str, value: str, turn: Turn, session: Session, tools: Tools) -> Reply:
    if value == "skip" and step in DEFAULTS:
        return await _skipped(step, session, tools)
    if step in wishes.BEFORE and not (turn.text and step == wishes.STEP):
        return await _wished(step, value, turn, session, tools)
    if step in ("place", "country"):
        return await _placed(step, where(step, value, turn, session, tools), turn, tools)
    if turn.text and step in wordings.STEPS:
        return await _worded(step, turn.text, session, tools)
    if turn.text:
        return await _texted(step, turn.text, turn, session, tools)
    if value not in VALUES.get(step, ()):
        return again(session, say("Please choose one of these:"))
    return await _pressed(step, value, turn, session, tools)


async def _pressed(step: str, value: str, turn: Turn, session: Session, tools: Tools) -> Reply:
    if step == "safe":
        return await _freely(value, turn, session, tools)
    if step == "consent" and value == "no":
        await tools.unit.empty_replies(turn.person)
        return sending.not_sent(session, tools)
    if step == "words":
        return await _put(step, session.drop("refer.words"), tools)
    if step == "consent":
        session = wishes.settled(session)
    session = session.put(**{f"refer.{step}": value})
    if step == "urgent" and value == "now":
        return await _alarmed(_following(step, session), alarm.asked_anew(session), tools)
    return await _put(_following(step, session), session, tools)


async def _wished(step: str, value: str, turn: Turn, session: Session, tools: Tools) -> Reply:
    """Make a wish or undo it; go back to the question of consent with `skip`."""
    text = turn.text or ""
    if text and alarm.heard(text, session):
        return await _alarmed(step, spoken.added(session, text), tools, text)
    if value == "skip":
        return await _put(wishes.BEFORE[step], session, tools)
    if step == wishes.STEP:
        if asks := wishes.asks(session, value):
            return await _put(asks, session, tools)
        found = await receivers.receiver(session, tools)
        changed = (
            session if value == wishes.CHOOSE else wishes.toggled(session, value, found.office)
        )
    else:
        country = wishes.typed(text, session) if text else value
        known = country and tools.knowledge.directory.in_country(country)
        changed = wishes.with_country(session, step, country) if country and known else None
    if changed is None and text:
        return again(session, say("I do not know this place. Type the name of a country, or skip:"))
    if changed is None:
        return again(session, say("Please choose one of these:"))
    return await _put(wishes.STEP, changed, tools)


async def _worded(step: str, text: str, session: Session, tools: Tools) -> Reply:
    """Take the word that proves the office, or the one that stops everything."""
    if alarm.heard(text, session):
        return await _alarmed(step, session, tools, text)
    with_word = wordings.with_word(step, text, session, tools)
    if with_word is None:
        return again(session, wordings.rule(step))
    return await _put(_following(step, with_word), with_word, tools)


async def _skipped(step: str, session: Session, tools: Tools) -> Reply:
    if step == "country":
        reply = await _put(session.slots[alarm.NEXT], alarm.unknown(session), tools)
        return reply.first(say("Without the country I cannot give you a number."))
    if step != "words" or not questions.told(session):
        session = session.put(**{f"refer.{step}": DEFAULTS[step]})
    return await _put(_following(step, session), session, tools)


async def _freely(value: str, turn: Turn, session: Session, tools: Tools) -> Reply:
    """Go on only where the person can write freely; else numbers, and nothing is stored."""
    if value == "leave":
        return await leave.handle(turn, session, tools)
    if value == "yes":
        return await _started(session, tools)
    await tools.unit.empty_replies(turn.person)
    shown: list[Text | list[Text]] = [
        say("Nothing of this is kept. You can come back at any time.")
    ]
    if session.country:
        shown += [list(one) for one in numbers(tools, session.country, hours=True)]
    ways = ((Choice("near", say("Numbers and offices")),), row(PERSON, MENU), (LEAVE,))
    return Reply(sending.over(session), (message(*shown, choices=ways),))


async def _started(session: Session, tools: Tools) -> Reply:
    """Put the first question, or go on where the person stopped."""
    stopped = session.slots.get(STOPPED)
    if stopped is None:
        return _advised(await _put(_following("safe", session), session, tools))
    steps = order(session)
    if stopped in steps and steps.index(stopped) > steps.index(UNSHOWN_AFTER):
        stopped = UNSHOWN_AFTER
    return (await _put(stopped, session, tools)).first(say("We go on where you stopped."))


def _advised(reply: Reply) -> Reply:
    """Say once, before the first question, what nobody can take back later."""
    if ADVISED in reply.session.slots:
        return reply
    advised = replace(reply, session=reply.session.put(**{ADVISED: "yes"}))
    return advised.first(
        say("You can delete this whole chat: open the menu of the chat and choose to delete it."),
        say("Notifications that were shown before, and screenshots, stay."),
    )


async def _placed(step: str, found: Where, turn: Turn, tools: Tools) -> Reply:
    """Go on from a place; ask again where none was found or several have the name."""
    if found.question is not None:
        text = turn.text or ""
        if step == "place" and alarm.heard(text, found.session):
            return await _alarmed(step, spoken.added(found.session, text), tools, text)
        return _asked(step, found.question, found.session)
    session = found.session.put(**{"refer.place": "said"})
    if step == "place":
        return await _put(_following(step, session), session, tools)
    after = session.slots[alarm.NEXT]
    if after == "place":
        after = _following(after, session)
    return await _alarmed(after, session, tools)


async def _texted(step: str, text: str, turn: Turn, session: Session, tools: Tools) -> Reply:
    """Take the story, or what was typed where a button was asked for: its label, or more of it."""
    if not spoken.fits(session, text):
        return again(session, say("That is more than I can send. What you wrote before is kept."))
    if step == "words":
        return await _alarmed(_following(step, session), spoken.added(session, text), tools, text)
    reply = await _put(step, session, tools)
    if pressed := spoken.pressed(text, reply, tools):
        return await handle(replace(turn, choice=pressed, text=None), session, tools)
    if step == "safe" or not spoken.tells(text):
        if alarm.heard(text, session):
            return await _alarmed(step, session, tools, text)
        return also_in(text, reply.first(say("Please choose one of these:")), tools)
    kept = spoken.added(session, text)
    reply = await _alarmed(step, kept, tools, text)
    return reply.first(say("I have added this to what you tell them."))


async def _alarmed(following: str, session: Session, tools: Tools, said: str = "") -> Reply:
    """Put a question, with the numbers above it where there is danger; else ask the country."""
    if said and not alarm.heard(said, session):
        return await _put(following, session, tools)
    session = alarm.noted(said, session)
    if session.country is None and not alarm.is_unknown(session):
        return await _put("country", session.put(**{alarm.NEXT: following}), tools)
    return alarm.above(await _put(following, alarm.shown(session), tools), session, tools)


async def _back(step: str, session: Session, tools: Tools) -> Reply:
    """Put the question before this one; before the first there is only the menu."""
    if step == "country":
        step = session.slots[alarm.NEXT]
    if step in wishes.BEFORE:
        return await _put(wishes.BEFORE[step], session, tools)
    steps = order(session)
    position = steps.index(step) if step in steps else 0
    if position <= 1:
        return Reply(session.without("refer.").at_rest(), (menu(tools),))
    return await _put(steps[position - 1], session, tools)


async def _put(step: str, session: Session, tools: Tools) -> Reply:
    """Put the question of a step."""
    match step:
        case "place":
            return _asked(step, questions.place(session, tools), session)
        case "country":
            return _asked(step, questions.country(session, tools), session)
        case "hours":
            return _asked(step, questions.hours(session, tools.now), session)
        case "consent":
            asked, found = await receivers.consent(session, tools)
            session = wishes.with_unmet(session, found)
            return _asked(step, asked, session.put(**{"refer.office": found.office}))
        case wishes.STEP:
            return _asked(step, await receivers.who_reads(session, tools), session)
        case wishes.AWAY | wishes.TONGUE:
            crews = await tools.referrals.crews()
            return _asked(step, wishes.country(step, session, crews, tools), session)
        case "send":
            return _asked(step, sending.summary(session, tools), session)
        case _:
            return _asked(step, PLAIN[step](session), session)


def _asked(step: str, asked: Question, session: Session) -> Reply:
    if step in order(session)[1:]:
        session = session.put(**{STOPPED: step})
    body = message(*asked.paragraphs, choices=asked.choices)
    return Reply(session.at_step(f"refer:{step}"), (body,))


def _following(step: str, session: Session) -> str:
    steps = order(session)
    return steps[steps.index(step) + 1] if step in steps else "send"
