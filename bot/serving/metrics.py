"""Counts for operators: how much happens and how fast, nothing about anyone."""

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram


class Metrics:
    """The counters of this process."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self.turns = Counter(
            "waypoint_turns_total", "Turns handled", ["channel"], registry=self.registry
        )
        self.seconds = Histogram(
            "waypoint_turn_seconds", "Time of a turn", ["channel"], registry=self.registry
        )
        self.failures = Counter(
            "waypoint_turn_failures_total", "Turns that failed", ["channel"], registry=self.registry
        )
        self.responses = Counter(
            "waypoint_http_responses_total", "HTTP answers", ["status"], registry=self.registry
        )
        self.held = Counter(
            "waypoint_turns_held_total", "Turns slowed by a limit", ["why"], registry=self.registry
        )
        self.code_failures = Gauge(
            "waypoint_code_failures_day", "Wrong codes in 24 hours", registry=self.registry
        )
        self.database = Gauge(
            "waypoint_database_up", "Whether the database answered now", registry=self.registry
        )
        self.unsent = Gauge(
            "waypoint_replies_unsent", "Replies not yet sent", registry=self.registry
        )
        self.open = Gauge(
            "waypoint_requests_open", "Requests by state", ["state"], registry=self.registry
        )
        self.overdue = Gauge(
            "waypoint_requests_overdue", "Waiting past their time", registry=self.registry
        )
        self.retention = Gauge(
            "waypoint_retention_refused",
            "Whether erasing by time waits for the operator",
            registry=self.registry,
        )
