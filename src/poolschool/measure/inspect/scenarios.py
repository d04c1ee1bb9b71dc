"""Links to the simulator, set to a finding's numbers; where it has no such thing, to the figure of the lesson."""

from math import inf, isfinite
from urllib.parse import urlencode

from poolschool.measure.inspect.facts import EngineFacts

# What the simulator's fields take, as site/figures/simulator.py has them; a test compares.
LIMITS = {
    "pool_size": (0, 60), "max_overflow": (-1, 60), "processes": (1, 16), "max_connections": (0, 1000), "threads": (0, 400),
    "shoppers": (1, 200), "rate": (0, 2000), "hold": (0.1, 10000), "slow_hold": (1, 60000), "pool_timeout": (0, 60),
}  # fmt: skip


def simulator(scenario: str, engine: EngineFacts | None = None, **settings: float) -> str:
    """Give the address of a scenario, with an engine's pool and further settings; numbers beyond a field are cut to its end."""
    told: dict[str, str] = {"scenario": scenario, "free": "1"}
    if engine is not None and engine.kind == "queue":
        settings = {"pool_size": engine.size, "max_overflow": engine.overflow, **settings}
    for name, value in settings.items():
        low, high = LIMITS.get(name, (-inf, inf))
        told[name] = f"{min(max(value, low), high):g}" if isfinite(value) else f"{high:g}"
    return f"reference/simulator/#{urlencode(told)}"


def lesson(path: str, anchor: str = "") -> str:
    """Give the address of a lesson, or of a section of it."""
    return f"{path}/{f'#{anchor}' if anchor else ''}"
