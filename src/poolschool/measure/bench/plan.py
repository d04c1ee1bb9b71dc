"""What a bench is asked to do."""

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True)
class Plan:
    """How many shoppers, for how long, how often, on what."""

    users: int = 300
    seconds: float = 6.0  # of one measured round
    rounds: int = 3
    warm_up: float = 1.0  # seconds, before each
    workers: int = 2  # of the headline's stores
    flavour: Literal["sync", "async"] = "sync"
    command: str = "poolschool bench"  # by which to measure it again
