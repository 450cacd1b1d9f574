"""Plays one dialogue on a stage and says, where it fails, what was said until then."""

import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, replace
from datetime import timedelta

from bot.conversation import Rendered, Turn, Unreadable
from bot.directory import Point
from bot.referrals import Wishes
from tests.conversations.dialogue import (
    BrokenDialogue,
    Dialogue,
    Kind,
    Mismatch,
    Shown,
    Step,
    Told,
    plain,
)
from tests.conversations.stage import CHANNELS, Chat, Stage

UNREADABLE = {
    "(photo)": Unreadable.MEDIA,
    "(voice)": Unreadable.MEDIA,
    "(contact)": Unreadable.CONTACT,
    "(edited)": Unreadable.EDIT,
    "(too long)": Unreadable.TOO_LONG,
    "(blocked)": Unreadable.BLOCKED,
}
UNITS = {"min": timedelta(minutes=1), "h": timedelta(hours=1), "d": timedelta(days=1)}
ZEROS = {"persian": 0x06F0, "arabic": 0x0660, "bengali": 0x09E6}
_HELD = re.compile(r"\{([a-z]+\d?)(?::([a-z-]+))?\}")
_POINT = re.compile(r"@(-?[\d.]+),\s*(-?[\d.]+)")
_PRESS = re.compile(r"\[(.+)\]")
_RAW = re.compile(r"\(press (\S+)\)")
_LONG = re.compile(r"\((\d+) signs\)")
_OLD = re.compile(r"old \[(.+)\]")
_OFFICER = re.compile(r'officer (claims|gives back|answers|closes|lifts|offers)(?: "?(.*?)"?)?')
_PARTNER = re.compile(r"partner (accepts|declines|gives back|is full until)(?: (\S+))?")


@dataclass(slots=True)
class Play:
    """A dialogue under way: its chats by name, the one on stage, and what was said."""

    dialogue: Dialogue
    stage: Stage
    chats: dict[str, Chat] = field(default_factory=dict)
    here: str = "first chat"
    said: list[str] = field(default_factory=list)
    told: Told = field(init=False)
    matched: int = 0

    def __post_init__(self) -> None:
        self.told = Told(self._translated)
        self.chats[self.here] = self.stage.chat(self.dialogue.headers.get("channel", "telegram"))

    @property
    def chat(self) -> Chat:
        """The chat on stage."""
        return self.chats[self.here]

    @property
    def reply(self) -> Rendered:
        """What was shown last on stage."""
        if not self.chat.replies:
            raise Mismatch("nothing was answered yet")
        return self.chat.replies[-1]

    async def run(self) -> None:
        """Play the whole dialogue.

        Raises:
            Mismatch: something is not as the dialogue says; shows what was said so far.
        """
        await self.stage.begin()
        for step in self.dialogue.steps:
            try:
                await self._do(step)
            except Mismatch as error:
                so_far = "\n".join(self.said)
                where = f"{self.dialogue.name}.txt:{step.line}: {step.kind} {step.text}"
                raise Mismatch(f"{so_far}\n\n{where}\n{error}") from None

    async def _do(self, step: Step) -> None:
        match step.kind:
            case Kind.IN:
                await self._turn(step.text)
            case Kind.OUT:
                self._expect(step)
            case Kind.HOLDS:
                await self._holds(step.text)
            case Kind.CHAT:
                self._switch(step.text)
            case Kind.STAGE:
                await self._act(step.text)

    async def _turn(self, text: str) -> None:
        self.said.append(f"> {text}")
        turn = self._made(text, self.stage.chat("web").address)
        self._show(await self.stage.handle(self.chat, turn))

    def _show(self, reply: Rendered) -> None:
        self.matched = 0
        self.said += [f"< {one}" for one in shown(reply)]

    def _made(self, text: str, key: str) -> Turn:
        chat, now = self.chat, self.stage.now
        hint = self.dialogue.headers.get("language")
        what: dict[str, object] = {"hint": hint}
        if text == "(again)":
            return replace(chat.turns[-1], at=now)
        if text in UNREADABLE:
            what["unreadable"] = UNREADABLE[text]
        elif long := _LONG.fullmatch(text):
            what["text"] = ("word " * int(long[1]))[: int(long[1]) - 1] + "."
        elif at := _POINT.fullmatch(text):
            what["point"] = Point(float(at[1]), float(at[2]))
        elif raw := _RAW.fullmatch(text):
            what["choice"] = raw[1]
        elif old := _OLD.fullmatch(text):
            what["choice"] = self._carried(old[1], self.chat.replies[::-1])
        elif label := _PRESS.fullmatch(text):
            last = [one for one in self.chat.replies if one.buttons][-1:]
            what["choice"] = self._carried(label[1], last)
        else:
            what["text"] = _HELD.sub(self._held, text)
        turn = Turn(key, chat.channel, chat.person, now, address=chat.address)
        return replace(turn, **what)  # type: ignore[arg-type]

    def _carried(self, label: str, replies: list[Rendered]) -> str:
        wanted = self._translated(label[1:]) if label.startswith("~") else label
        for reply in replies:
            for message in reply.messages:
                for row in message.choices:
                    for button in row:
                        if wanted in (button.label, plain(button.label)):
                            return button.id
        raise Mismatch(f"there is no button [{wanted}]")

    def _held(self, hole: re.Match[str]) -> str:
        if hole[1] not in self.told.values:
            raise Mismatch(f"nothing was captured as {hole[1]}")
        return _rewritten(self.told.values[hole[1]], hole[2])

    def _expect(self, step: Step) -> None:
        """Find a message, after those that were found already, that is what the step says."""
        messages = shown(self.reply)
        for at in range(self.matched, len(messages)):
            if self.told.fits(step, messages[at]):
                self.matched = at + 1
                return
        raise Mismatch("no message of the reply is like this")

    def _translated(self, line: str) -> str:
        language = self.reply.language if self.chat.replies else "en"
        return self.stage.knowledge.catalogs.translations[language].gettext(line)

    def _switch(self, name: str) -> None:
        name, _, channel = name.partition(" on ")
        if name not in self.chats:
            wanted = channel or self.dialogue.headers.get("channel", "telegram")
            if wanted not in CHANNELS:
                raise BrokenDialogue(f"no such channel: {wanted}")
            self.chats[name] = self.stage.chat(wanted)
        self.here, self.matched = name, 0
        self.said.append(f"== {name}")

    async def _act(self, text: str) -> None:
        self.said.append(f"-- {text}")
        if later := re.fullmatch(r"later (\d+) (min|h|d)", text):
            self.stage.later(int(later[1]) * UNITS[later[2]])
            await self._told()
        elif office := re.fullmatch(r"(\S+) has (an officer|a woman)", text):
            await self.stage.onboard(office[1], woman=office[2] == "a woman")
        elif act := _OFFICER.fullmatch(text):
            await self.stage.officer(self.told.values["number"], act[1].split()[0], act[2] or "")
            await self._told()
        elif act := _PARTNER.fullmatch(text):
            await self.stage.partner(self.told.values["number"], act[1].split()[0], act[2])
            await self._told()
        elif counted := re.fullmatch(r"(\S+) answered (\d+) requests in (\d+) min", text):
            await self.stage.answered(counted[1], int(counted[2]), int(counted[3]))
        elif text == "the set-up is not finished":
            await self.stage.unfinish()
        else:
            raise BrokenDialogue(f"nobody can do this: {text}")

    async def _told(self) -> None:
        """Let the jobs run that are due, and show what they bring."""
        before = {name: len(chat.replies) for name, chat in self.chats.items()}
        await self.stage.tell(list(self.chats.values()))
        for name, chat in self.chats.items():
            for reply in chat.replies[before[name] :]:
                self._show(reply)

    async def _holds(self, text: str) -> None:
        for form, holds in CHECKS:
            if match := re.fullmatch(form, text):
                await holds(self, match)
                return
        raise BrokenDialogue(f"nothing checks this: {text}")


async def _stored(play: Play, count: re.Match[str]) -> None:
    wanted = {"nothing": 0, "one request": 1}.get(count[1], 0)
    made = len(await play.stage.requests())
    _same(made, wanted, "requests are stored")


async def _request(play: Play, named: re.Match[str]) -> None:
    """Compare the newest request, opened, with `name=value` pairs."""
    made = await play.stage.requests()
    if not made:
        raise Mismatch("no request is stored")
    newest, told = made[-1], await play.stage.particulars(made[-1])
    has = {name: str(getattr(newest, name)) for name in ("office", "category", "urgency", "state")}
    has |= {"language": newest.language, "contact": str(newest.consent.contact)}
    has |= {"partner": "yes" if newest.consent.partner else "no", "country": told.country or "-"}
    has |= {"place": told.place or "-", "for": "other" if told.for_other else "me"}
    has |= {"words": told.words or "-", "safeword": told.safe_word or "-"}
    has |= {"against": told.against or "-"}
    has |= {"stopped": "yes" if newest.do_not_contact else "no"}
    has |= {"wishes": _wishes(await play.stage.wishes(newest))}
    for name, value in re.findall(r'([a-z]+)=("[^"]*"|\S+)', named[1]):
        _same(has.get(name), value.strip('"'), name)


def _wishes(wishes: Wishes) -> str:
    """Return wishes as a dialogue writes them, in alphabetical order."""
    named = {
        "woman": wishes.woman,
        "not-community": wishes.not_community,
        f"not-country:{wishes.not_country}": wishes.not_country,
        f"tongue:{wishes.tongue}": wishes.tongue,
        f"not-offices:{'+'.join(sorted(wishes.not_offices))}": wishes.not_offices,
    }
    return ",".join(sorted(name for name, wished in named.items() if wished)) or "-"


async def _remembered(play: Play, _: re.Match[str]) -> None:
    _same(await play.stage.remembers(play.chat), False, "the chat is held")


async def _kept(play: Play, wanted: re.Match[str]) -> None:
    _same(", ".join(await play.stage.kept(play.chat)) or "nothing", wanted[1], "what is kept")


async def _silent(play: Play, said: re.Match[str]) -> None:
    whole = "\n".join(map(str, shown(play.reply)))
    if _HELD.sub(play._held, said[1]) in whole:
        raise Mismatch(f"it says {said[1]}")


async def _isolated(play: Play, said: re.Match[str]) -> None:
    whole = "\n".join(one.text for one in play.reply.messages)
    if f"\u2068{said[1]}\u2069" not in whole:
        raise Mismatch("the value does not stand between isolates")


async def _direction(play: Play, wanted: re.Match[str]) -> None:
    _same(play.reply.direction, wanted[1], "direction")


async def _wiped(play: Play, _: re.Match[str]) -> None:
    _same(play.reply.wipe, True, "what was there is deleted")


async def _messages(play: Play, wanted: re.Match[str]) -> None:
    _same(len(play.reply.messages), int(wanted[1]), "messages in this reply")


async def _replies(play: Play, wanted: re.Match[str]) -> None:
    _same(len(play.chat.replies), int(wanted[1]), "replies in this chat")


async def _show(play: Play, _: re.Match[str]) -> None:
    raise Mismatch("this is the dialogue so far")


def _same(has: object, wanted: object, what: str) -> None:
    if has != wanted:
        raise Mismatch(f"{what}: {has}, not {wanted}")


Check = Callable[[Play, re.Match[str]], Awaitable[None]]
CHECKS: tuple[tuple[str, Check], ...] = (
    (r"(nothing|one request) stored", _stored),
    (r"request (.+)", _request),
    (r"nothing remembered", _remembered),
    (r"kept (.+)", _kept),
    (r'not said "(.+)"', _silent),
    (r'isolated "(.+)"', _isolated),
    (r"direction (ltr|rtl)", _direction),
    (r"wiped", _wiped),
    (r"(\d+) messages?", _messages),
    (r"(\d+) replies so far", _replies),
    (r"show", _show),
)
"""What may stand behind `!`."""


def shown(reply: Rendered) -> list[Shown]:
    """Return the messages of a reply as a person sees them."""
    return [
        Shown(one.text, tuple(button.label for row in one.choices for button in row))
        for one in reply.messages
    ]


def _rewritten(digits: str, how: str | None) -> str:
    """Return digits as somebody may type them."""
    match how:
        case None:
            return " ".join(digits[at : at + 4] for at in range(0, len(digits), 4))
        case "joined":
            return digits
        case "dashes":
            return "-".join(digits[at : at + 3] for at in range(0, len(digits), 3))
        case "zero-width":
            return "\u200b".join(digits)
        case "wrong":
            return digits[:-1] + str((int(digits[-1]) + 1) % 10)
        case _:
            return "".join(chr(ZEROS[how] + int(digit)) for digit in digits)
