"""Work that nobody waits for: Procrastinate tasks, durable and tried again.

Arguments are ids only; a job is put into the queue in the transaction that causes it.
"""

from bot.jobs.parts import Jobs
from bot.jobs.queue import QUEUE, Deferring, add_tasks, open_queue
from bot.jobs.worker import sweeping, working

__all__ = ["QUEUE", "Deferring", "Jobs", "add_tasks", "open_queue", "sweeping", "working"]
