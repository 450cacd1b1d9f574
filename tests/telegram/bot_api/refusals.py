"""The refusals of the Bot API, with the words Telegram uses."""

from typing import Any

Json = dict[str, Any]


class Refusal(Exception):
    """An answer with `ok: false`."""

    def __init__(self, status: int, description: str, retry_after: int | None = None) -> None:
        super().__init__(description)
        self.status = status
        self.description = description
        self.retry_after = retry_after

    def body(self) -> Json:
        """Return the answer as Telegram writes it."""
        body: Json = {"ok": False, "error_code": self.status, "description": self.description}
        if self.retry_after is not None:
            body["parameters"] = {"retry_after": self.retry_after}
        return body


def bad(reason: str) -> Refusal:
    """Return a 400 with this reason."""
    return Refusal(400, f"Bad Request: {reason}")


def too_many_requests(seconds: int) -> Refusal:
    """Return a 429 that asks to wait so many seconds."""
    return Refusal(429, f"Too Many Requests: retry after {seconds}", seconds)


def blocked() -> Refusal:
    """Return the 403 that follows when a person has blocked the bot."""
    return Refusal(403, "Forbidden: bot was blocked by the user")


def conflict(reason: str) -> Refusal:
    """Return a 409 with this reason."""
    return Refusal(409, f"Conflict: {reason}")
