"""Reading what comes unasked, as the page does."""

import json
from typing import Any

import aiohttp

from tests.faults.program import Program

JSON = dict[str, Any]


async def events(
    program: Program, client: aiohttp.ClientSession, token: str, *, number: int = 1
) -> list[JSON]:
    """Return the first messages that come unasked; fewer if the server ends the stream."""
    found: list[JSON] = []
    headers = {"Authorization": f"Bearer {token}"}
    try:
        async with client.get(f"{program.url}/chat/events", headers=headers) as answer:
            assert answer.status == 200
            async for line in answer.content:
                if line.startswith(b"data: "):
                    found.append(json.loads(line.removeprefix(b"data: ")))
                    if len(found) == number:
                        break
    except aiohttp.ClientError:
        pass
    return found
