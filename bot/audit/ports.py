"""What others need to write into the audit and to make its heads."""

from typing import Protocol

from bot.audit.entries import Act, By
from bot.audit.heads import Heads, SignedHead


class AuditLog(Protocol):
    """The audit inside one transaction: an entry exists exactly when what it tells was done."""

    async def note(self, act: Act, by: By) -> None:
        """Write one entry."""
        ...


class HeadStore(Protocol):
    """Where the chains stand; each call is a transaction of its own."""

    async def heads(self) -> Heads:
        """Return where every chain stands now, under a running number of their own."""
        ...

    async def keep(self, head: SignedHead) -> None:
        """Keep a signed head in the database."""
        ...
