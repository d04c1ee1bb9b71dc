"""`poolschool compare`: is the simulator true? Real pools on a real PostgreSQL, recorded and replayed.

    draw arrivals and hold times by seed ─> threads, SQLAlchemy, PostgreSQL with pg_sleep ─> recorded: when each request
    asked, waited, held, timed out ─> docs/assets/simulator/replay.js with these arrivals and hold times ─> both side by side

Writes JSON that the page of the simulator shows with its date and machine. Times are in seconds.
"""

import datetime
import json
import os
import platform
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.progress import track
from rich.table import Table
from sqlalchemy import create_engine, event, text
from sqlalchemy.exc import TimeoutError as PoolTimeout

from poolschool.course.lessons import find_root
from poolschool.database.running import server
from poolschool.measure.javascript import Module

SHARE = 0.15  # how far quantiles may differ
POINTS = 0.03  # how far the shares of time-outs may differ
NOISE = 0.003  # seconds; below this a scheduler decides, not a pool


@dataclass(frozen=True)
class Setting:
    """One pool and its load: `load` is rate × hold ÷ all its connections."""

    pool_size: int
    max_overflow: int
    load: float
    pool_timeout: float
    hold: float = 0.05

    @property
    def rate(self) -> float:
        """Requests per second."""
        return self.load * (self.pool_size + self.max_overflow) / self.hold


SETTINGS = (
    Setting(1, 0, 0.5, 30),
    Setting(1, 0, 0.8, 30),
    Setting(1, 0, 1.5, 0.3),
    Setting(2, 0, 0.7, 30),
    Setting(2, 2, 0.8, 30),
    Setting(3, 1, 1.4, 0.2),
    Setting(5, 0, 0.7, 30),
    Setting(5, 0, 0.9, 30),
    Setting(5, 5, 0.8, 30, 0.08),
    Setting(5, 0, 1.3, 0.5),
    Setting(5, 10, 1.2, 0.3, 0.12),
    Setting(10, 0, 0.9, 30, 0.1),
    Setting(10, 5, 1.3, 0.4, 0.12),
    Setting(20, 0, 0.85, 30, 0.15),
    Setting(20, 10, 1.2, 0.4, 0.2),
)


@dataclass
class Recorded:
    """What one request met, in seconds since the run began; `got` and `done` are None if it timed out."""

    hold: float
    asked: float = 0.0
    got: float | None = None
    done: float | None = None


@dataclass(frozen=True)
class Measurement:
    """Quantiles of one side, in seconds, of the requests that got a connection."""

    wait_p50: float
    wait_p95: float
    total_p50: float
    total_p95: float
    timeouts: float
    opened: int


@dataclass(frozen=True)
class Comparison:
    """A setting with both sides."""

    setting: Setting
    requests: int
    real: Measurement
    simulated: Measurement
    misses: tuple[str, ...] = field(default=())


def compare(seconds: float, output: Path | None, only: int | None = None) -> int:
    """Measure every setting for so many seconds and show both sides; exit code 1 if they differ by more than allowed."""
    console = Console()
    comparisons = measure(
        seconds, SETTINGS[:only] if only else SETTINGS, lambda steps: track(steps, "measuring", console=console)
    )
    console.print(_table(comparisons), *(miss for one in comparisons for miss in one.misses), sep="\n")
    if output is not None:
        report = {
            "measured_on": datetime.datetime.now(datetime.UTC).date().isoformat(),
            "seconds": seconds,
            "machine": _machine(),
        }
        report["settings"] = [asdict(one) | {"rate": one.setting.rate} for one in comparisons]
        output.write_text(json.dumps(report, indent=1) + "\n", encoding="utf-8")
    return 1 if any(one.misses for one in comparisons) else 0


def measure(
    seconds: float, settings: Sequence[Setting], progress: Callable[[Sequence[Setting]], Any] = iter
) -> list[Comparison]:
    """Run and replay each setting."""
    with server() as url, Module(find_root() / "docs" / "assets" / "simulator" / "replay.js") as replay:
        return [_both(url, replay, setting, seconds, seed) for seed, setting in enumerate(progress(settings), start=1)]


def _both(url: str, replay: Module, setting: Setting, seconds: float, seed: int) -> Comparison:
    arrivals, holds = replay.call("draw", {"rate": setting.rate, "hold": setting.hold, "seed": seed}, seconds)
    recorded, opened, opening = _run(url, setting, arrivals, holds)
    recorded.sort(key=lambda one: one.asked)
    pool = {"pool_size": setting.pool_size, "max_overflow": setting.max_overflow, "pool_timeout": setting.pool_timeout}
    # who timed out never held: in the replay it would hold for what was drawn for it
    held = [one.done - one.got if one.got is not None and one.done is not None else one.hold for one in recorded]
    report = replay.call("replay", pool | {"open": opening}, [one.asked for one in recorded], held)
    real = _quantiles(
        [None if one.got is None else one.got - one.asked for one in recorded],
        [None if one.done is None else one.done - one.asked for one in recorded],
        opened,
    )
    simulated = _quantiles(report["waits"], report["totals"], report["opened"])
    return Comparison(setting, len(recorded), real, simulated, _misses(setting, real, simulated))


def _run(url: str, setting: Setting, arrivals: list[float], holds: list[float]) -> tuple[list[Recorded], int, float]:
    """Send the requests, a thread each; give what they met, the connections opened and what opening one took."""
    engine = create_engine(
        url, pool_size=setting.pool_size, max_overflow=setting.max_overflow, pool_timeout=setting.pool_timeout
    )
    with engine.connect() as first:  # the dialect asks the server who it is, once
        first.execute(text("SELECT pg_sleep(0)"))
    engine.dispose()
    openings: list[float] = []

    @event.listens_for(engine, "do_connect")
    def connect(dialect: Any, _record: object, arguments: Any, keywords: Any) -> object:
        began = time.perf_counter()
        connection = dialect.connect(*arguments, **keywords)
        openings.append(time.perf_counter() - began)
        return connection

    recorded = [Recorded(hold) for hold in holds]
    began = time.perf_counter()

    def request(one: Recorded) -> None:
        one.asked = time.perf_counter() - began
        try:
            with engine.connect() as connection:
                one.got = time.perf_counter() - began
                connection.execute(text("SELECT pg_sleep(:hold)"), {"hold": one.hold})
            one.done = time.perf_counter() - began
        except PoolTimeout:
            pass

    threads = []
    for at, one in zip(arrivals, recorded, strict=True):
        time.sleep(max(0.0, at - (time.perf_counter() - began)))
        threads.append(threading.Thread(target=request, args=(one,), daemon=True))
        threads[-1].start()
    for thread in threads:
        thread.join()
    engine.dispose()
    return recorded, len(openings), sorted(openings)[len(openings) // 2]


def _quantiles(waits: Sequence[float | None], totals: Sequence[float | None], opened: int) -> Measurement:
    waited = sorted(one for one in waits if one is not None)
    took = sorted(one for one in totals if one is not None)
    return Measurement(
        waited[len(waited) // 2],
        waited[int(0.95 * len(waited))],
        took[len(took) // 2],
        took[int(0.95 * len(took))],
        1 - len(waited) / len(waits),
        opened,
    )


def _misses(setting: Setting, real: Measurement, simulated: Measurement) -> tuple[str, ...]:
    """Name what differs by more than allowed."""
    names = ("wait_p50", "wait_p95", "total_p50", "total_p95")
    pairs = {name: (getattr(real, name), getattr(simulated, name)) for name in names}
    comparisons = [
        f"{name} {one * 1000:.1f} ms, simulated {other * 1000:.1f} ms"
        for name, (one, other) in pairs.items()
        if abs(one - other) > max(SHARE * one, NOISE)
    ]
    if abs(real.timeouts - simulated.timeouts) > POINTS:
        comparisons.append(f"time-outs {real.timeouts:.1%}, simulated {simulated.timeouts:.1%}")
    return tuple(f"{setting.pool_size}+{setting.max_overflow} at {setting.load:g}: {miss}" for miss in comparisons)


def _machine() -> dict[str, Any]:
    return {"cores": os.cpu_count(), "system": platform.system(), "python": platform.python_version()}


def _table(comparisons: Sequence[Comparison]) -> Table:
    table = Table(title="Real | simulated")
    for name in (
        "pool",
        "load",
        "requests",
        "wait p50, ms",
        "wait p95, ms",
        "total p50, ms",
        "total p95, ms",
        "time-outs",
    ):
        table.add_column(name, justify="right")
    for one in comparisons:
        cells = [
            f"{getattr(one.real, name) * 1000:.1f} | {getattr(one.simulated, name) * 1000:.1f}"
            for name in ("wait_p50", "wait_p95", "total_p50", "total_p95")
        ]
        pool = f"{one.setting.pool_size} + {one.setting.max_overflow}"
        timeouts = f"{one.real.timeouts:.1%} | {one.simulated.timeouts:.1%}"
        table.add_row(pool, f"{one.setting.load:g}", str(one.requests), *cells, timeouts)
    return table
