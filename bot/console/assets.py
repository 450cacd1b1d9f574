"""Style sheet and icon: our own files, read once, at addresses that name their content."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from aiohttp import web

from bot.console.headers import SECURITY

STATIC = Path(__file__).parent / "static"
PREFIX = "/console/static/"
TYPES = {".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml"}
FOR_EVER = "public, max-age=31536000, immutable"
BRIEFLY = "public, max-age=60"


@dataclass(frozen=True, slots=True)
class Assets:
    """The files by name; `addresses` carry a hash, so that a new file is never an old one."""

    bodies: Mapping[str, bytes] = field(repr=False)
    addresses: Mapping[str, str]

    async def serve(self, request: web.Request) -> web.Response:
        """Answer with a file; 404 for anything that is not one of ours."""
        name = request.match_info["name"]
        if name not in self.bodies:
            raise web.HTTPNotFound(headers=SECURITY)
        known = str(request.rel_url) == self.addresses[name]
        headers = {**SECURITY, "Cache-Control": FOR_EVER if known else BRIEFLY}
        kind = TYPES[Path(name).suffix]
        return web.Response(
            body=self.bodies[name], content_type=kind, charset="utf-8", headers=headers
        )


def load_assets() -> Assets:
    """Return our files as they lie beside this module."""
    bodies = {p.name: p.read_bytes() for p in sorted(STATIC.iterdir()) if p.suffix in TYPES}
    addresses = {
        name: f"{PREFIX}{name}?v={hashlib.sha256(body).hexdigest()[:16]}"
        for name, body in bodies.items()
    }
    return Assets(bodies, addresses)
