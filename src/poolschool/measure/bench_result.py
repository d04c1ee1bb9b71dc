"""What the bench measures: rounds, their medians, and all that must be known to judge them. Written as headline.json, printed as a table."""

import os
import platform
from collections.abc import Sequence
from datetime import date
from importlib.metadata import version
from statistics import median, quantiles
from typing import TYPE_CHECKING

from pydantic import BaseModel, ConfigDict

if TYPE_CHECKING:
    from rich.console import RenderableType

LIBRARIES = ("sqlalchemy", "fastapi", "uvicorn", "psycopg", "locust")


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Round(_Frozen):
    """One store under load once. Times are in milliseconds, `throughput` in answers per second."""

    pooled: bool
    requests: int
    errors: int
    seconds: float
    throughput: float
    p50: float
    p95: float
    p99: float
    connections: int  # opened during the round, as PostgreSQL counted them
    load_generator_cpu: float  # share of one core


class Summary(_Frozen):
    """Medians over the rounds of one store; requests, errors and connections are sums."""

    throughput: float
    p50: float
    p95: float
    p99: float
    requests: int
    errors: int
    connections: int


class Machine(_Frozen):
    """Where it was measured; client, application and database share these cores."""

    cores: int
    system: str
    python: str


class Headline(_Frozen):
    """A whole measurement: the first lesson shows it."""

    measured_on: date
    machine: Machine
    versions: dict[str, str]
    users: int
    seconds: float  # per round
    pool_size: int
    without_pool: Summary
    with_pool: Summary
    ratio: float  # of the two throughputs
    rounds: tuple[Round, ...]


def round_result(
    *, pooled: bool, times: Sequence[float], errors: int, seconds: float, connections: int, cpu: float
) -> Round:
    """Sum up one round from the milliseconds of every search; there must be at least two."""
    cuts = quantiles(times, n=100, method="inclusive")
    return Round(
        pooled=pooled, requests=len(times), errors=errors, seconds=round(seconds, 2),
        throughput=round((len(times) - errors) / seconds, 1),
        p50=round(cuts[49], 2), p95=round(cuts[94], 2), p99=round(cuts[98], 2),
        connections=connections, load_generator_cpu=round(cpu, 2),
    )  # fmt: skip


def summary(rounds: Sequence[Round]) -> Summary:
    """Sum up the rounds of one store."""
    return Summary(
        throughput=round(median(one.throughput for one in rounds), 1),
        p50=round(median(one.p50 for one in rounds), 2),
        p95=round(median(one.p95 for one in rounds), 2),
        p99=round(median(one.p99 for one in rounds), 2),
        requests=sum(one.requests for one in rounds),
        errors=sum(one.errors for one in rounds),
        connections=sum(one.connections for one in rounds),
    )


def headline(rounds: Sequence[Round], *, users: int, seconds: float, pool_size: int, postgresql: str) -> Headline:
    """Put the measurement together with what there is to know about this machine."""
    without = summary([one for one in rounds if not one.pooled])
    pooled = summary([one for one in rounds if one.pooled])
    return Headline(
        measured_on=date.today(),  # noqa: DTZ011 - the reader's own calendar
        machine=Machine(
            cores=_cores(), system=f"{platform.system()} {platform.machine()}", python=platform.python_version()
        ),
        versions={"postgresql": postgresql} | {name: version(name) for name in LIBRARIES},
        users=users, seconds=seconds, pool_size=pool_size,
        without_pool=without, with_pool=pooled,
        ratio=round(pooled.throughput / without.throughput, 2) if without.throughput else 0.0,
        rounds=tuple(rounds),
    )  # fmt: skip


def report(result: Headline) -> "RenderableType":
    """Show both stores side by side, the ratio, and how it was measured."""
    from rich.console import Group
    from rich.table import Table

    table = Table(title="The store's product search")
    table.add_column("")
    table.add_column("a connection per request", justify="right")
    table.add_column(f"a pool of {result.pool_size}", justify="right")
    without, pooled = result.without_pool, result.with_pool
    table.add_row("answers per second", f"{without.throughput:,.0f}", f"{pooled.throughput:,.0f}")
    for name in ("p50", "p95", "p99"):
        table.add_row(f"{name}, ms", f"{getattr(without, name):,.1f}", f"{getattr(pooled, name):,.1f}")
    table.add_row("requests", f"{without.requests:,}", f"{pooled.requests:,}")
    table.add_row("connections opened", f"{without.connections:,}", f"{pooled.connections:,}")
    table.add_row("errors", f"{without.errors:,}", f"{pooled.errors:,}")
    busiest = max(one.load_generator_cpu for one in result.rounds)
    how = (
        f"{result.users} shoppers, each searching again as soon as the answer is there; {len(result.rounds) // 2} rounds of "
        f"{result.seconds:g} s per store, in turns, medians; requests, connections and errors are sums."
    )
    where = (
        f"PostgreSQL {result.versions['postgresql']}, Python {result.machine.python}, {result.machine.system}, "
        f"{result.machine.cores} cores shared by shoppers, store and database. "
        f"The shoppers took at most {busiest:.0%} of one core."
    )
    words = [f"With a pool the store answers {result.ratio:.1f} times as many requests.", how, where]
    if busiest > 0.9:
        words.append("That is too much: they were the bottleneck, and the ratio is too small. Try fewer --users.")
    return Group(table, *words)


def _cores() -> int:
    """Count the cores this process may use: fewer than there are, in a container."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
