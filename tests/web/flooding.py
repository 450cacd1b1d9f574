"""A flood from another process: `python -m tests.web.flooding <address> <number>`.

Says when it begins, then sends so many openings at once and prints how each was answered.
"""

import asyncio
import json
import sys
from collections import Counter

from aiohttp import ClientSession, ClientTimeout, TCPConnector


async def flood(address: str, number: int) -> Counter[int]:
    """Open so many chats at once and return how often which status came."""
    patient = ClientTimeout(total=60)
    async with ClientSession(connector=TCPConnector(limit=0), timeout=patient) as client:

        async def one() -> int:
            async with client.post(f"{address}/chat", json={}) as answer:
                await answer.read()
                return answer.status

        sys.stdout.write("begins\n")
        sys.stdout.flush()
        return Counter(await asyncio.gather(*(one() for _ in range(number))))


if __name__ == "__main__":
    sys.stdout.write(json.dumps(asyncio.run(flood(sys.argv[1], int(sys.argv[2])))) + "\n")
