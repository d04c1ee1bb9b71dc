"""What the bench found: rounds, their medians, and all that must be known to judge them. Written as headline.json."""

import os
import platform
from collections.abc import Sequence
from datetime import date
from importlib.metadata import version
from statistics import median, quantiles

from pydantic import BaseModel, ConfigDict

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


def measured(
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


def summed(rounds: Sequence[Round]) -> Summary:
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
    without = summed([one for one in rounds if not one.pooled])
    pooled = summed([one for one in rounds if one.pooled])
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


def _cores() -> int:
    """Count the cores this process may use: fewer than there are, in a container."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
