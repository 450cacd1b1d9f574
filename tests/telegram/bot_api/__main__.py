"""Try the bot by hand: `python -m tests.telegram.bot_api --port 8081`.

Start the program with `WAYPOINT_TELEGRAM_API_URL=http://127.0.0.1:8081` and the token printed
here, then type.  A line is said; `!2` presses the second button in sight, `@35.1,11.2` shares a
point, `#photo` sends the payload of that name.
"""

import argparse
import asyncio
import sys
from functools import partial

from tests.telegram.bot_api.server import TOKEN, BotApi
from tests.telegram.bot_api.user import User


async def main(port: int, token: str, language: str) -> None:
    """Serve until standard input ends."""
    async with BotApi(token, port=port) as server:
        _print(f"WAYPOINT_TELEGRAM_API_URL={server.url} WAYPOINT_TELEGRAM_TOKEN={token}")
        user = server.user(language_code=language)
        showing = asyncio.create_task(_show(server, user))
        while line := await asyncio.to_thread(sys.stdin.readline):
            try:
                _do(user, line.rstrip("\n"))
            except (AssertionError, OSError, ValueError, IndexError) as problem:
                _print(f"? {problem}")
        showing.cancel()


def _do(user: User, line: str) -> None:
    match line[:1]:
        case "!":
            labels = [label for message in user.answers() for label in message.labels]
            user.presses(labels[int(line[1:]) - 1])
        case "@":
            latitude, longitude = line[1:].split(",")
            user.shares(float(latitude), float(longitude))
        case "#":
            user.sends(line[1:])
        case "":
            pass
        case _:
            user.says(line)


def _print(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


async def _show(server: BotApi, user: User) -> None:
    shown = ""
    while True:
        shown = await server.until(partial(_new, user, shown), 86_400)
        _print(f"\n{shown}\n")


def _new(user: User, seen: str) -> str | None:
    screen = user.screen()
    return screen if screen != seen else None


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, default=8081)
    parser.add_argument("--token", default=TOKEN)
    parser.add_argument("--language", default="en")
    options = parser.parse_args()
    asyncio.run(main(options.port, options.token, options.language))
