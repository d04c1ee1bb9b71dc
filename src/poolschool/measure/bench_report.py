"""What the bench says in the terminal."""

from rich.console import Group, RenderableType
from rich.table import Table

from poolschool.measure.bench_result import Headline


def report(found: Headline) -> RenderableType:
    """Show both stores side by side, the ratio, and how it was measured."""
    table = Table(title="The store's product search")
    table.add_column("")
    table.add_column("a connection per request", justify="right")
    table.add_column(f"a pool of {found.pool_size}", justify="right")
    without, pooled = found.without_pool, found.with_pool
    table.add_row("answers per second", f"{without.throughput:,.0f}", f"{pooled.throughput:,.0f}")
    for name in ("p50", "p95", "p99"):
        table.add_row(f"{name}, ms", f"{getattr(without, name):,.1f}", f"{getattr(pooled, name):,.1f}")
    table.add_row("requests", f"{without.requests:,}", f"{pooled.requests:,}")
    table.add_row("connections opened", f"{without.connections:,}", f"{pooled.connections:,}")
    table.add_row("errors", f"{without.errors:,}", f"{pooled.errors:,}")
    busiest = max(one.load_generator_cpu for one in found.rounds)
    how = (
        f"{found.users} shoppers, each searching again as soon as the answer is there; {len(found.rounds) // 2} rounds of "
        f"{found.seconds:g} s per store, in turns, medians; requests, connections and errors are sums."
    )
    where = (
        f"PostgreSQL {found.versions['postgresql']}, Python {found.machine.python}, {found.machine.system}, "
        f"{found.machine.cores} cores shared by shoppers, store and database. "
        f"The shoppers took at most {busiest:.0%} of one core."
    )
    words = [f"With a pool the store answers {found.ratio:.1f} times as many requests.", how, where]
    if busiest > 0.9:
        words.append("That is too much: they were the bottleneck, and the ratio is too small. Try fewer --users.")
    return Group(table, *words)
