"""What a bench is asked to do."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields
from typing import Literal


@dataclass(frozen=True)
class Plan:
    """How many shoppers, for how long, how often, on what."""

    users: int = 300
    seconds: float = 6.0  # of one measured round
    rounds: int = 3
    workers: int = 2  # of the headline's stores
    flavour: Literal["sync", "async"] = "sync"  # of the headline's stores
    warm_up: float = 1.0  # seconds, before each round

    def command(self, scenarios: Sequence[str] = ()) -> str:
        """Write the command that measures it again."""
        return " ".join(["poolschool bench", *scenarios, *self._options()])

    def _options(self) -> Iterator[str]:
        for option in fields(self):
            if (value := getattr(self, option.name)) != option.default and option.name != "warm_up":
                yield f"--{option.name} {value:g}" if isinstance(value, float) else f"--{option.name} {value}"
