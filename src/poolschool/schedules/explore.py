"""Search for an order that breaks the code, and make it as short as possible."""

from collections.abc import Iterator
from random import Random

from poolschool.schedules.run import MOST_STEPS, Actor, Order, Plan, Run
from poolschool.schedules.stage import Make, Stage


def explore(stage: Stage, make: Make, *, times: int, only: frozenset[str] = frozenset(), seed: int = 1) -> Run | None:
    """Play so many orders at random; give the first that breaks, made as short as possible and told, or None.

    `only` names the kinds of failure that count, by default all. What each run does depends on the seed alone.
    """
    for number in range(times):
        run = stage.play(make, _at_random(Random(f"{seed}.{number}"), number))  # noqa: S311 - a choice of orders, no secret
        if run.kind in only or (run.kind and not only) or run.kind == "outside":
            return run if stage.abandoned else _shorten(stage, make, run)
    return None


def _at_random(random: Random, number: int) -> Order:
    """Choose at random who runs when one waits, and interrupt after some steps: often in some runs, hardly ever in others."""
    rate = 0.0 if number == 0 else (0.03, 0.08, 0.2)[number % 3]
    until = [1 + int(random.expovariate(rate)) if rate else MOST_STEPS * 2]

    def order(_: Actor, among: list[Actor], must: bool) -> Actor | None:
        if not must:
            until[0] -= 1
            if until[0] > 0:
                return None
            until[0] = 1 + int(random.expovariate(rate))
            among = [actor for actor in among if not actor.ended and actor.waits is None]
        return random.choice(among)

    return order


def _planned(plan: Plan) -> Order:
    """Choose as planned; what is not planned lets each thread run until it waits."""

    def order(me: Actor, among: list[Actor], _: bool) -> Actor | None:
        name = plan.get((me.name, me.steps))
        return next((it for it in among if it.name == name and not it.ended and it.waits is None), None)

    return order


def _shorten(stage: Stage, make: Make, run: Run) -> Run:
    """Leave out threads and switches one after another, as long as the same thing breaks; tell what is left."""
    plan, without, kind = run.plan, frozenset[str](), run.kind

    def breaks(plan: Plan, without: frozenset[str]) -> Run | None:
        again = stage.play(make, _planned(plan), without=without, telling=True)
        return again if again.kind == kind else None

    best = breaks(plan, without)
    if best is None:  # the code does not do the same twice, as with random numbers of its own
        return run
    for actor in reversed(run.actors):
        if len(run.actors) - len(without) > 1 and (shorter := breaks(best.plan, without | {actor.name})):
            best, without = shorter, without | {actor.name}
    size = len(best.plan)
    while size:
        for some in _pieces(list(best.plan), size):
            left = {key: target for key, target in best.plan.items() if key not in some}
            if len(left) < len(best.plan) and (shorter := breaks(left, without)) and len(shorter.plan) < len(best.plan):
                best = shorter
        size //= 2
    return best


def _pieces(keys: list[tuple[str, int]], size: int) -> Iterator[list[tuple[str, int]]]:
    return (keys[start : start + size] for start in range(0, len(keys), size))


def steps(run: Run) -> str:
    """Tell a run as a table: one row for each time that a thread has the turn."""
    rows: list[list[str]] = []
    for name, what in run.told or []:
        if rows and rows[-1][0] == name and name:
            rows[-1].append(what)
        else:
            rows.append([name, what])
    return "\n".join(f"{name or 'clock'}: {', '.join(what)}" for name, *what in rows)
