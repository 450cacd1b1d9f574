"""The parameters of one call, whichever way they were sent: query, form, JSON or multipart."""

import json
from collections.abc import Mapping
from typing import Any

from aiohttp import web
from aiohttp.web_request import FileField

from tests.telegram.bot_api.refusals import bad


class Parameters:
    """Typed access to what a client sent; Telegram takes numbers and structures as text too."""

    def __init__(self, values: Mapping[str, Any]) -> None:
        self.values = dict(values)

    def __contains__(self, name: str) -> bool:
        return name in self.values

    def text(self, name: str, default: str = "") -> str:
        """Return a text."""
        return str(self.values.get(name, default))

    def number(self, name: str, default: int | None = None) -> int:
        """Return a whole number; without a default it must be there."""
        value = self.values.get(name, default)
        try:
            return int(value)  # type: ignore[arg-type]  # None is refused just below
        except (TypeError, ValueError):
            raise bad(f"{name} is missing or not a number") from None

    def flag(self, name: str) -> bool:
        """Return a truth value, false when it is not there."""
        return str(self.values.get(name, "")).lower() in {"true", "1"}

    def thing(self, name: str) -> Any:
        """Return a structure, None when it is not there."""
        value = self.values.get(name)
        if not isinstance(value, str):
            return value
        try:
            return json.loads(value)
        except ValueError:
            raise bad(f"can't parse {name} JSON object") from None

    def file(self, name: str) -> FileField:
        """Return an uploaded file; it may be named by `attach://`."""
        value = self.values.get(name)
        if isinstance(value, str) and value.startswith("attach://"):
            value = self.values.get(value.removeprefix("attach://"))
        if not isinstance(value, FileField):
            raise bad(f"there is no {name} in the request")
        return value


async def parameters_of(request: web.Request) -> Parameters:
    """Read the parameters of a request."""
    values: dict[str, Any] = dict(request.query)
    if request.content_type == "application/json":
        values.update(await _json_object(request))
    elif request.method == "POST":
        values.update(await request.post())
    return Parameters(values)


async def _json_object(request: web.Request) -> dict[str, Any]:
    try:
        body = await request.json()
    except ValueError:
        raise bad("can't parse JSON object") from None
    if not isinstance(body, dict):
        raise bad("object expected")
    return body
