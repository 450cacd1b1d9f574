"""Work that nobody waits for: Procrastinate tasks, durable and tried again.

Arguments are ids only; a job is put into the queue in the transaction that causes it.
"""

from bot.jobs.heads import HeadDesk, add_heads, last_head
from bot.jobs.late import add_late
from bot.jobs.parts import Jobs
from bot.jobs.queue import QUEUE, Deferring, add_tasks, open_queue
from bot.jobs.retention import add_retention
from bot.jobs.worker import sweeping, working

__all__ = [
    "QUEUE",
    "Deferring",
    "HeadDesk",
    "Jobs",
    "add_heads",
    "add_late",
    "add_retention",
    "add_tasks",
    "last_head",
    "open_queue",
    "sweeping",
    "working",
]
