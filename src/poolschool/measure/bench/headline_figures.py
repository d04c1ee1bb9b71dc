"""The headline in figures: what is written as headline.json, and printed."""

from collections.abc import Iterator, Sequence
from datetime import date
from typing import TYPE_CHECKING

from poolschool.measure.bench.figures import Frozen, Machine, Round, Spread, Summary, ratio, spread, summary, where

if TYPE_CHECKING:
    from rich.console import RenderableType

ENOUGH = 200  # answers of a store, below which chance moves a p95


class View(Frozen):
    """Both stores under the same shoppers. The ratios with a spread are taken within each round."""

    without_pool: Summary
    with_pool: Summary
    throughput_ratio: Spread  # with a pool ÷ without
    p95_ratio: Spread  # without a pool ÷ with
    rounds_without_pool: tuple[Round, ...]
    rounds_with_pool: tuple[Round, ...]

    @property
    def times_as_many(self) -> float:
        """Give the answers per second with a pool over those without: the medians that are shown beside it."""
        return ratio(self.with_pool.throughput.median, self.without_pool.throughput.median)

    @property
    def times_shorter(self) -> float:
        """Give the p95 without a pool over that with one: the medians that are shown beside it."""
        return ratio(self.without_pool.p95.median, self.with_pool.p95.median)


class Ceiling(Frozen):
    """Answers per second with ever less around the query, behind the same server and under the same shoppers."""

    store: Spread
    driver: Spread  # the driver's own pool in place of SQLAlchemy and pydantic
    endpoint: Spread  # an endpoint of the same kind, without a database
    http: Spread  # `async def`, without a database
    raw_loop: Spread  # the query alone: one process, one connection, no HTTP


class Headline(Frozen):
    """A whole measurement: the landing page and the first lesson show it."""

    measured_on: date
    command: str
    machine: Machine
    versions: dict[str, str]
    users: int
    seconds: float  # per round
    flavour: str
    workers: int
    pool_size: int  # of each worker
    think: float  # seconds between an answer and the next search, on average, in `thinking`
    thinking: View  # about 70 % of what the store with a pool can do
    full_speed: View  # no thinking: each shopper searches again as soon as the answer is there
    ceiling: Ceiling

    @property
    def most_connections(self) -> int:
        return self.workers * self.pool_size

    @property
    def views(self) -> tuple[View, View]:
        return self.thinking, self.full_speed

    @property
    def client_cpu(self) -> float:
        """The most that the shoppers took of one core."""
        return max(one.client_cpu for view in self.views for one in (*view.rounds_without_pool, *view.rounds_with_pool))


def view(without: Sequence[Round], pooled: Sequence[Round]) -> View:
    """Hold the rounds of both stores against each other, pair by pair."""
    pairs = list(zip(without, pooled, strict=True))
    return View(
        without_pool=summary(without), with_pool=summary(pooled),
        throughput_ratio=spread([ratio(b.throughput, a.throughput) for a, b in pairs]),
        p95_ratio=spread([ratio(a.p95, b.p95) for a, b in pairs]),
        rounds_without_pool=tuple(without), rounds_with_pool=tuple(pooled),
    )  # fmt: skip


def report(result: Headline) -> "RenderableType":
    """Show both views, the ceiling, and how it was measured."""
    from rich.console import Group

    busiest = result.client_cpu
    kind = "def endpoints, psycopg" if result.flavour == "sync" else "async def endpoints, asyncpg"
    how = (
        f"{result.users} shoppers; rounds: {len(result.thinking.rounds_with_pool)} of {result.seconds:g} s per store, in turns; medians "
        f"(least – most); answers, connections and errors are sums. Workers: {result.workers}, with {kind} and a pool of {result.pool_size} each."
    )
    here = f"{where(result.machine, result.versions)} The shoppers took at most {busiest:.0%} of one core."
    words = [how, here]
    if busiest > 0.9:
        words.append("That is too much: they were the bottleneck, and the ratios are too small. Try fewer --users.")
    thinking, fast = result.views
    if min(store.answers for view in result.views for store in (view.without_pool, view.with_pool)) < ENOUGH:
        words.append(
            f"Fewer than {ENOUGH} answers: the ratios say little. Give it more --seconds, --rounds or --users."
        )
    return Group(
        _table(f"The same shoppers, who think for {result.think:.2f} s", thinking),
        f"With a pool the p95 is {thinking.times_shorter:.1f} times shorter; round by round {thinking.p95_ratio.in_words(1)}.\n",
        _table("The same shoppers, as fast as they can", fast),
        f"With a pool the store answers {fast.times_as_many:.1f} times as many requests; round by round {fast.throughput_ratio.in_words(1)}.\n",
        _ceiling(result),
        *words,
    )


def _table(title: str, one: View) -> "RenderableType":
    from rich.table import Table

    table = Table(title=title)
    for heading in ("", "a connection per request", "a pool"):
        table.add_column(heading, justify="right" if heading else "left", overflow="fold")
    stores = one.without_pool, one.with_pool
    table.add_row("answers per second", *(store.throughput.in_words(0) for store in stores))
    for name in ("p50", "p95", "p99"):
        table.add_row(f"{name}, ms", *(getattr(store, name).in_words(1) for store in stores))
    table.add_row("answers", *(f"{store.answers:,}" for store in stores))
    table.add_row("connections opened", *(f"{store.connections:,}" for store in stores))
    table.add_row("errors", *(f"{store.failed:,}" for store in stores))
    return table


def steps(result: Headline) -> Iterator[tuple[str, Spread, float, float]]:
    """Give each step of the ceiling: its name, answers per second, ms per answer at full speed, and what this step adds."""
    found, before = result.ceiling, 0.0
    hop = "a thread per request" if result.flavour == "sync" else "nothing (async def)"
    for name, rate in (
        ("shoppers, HTTP, FastAPI", found.http),
        (f"+ {hop}", found.endpoint),
        ("+ query, driver and its pool", found.driver),
        ("+ SQLAlchemy, pydantic: the store", found.store),
    ):
        cost = 1000 / rate.median if rate.median else 0.0
        yield name, rate, cost, cost - before
        before = cost


def _ceiling(result: Headline) -> "RenderableType":
    from rich.table import Table

    table = Table(title="The ceiling: the same shoppers at full speed, with less around the query")
    for heading in ("what is there", "answers/s", "ms each", "of which this"):
        table.add_column(heading, justify="left" if heading == "what is there" else "right", overflow="fold")
    for name, rate, cost, part in steps(result):
        table.add_row(name, rate.in_words(0), f"{cost:.2f}", f"{part:.2f}")
    loop = result.ceiling.raw_loop
    table.add_row("the query in a loop, alone", loop.in_words(0), f"{1000 / loop.median if loop.median else 0:.2f}", "")
    return table
