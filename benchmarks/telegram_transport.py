"""What a sent message costs over our aiohttp transport and over the library's own httpx.

Both send through the same library to the same bare server on loopback, which runs in a process of
its own and answers every request with the same message.  Rounds are interleaved, so that other
work on the machine hits both alike; ratios are the result, absolute figures are not portable.

    python -m benchmarks.telegram_transport [--messages 2000] [--rounds 3] [--json]
"""

import argparse
import asyncio
import json
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass

from telegram import Bot
from telegram.request import BaseRequest, HTTPXRequest

from bot.channels.telegram.transport import AiohttpRequest

TOKEN = "110201543:benchmark"  # noqa: S105 - of a server that takes any
MESSAGE = {
    "ok": True,
    "result": {
        "message_id": 1,
        "date": 1_795_500_000,
        "chat": {"id": 5_550_100, "type": "private", "first_name": "Test"},
        "from": {"id": 110_201_543, "is_bot": True, "first_name": "Test", "username": "test_bot"},
        "text": "Hello.",
    },
}
TRANSPORTS: dict[str, Callable[[], BaseRequest]] = {
    "aiohttp": lambda: AiohttpRequest(connections=100),
    "httpx": lambda: HTTPXRequest(connection_pool_size=100, pool_timeout=60, read_timeout=60),
}


@dataclass(frozen=True, slots=True)
class Cost:
    """Messages a second, and milliseconds of this process's CPU for each."""

    rate: float
    cpu_ms: float


class Bare(asyncio.Protocol):
    """Answers each request without reading more of it than where it ends."""

    answer = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep the connection."""
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport
        self.waiting = b""

    def data_received(self, data: bytes) -> None:
        """Answer what is complete."""
        self.waiting += data
        while (end := self.waiting.find(b"\r\n\r\n")) >= 0:
            head = self.waiting[:end].lower()
            at = head.find(b"content-length:")
            length = int(head[at + 15 :].split(b"\r\n", 1)[0]) if at >= 0 else 0
            if len(self.waiting) < end + 4 + length:
                return
            self.waiting = self.waiting[end + 4 + length :]
            self.transport.write(self.answer)


async def serve() -> None:
    """Print the port and serve until the process is ended."""
    body = json.dumps(MESSAGE).encode()
    head = (
        f"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    Bare.answer = head.encode() + body
    server = await asyncio.get_running_loop().create_server(Bare, "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


async def measure(transport: str, port: int, messages: int, at_once: int) -> Cost:
    """Send so many messages, so many at once."""
    requests = [TRANSPORTS[transport]() for _ in range(2)]
    bot = Bot(
        TOKEN,
        base_url=f"http://127.0.0.1:{port}/bot",
        request=requests[0],
        get_updates_request=requests[1],
    )
    for request in requests:
        await request.initialize()

    async def some(number: int) -> None:
        for _ in range(number):
            await bot.send_message(5_550_100, "Hello.")

    await asyncio.gather(*(some(1) for _ in range(at_once)))  # connections open, code warm
    began, cpu = time.perf_counter(), time.process_time()
    await asyncio.gather(*(some(messages // at_once) for _ in range(at_once)))
    took, cpu = time.perf_counter() - began, time.process_time() - cpu
    for request in requests:
        await request.shutdown()
    sent = messages // at_once * at_once
    return Cost(sent / took, cpu * 1000 / sent)


def main() -> int:
    """Measure and print the middle of the rounds."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--messages", type=int, default=2000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--serve", action="store_true", help=argparse.SUPPRESS)
    wanted = parser.parse_args()
    if wanted.serve:
        asyncio.run(serve())
        return 0
    result = compare(wanted.messages, wanted.rounds)
    if wanted.json:
        print(json.dumps(result))
        return 0
    print(f"{'at once':>8} {'transport':>10} {'messages/s':>11} {'CPU ms each':>12}")
    for at_once, costs in result.items():
        for transport, cost in costs.items():
            print(f"{at_once:>8} {transport:>10} {cost['rate']:>11.0f} {cost['cpu_ms']:>12.2f}")
    return 0


def compare(messages: int, rounds: int) -> dict[str, dict[str, dict[str, float]]]:
    """Return the costs by messages at once and transport."""
    command = [sys.executable, "-m", "benchmarks.telegram_transport", "--serve"]
    result: dict[str, dict[str, dict[str, float]]] = {}
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:
        try:
            assert server.stdout is not None
            port = int(server.stdout.readline())
            for at_once in (1, 30, 100):
                seen: dict[str, list[Cost]] = {name: [] for name in TRANSPORTS}
                for _ in range(rounds):
                    for name in TRANSPORTS:
                        seen[name].append(asyncio.run(measure(name, port, messages, at_once)))
                result[str(at_once)] = {name: asdict(middle(costs)) for name, costs in seen.items()}
        finally:
            server.terminate()
    return result


def middle(costs: list[Cost]) -> Cost:
    """Return the medians."""
    return Cost(
        statistics.median(cost.rate for cost in costs),
        statistics.median(cost.cpu_ms for cost in costs),
    )


if __name__ == "__main__":
    sys.exit(main())
