"""Shoppers on a pool: threads that take a connection, query, return it and pause; what they waited and how many were served.

Closed loop: a shopper asks again when the answer is there. Times are in milliseconds.
"""

import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, fields
from statistics import median
from typing import Any, TypeVar

from sqlalchemy import Engine, event, text
from sqlalchemy.exc import TimeoutError as PoolTimeout

WARM_UP = 0.3  # seconds at most, and half of what is measured, in which nothing is counted
PAUSE = 0.001  # seconds between two requests of a shopper: without it a pool starves whoever waits

Key = TypeVar("Key")


@dataclass(frozen=True)
class Served:
    """What shoppers met: requests per second, quantiles, connections opened per thousand requests, time-outs."""

    rate: float
    wait_p50: float
    wait_p95: float
    query_p95: float
    total_p95: float
    opened: float
    timeouts: float


def serve(engine: Engine, query: str, *, shoppers: int, seconds: float) -> Served:
    """Let `shoppers` threads send `query` for some seconds."""
    opened = 0
    counting = threading.Lock()

    @event.listens_for(engine, "connect")
    def count(*_: object) -> None:
        nonlocal opened
        with counting:
            opened += 1

    statement = text(query)
    start = time.perf_counter() + min(WARM_UP, seconds / 2)
    end = start + seconds
    waits: list[list[float]] = [[] for _ in range(shoppers)]
    queries: list[list[float]] = [[] for _ in range(shoppers)]
    timeouts, in_time = [0] * shoppers, [0] * shoppers

    def shop(number: int) -> None:
        while (asked := time.perf_counter()) < end:
            try:
                with engine.connect() as connection:
                    got = time.perf_counter()
                    connection.execute(statement).all()
                    done = time.perf_counter()
            except PoolTimeout:
                timeouts[number] += 1
                continue
            if done >= start:
                waits[number].append((got - asked) * 1000)
                queries[number].append((done - got) * 1000)
                in_time[number] += done < end
            time.sleep(PAUSE)

    before = _together(shop, shoppers, start, lambda: opened)
    waited = [one for each in waits for one in each]
    queried = [one for each in queries for one in each]
    totals = [wait + query for wait, query in zip(waited, queried, strict=True)]
    engine.dispose()
    return Served(
        rate=sum(in_time) / seconds,
        wait_p50=quantile(waited, 0.5),
        wait_p95=quantile(waited, 0.95),
        query_p95=quantile(queried, 0.95),
        total_p95=quantile(totals, 0.95),
        opened=1000 * (opened - before) / max(1, len(waited)),
        timeouts=sum(timeouts),
    )


def medians(runs: Sequence[Any]) -> Any:
    """Give the median of each number of several runs of the same kind."""
    return type(runs[0])(**{one.name: median(getattr(run, one.name) for run in runs) for one in fields(runs[0])})


def rounds(number: int, actions: Mapping[Key, Callable[[], Any]]) -> dict[Key, Any]:
    """Do all actions in turn, several times, and give the medians of each: what disturbs the machine disturbs all of them."""
    runs: dict[Key, list[Any]] = {key: [] for key in actions}
    for _ in range(number):
        for key, action in actions.items():
            runs[key].append(action())
    return {key: medians(of_one) for key, of_one in runs.items()}


def quantile(values: Sequence[float], share: float) -> float:
    """Give a quantile of some values, 0 if there are none."""
    ordered = sorted(values)
    return ordered[min(int(share * len(ordered)), len(ordered) - 1)] if ordered else 0.0


def _together(shop: Callable[[int], None], shoppers: int, start: float, ask: Callable[[], int]) -> int:
    """Run all shoppers to their end; give what `ask` says when the warm-up is over."""
    threads = [threading.Thread(target=shop, args=(number,), daemon=True) for number in range(shoppers)]
    for thread in threads:
        thread.start()
    time.sleep(max(0.0, start - time.perf_counter()))
    answer = ask()
    for thread in threads:
        thread.join()
    return answer
