"""Reading what comes unasked, as the page does."""

import json
from typing import Any

import aiohttp

from tests.faults.program import Program

JSON = dict[str, Any]


async def events(
    program: Program,
    client: aiohttp.ClientSession,
    token: str,
    *,
    number: int = 1,
    within: float = 90.0,
) -> list[JSON]:
    """Return the first messages that come unasked; fewer if the server ends the stream.

    A page listens longer than it waits for an answer: `within` is in seconds.
    """
    found: list[JSON] = []
    headers = {"Authorization": f"Bearer {token}"}
    try:
        async with client.get(
            f"{program.url}/chat/events",
            headers=headers,
            timeout=aiohttp.ClientTimeout(total=within),
        ) as answer:
            assert answer.status == 200
            async for line in answer.content:
                if line.startswith(b"data: "):
                    found.append(json.loads(line.removeprefix(b"data: ")))
                    if len(found) == number:
                        break
    except aiohttp.ClientError:
        pass
    return found
