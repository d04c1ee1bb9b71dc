"""Play scenarios, all of them once per round, so that what disturbs the machine disturbs them alike.

Each round of each scenario has stores of its own: a leak, a full pool or a fallen store does not reach the next.
"""

import contextlib
from collections import defaultdict
from collections.abc import Callable, Sequence
from datetime import date

from rich.console import Console

from poolschool.database.running import server
from poolschool.measure.bench import pgbouncer
from poolschool.measure.bench.figures import Round, machine, round_result, versions
from poolschool.measure.bench.parts import Part, part
from poolschool.measure.bench.plan import Plan
from poolschool.measure.bench.progress import progress
from poolschool.measure.bench.scenario_figures import Measured, Scenarios, measured
from poolschool.measure.bench.scenarios import POOLED, REFERENCE, SCENARIOS, THINK, Scenario

SEARCH = "/products?q=lamp"
START_SECONDS = 2.0  # of a store, for the progress bar


def measure(scenarios: Sequence[Scenario], plan: Plan, console: Console) -> Scenarios:
    """Play all rounds; raise UserMistake if there is no database, or a part of the bench died."""
    here = machine()
    left_out = {one.name: pgbouncer.INSTALL for one in scenarios if one.pgbouncer and not pgbouncer.program()}
    playable = [one for one in scenarios if one.name not in left_out]
    rounds: defaultdict[str, list[Round]] = defaultdict(list)
    counts: defaultdict[str, list[dict[str, float]]] = defaultdict(list)
    with contextlib.ExitStack() as stack:
        length = START_SECONDS + plan.warm_up + plan.seconds
        tell = stack.enter_context(progress(console, plan.rounds * len(playable) * length))
        tell("start PostgreSQL and the shoppers")
        url = stack.enter_context(server())
        shoppers = stack.enter_context(part("poolschool.store.shoppers"))
        from poolschool.measure.bench.database import own_database

        ledger = stack.enter_context(own_database(url))
        for number in range(plan.rounds):
            for scenario in playable:
                tell(f"round {number + 1} of {plan.rounds}: {scenario.name}", seconds=START_SECONDS)
                one, counted = _play(scenario, plan, shoppers, ledger.url, lambda: tell(seconds=0.1))
                rounds[scenario.name].append(one)
                counts[scenario.name].append(counted)
    return Scenarios(
        measured_on=date.today(),  # noqa: DTZ011 - the reader's own calendar
        command=plan.command(_names(scenarios)), machine=here, versions=versions(ledger.version), users=plan.users, seconds=plan.seconds, think=THINK,
        scenarios=tuple(
            Measured(name=one.name, says=one.says, left_out=left_out[one.name])
            if one.name in left_out
            else measured(one.name, one.says, rounds[one.name], counts[one.name], rounds[REFERENCE])
            for one in scenarios
        ),
    )  # fmt: skip


def _names(scenarios: Sequence[Scenario]) -> list[str]:
    if len(scenarios) == len(SCENARIOS):
        return ["--all"]
    return [one.name for one in scenarios if one.name != REFERENCE] or [REFERENCE]


def _play(
    scenario: Scenario, plan: Plan, shoppers: Part, url: str, meanwhile: Callable[[], None]
) -> tuple[Round, dict[str, float]]:
    """Play one scenario once: its stores, a warm-up of searches, all connections closed, then the shoppers."""
    from poolschool.measure.bench.stores import running, with_driver
    from poolschool.store.settings import Settings
    from poolschool.store.sown_faults.catalogue import sow

    with contextlib.ExitStack() as stack:
        if scenario.pgbouncer:
            url = stack.enter_context(pgbouncer.bouncer(url))
        settings = Settings.model_validate(POOLED | scenario.settings | {"database_url": url})
        flavour = sow(settings)[0].flavour  # some faults bring their own
        settings = settings.model_copy(update={"database_url": with_driver(url, flavour)})
        store = stack.enter_context(running(settings, scenario.workers))
        load = {"hosts": store.hosts, "users": plan.users, "think": THINK}
        shoppers.ask(load | {"users": 10, "think": 0.0, "seconds": plan.warm_up, "path": SEARCH}, meanwhile)
        store.go_cold()
        before = store.counts()
        answer = shoppers.ask(load | {"together": scenario.together, "seconds": plan.seconds}, meanwhile)
        counted = store.counts()
        counted.subtract(before)
    opened = round(counted["create_time_seconds_count"])
    return round_result(answer["times"], answer["errors"], answer["seconds"], opened, answer["cpu"]), dict(counted)
