"""Typical services, to fill the sizing calculator with: buttons of its form, and commands of its page."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Situation:
    """One service. `typed` is what differs from the form's defaults, in the fields' units; "" leaves a field empty."""

    name: str
    typed: dict[str, str]


SITUATIONS = (
    Situation("a small shop on one machine", {"rate": "20", "hold": "15", "processes": "2"}),
    Situation("four gunicorn workers, async", {"rate": "400", "hold": "12", "threads": "0"}),
    Situation(
        "serverless, up to 200 instances",
        {"rate": "300", "hold": "20", "processes": "1", "hosts": "200", "threads": "0", "deploy": "1"},
    ),
    Situation(
        "behind PgBouncer",
        {"rate": "900", "hold": "8", "hosts": "6", "threads": "0", "max_connections": "1000", "reserved": "0"},
    ),
    Situation(
        "streams that hold for 90 s",
        {"rate": "1", "hold": "90000", "threads": "0"},
    ),
    Situation(
        "20/10 in eight workers: does it fit?",
        {"rate": "", "hold": "", "processes": "8", "pool_size": "20", "max_overflow": "10"},
    ),
)
