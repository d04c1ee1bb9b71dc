"""What one round of load comes to, and several; milliseconds, answers per second."""

import os
import platform
from collections.abc import Mapping, Sequence
from importlib.metadata import version
from statistics import median, quantiles

from pydantic import BaseModel, ConfigDict

LIBRARIES = ("sqlalchemy", "fastapi", "uvicorn", "psycopg", "locust")


class Frozen(BaseModel):
    """A figure does not change once it is measured."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Round(Frozen):
    """One store under load once. Answers are those that were as expected; the times are theirs."""

    answers: int
    errors: dict[str, int]  # by their text
    seconds: float
    throughput: float
    p50: float
    p95: float
    p99: float
    connections: int  # opened during the round
    client_cpu: float  # share of one core that the shoppers took
    client_ms: float  # of processor time that one request cost them


class Spread(Frozen):
    """A median over the rounds, with the least and the most."""

    median: float
    least: float
    most: float

    def in_words(self, digits: int) -> str:
        """Give the median, with the ends behind it if they differ."""
        if self.least == self.most:
            return f"{self.median:,.{digits}f}"
        return f"{self.median:,.{digits}f} ({self.least:,.{digits}f} – {self.most:,.{digits}f})"


class Summary(Frozen):
    """Several rounds of one store; answers, errors and connections are sums."""

    throughput: Spread
    p50: Spread
    p95: Spread
    p99: Spread
    answers: int
    errors: dict[str, int]
    connections: int

    @property
    def failed(self) -> int:
        return sum(self.errors.values())

    @property
    def requests(self) -> int:
        return self.answers + self.failed


class Machine(Frozen):
    """Where it was measured; shoppers, store and database share these cores."""

    cores: int
    system: str
    python: str
    load_average: float | None  # of the minute before: near 0 the machine was ours alone


def round_result(
    times: Sequence[float], errors: Mapping[str, int], seconds: float, connections: int, cpu: float
) -> Round:
    """Sum up one round from the milliseconds of every answer; without two of them there are no percentiles, only 0."""
    cuts = quantiles(times, n=100, method="inclusive") if len(times) > 1 else [0.0] * 99
    return Round(
        answers=len(times), errors=dict(errors), seconds=round(seconds, 2), throughput=round(len(times) / seconds, 1),
        p50=round(cuts[49], 2), p95=round(cuts[94], 2), p99=round(cuts[98], 2), connections=connections,
        client_cpu=round(cpu, 2), client_ms=round(1000 * cpu * seconds / max(1, len(times) + sum(errors.values())), 3),
    )  # fmt: skip


def spread(values: Sequence[float], digits: int = 2) -> Spread:
    """Give the median and the ends."""
    return Spread(
        median=round(median(values), digits), least=round(min(values), digits), most=round(max(values), digits)
    )


def summary(rounds: Sequence[Round]) -> Summary:
    """Sum up the rounds of one store."""
    texts = dict.fromkeys(text for one in rounds for text in one.errors)
    return Summary(
        throughput=spread([one.throughput for one in rounds], 1),
        p50=spread([one.p50 for one in rounds]), p95=spread([one.p95 for one in rounds]), p99=spread([one.p99 for one in rounds]),
        answers=sum(one.answers for one in rounds), connections=sum(one.connections for one in rounds),
        errors={text: sum(one.errors.get(text, 0) for one in rounds) for text in texts},
    )  # fmt: skip


def ratio(over: float, under: float) -> float:
    """Divide two figures of the same run; 0 if there is nothing to divide by."""
    return round(over / under, 2) if under else 0.0


def machine() -> Machine:
    """Say where we are."""
    return Machine(
        cores=len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1,
        system=f"{platform.system()} {platform.machine()}", python=platform.python_version(),
        load_average=round(os.getloadavg()[0], 1) if hasattr(os, "getloadavg") else None,
    )  # fmt: skip


def where(machine: Machine, versions: Mapping[str, str]) -> str:
    """Say where it was measured, and beside what."""
    load = "" if machine.load_average is None else f"; load average before: {machine.load_average:g}"
    return (
        f"PostgreSQL {versions['postgresql']}, Python {machine.python}, {machine.system}, {machine.cores} cores "
        f"shared by shoppers, store and database{load}."
    )


def versions(postgresql: str) -> dict[str, str]:
    """Name what was measured."""
    return {"postgresql": postgresql} | {name: version(name) for name in LIBRARIES}
