"""The headline, measured: the store's product search with a connection for every request, and with a pool.

A round begins with every connection closed and ends when the last answer is in, so that PostgreSQL's own count of new
connections belongs to exactly these requests. A second of warm-up before it is not counted. First the shoppers search
as fast as they can; what the store with a pool can do then says how long they think afterwards.
"""

import contextlib
from collections import defaultdict
from collections.abc import Callable
from datetime import date
from typing import Any

from rich.console import Console

from poolschool.database.running import DRIVER, server
from poolschool.measure.bench.figures import Round, machine, round_result, spread, versions
from poolschool.measure.bench.headline_figures import Ceiling, Headline, view
from poolschool.measure.bench.parts import Part, part
from poolschool.measure.bench.plan import Plan
from poolschool.measure.bench.progress import progress

POOL = 10  # connections, all workers together
OFFERED = 0.7  # of what the store with a pool can do
NAMES = {False: "a connection per request", True: "a pool"}
SEARCH = "/products?q=lamp"
LESS = ("driver", "endpoint", "http")  # what the ceiling leaves of the store
SETTLE_SECONDS = 10.0  # within which PostgreSQL must have seen the last connection off


def measure(plan: Plan, console: Console) -> Headline:
    """Run all rounds; raise UserMistake if there is no database, or a part of the bench died."""
    here, size = machine(), max(1, POOL // plan.workers)
    rounds: defaultdict[str, list[Round]] = defaultdict(list)
    loops: list[float] = []
    with contextlib.ExitStack() as stack:
        steps = plan.rounds * (4 + len(LESS))
        tell = stack.enter_context(progress(console, steps * (plan.warm_up + plan.seconds)))
        tell("start PostgreSQL, two stores, the shoppers")
        url = stack.enter_context(server())
        shoppers = stack.enter_context(part("poolschool.store.shoppers"))
        # Only now, while the shoppers import what they need: both take their time.
        from poolschool.measure.bench.database import own_database
        from poolschool.measure.bench.stores import running, with_driver
        from poolschool.store.ceiling import raw_loop
        from poolschool.store.settings import Settings

        ledger = stack.enter_context(own_database(url))
        settings = Settings(
            database_url=with_driver(ledger.url, plan.flavour), flavour=plan.flavour, pool_size=size, max_overflow=0, pool_timeout=30.0
        )  # fmt: skip
        stores = {
            pooled: stack.enter_context(running(settings.model_copy(update={"pooled": pooled}), plan.workers))
            for pooled in (False, True)
        }

        def play(pooled: bool, think: float, path: str) -> Round:
            load = {"hosts": stores[pooled].hosts, "users": plan.users, "think": think, "path": path}
            _ask(shoppers, load | {"seconds": plan.warm_up}, tell)
            stores[pooled].go_cold()
            before = ledger.opened(SETTLE_SECONDS) if path == SEARCH else 0
            answer = _ask(shoppers, load | {"seconds": plan.seconds}, tell)
            stores[pooled].go_cold()
            opened = ledger.opened(SETTLE_SECONDS) - before if path == SEARCH else 0
            return round_result(answer["times"], answer["errors"], answer["seconds"], opened, answer["cpu"])

        for number in range(plan.rounds):
            for pooled in (False, True):
                tell(f"as fast as they can, {number + 1} of {plan.rounds}: {NAMES[pooled]}")
                rounds[f"fast {pooled}"].append(play(pooled, 0.0, SEARCH))
            loops.append(raw_loop(ledger.url.replace(DRIVER, "postgresql://"), plan.warm_up))
        capacity = spread([one.throughput for one in rounds["fast True"]]).median
        think = round(plan.users / (OFFERED * max(1.0, capacity)), 3)
        for number in range(plan.rounds):
            for pooled in (False, True):
                tell(f"who think, {number + 1} of {plan.rounds}: {NAMES[pooled]}")
                rounds[f"think {pooled}"].append(play(pooled, think, SEARCH))
        for number in range(plan.rounds):
            for less in LESS:
                tell(f"the ceiling, {number + 1} of {plan.rounds}: {less}")
                rounds[less].append(play(True, 0.0, f"/ceiling/{less}?q=lamp"))
    return Headline(
        measured_on=date.today(),  # noqa: DTZ011 - the reader's own calendar
        command=plan.command(), machine=here, versions=versions(ledger.version), users=plan.users, seconds=plan.seconds,
        flavour=plan.flavour, workers=plan.workers, pool_size=size, think=think,
        thinking=view(rounds["think False"], rounds["think True"]), full_speed=view(rounds["fast False"], rounds["fast True"]),
        ceiling=Ceiling(
            store=view(rounds["fast False"], rounds["fast True"]).with_pool.throughput,
            raw_loop=spread(loops, 1), **{less: spread([one.throughput for one in rounds[less]], 1) for less in LESS},
        ),
    )  # fmt: skip


def _ask(shoppers: Part, load: dict[str, Any], tell: Callable[..., None]) -> dict[str, Any]:
    return shoppers.ask(load, lambda: tell(seconds=0.1))
