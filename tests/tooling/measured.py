"""Measurements with round figures, for the tests of tables and charts."""

from datetime import date

from poolschool.measure.bench.figures import Machine, Round, round_result, spread
from poolschool.measure.bench.headline_figures import Ceiling, Headline, view
from poolschool.measure.bench.scenario_figures import Measured, Scenarios, measured

HERE = Machine(cores=2, system="Linux x86_64", python="3.11.7", load_average=0.2)
VERSIONS = {"postgresql": "18.4", "sqlalchemy": "2.1.9"}
DAY = date(2026, 11, 27)


def one_round(ms: float, answers: int, connections: int, errors: int = 0) -> Round:
    """Make a round of a second in which each answer took so long."""
    texts = {"503: All connections are in use.": errors} if errors else {}
    return round_result([ms] * answers, texts, 1.0, connections, 0.2)


def headline() -> Headline:
    """Make one in which a pool is 40 times shorter and 4 times faster."""
    return Headline(
        measured_on=DAY, command="poolschool bench", machine=HERE, versions=VERSIONS, users=4, seconds=1.0, flavour="sync",
        workers=2, pool_size=5, think=0.25,
        thinking=view([one_round(400, 100, 100)], [one_round(10, 300, 10)]),
        full_speed=view([one_round(40, 100, 100)], [one_round(10, 400, 10)]),
        ceiling=Ceiling(
            store=spread([400.0]), driver=spread([500.0]), endpoint=spread([1000.0]), http=spread([2000.0]), raw_loop=spread([5000.0])
        ),
    )  # fmt: skip


def scenarios() -> Scenarios:
    """Make two rounds of three scenarios, one of which was not measured."""
    pooled = [one_round(10, 200, 10), one_round(20, 100, 10)]
    slow = [one_round(100, 100, 1, errors=100), one_round(300, 100, 1, errors=100)]
    counts = [
        {
            "wait_time_seconds_sum": 3.0,
            "wait_time_seconds_count": 100.0,
            "timeouts_total": 100.0,
            "create_failures_total": 0.0,
        }
    ] * 2
    return Scenarios(
        measured_on=DAY, command="poolschool bench undersized pgbouncer", machine=HERE, versions=VERSIONS, users=4, seconds=1.0, think=1.5,
        scenarios=(
            measured("pooled", "a pool of 10", pooled, counts, pooled),
            measured("undersized", "a pool of 1", slow, counts, pooled),
            Measured(name="pgbouncer", says="behind a PgBouncer", left_out="PgBouncer is not installed."),
        ),
    )  # fmt: skip
