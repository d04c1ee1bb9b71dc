"""What scenarios come to: each round against the pooled store of the same round."""

from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING

from poolschool.measure.bench.figures import Frozen, Machine, Round, Spread, Summary, ratio, spread, summary, where

if TYPE_CHECKING:
    from rich.console import RenderableType


class Pool(Frozen):
    """What the store itself counted in a round, all workers together."""

    opened: int
    timeouts: int
    refused: int  # by the database
    wait_ms: float  # for a connection, on average
    hold_ms: float  # on average


class Measured(Frozen):
    """One scenario. The ratios are those to the pooled store, taken round by round; `left_out` says why there are no figures."""

    name: str
    says: str
    left_out: str = ""
    answers: Summary | None = None
    throughput_ratio: Spread | None = None
    p95_ratio: Spread | None = None
    pool: Pool | None = None  # sums and averages over all rounds
    rounds: tuple[Round, ...] = ()


class Scenarios(Frozen):
    """A whole measurement."""

    measured_on: date
    command: str
    machine: Machine
    versions: dict[str, str]
    users: int
    seconds: float
    think: float
    scenarios: tuple[Measured, ...]


def measured(
    name: str, says: str, rounds: Sequence[Round], counts: Sequence[dict[str, float]], reference: Sequence[Round]
) -> Measured:
    """Sum up one scenario from its rounds, what its store counted in each, and the pooled store's rounds."""
    total: dict[str, float] = {
        key: sum(one.get(key, 0.0) for one in counts) for key in {k for one in counts for k in one}
    }

    def mean_ms(what: str) -> float:
        number = total.get(f"{what}_seconds_count", 0.0)
        return round(1000 * total[f"{what}_seconds_sum"] / number, 1) if number else 0.0

    pairs = list(zip(rounds, reference, strict=True))
    return Measured(
        name=name, says=says, answers=summary(rounds), rounds=tuple(rounds),
        throughput_ratio=spread([ratio(one.throughput, pooled.throughput) for one, pooled in pairs]),
        p95_ratio=spread([ratio(one.p95, pooled.p95) for one, pooled in pairs]),
        pool=Pool(
            opened=sum(one.connections for one in rounds), timeouts=round(total.get("timeouts_total", 0)),
            refused=round(total.get("create_failures_total", 0)), wait_ms=mean_ms("wait_time"), hold_ms=mean_ms("use_time"),
        ),
    )  # fmt: skip


def report(result: Scenarios) -> "RenderableType":
    """Show what the shoppers met, what the pools counted, and how it was measured."""
    from rich.console import Group

    return Group(_met(result), _counted(result), *_words(result))


def _met(result: Scenarios) -> "RenderableType":
    from rich.table import Table

    table = Table(title=f"What {result.users} shoppers met, who think for {result.think:g} s")
    for heading in ("scenario", "answers/s", "× pooled", "p95, ms", "× pooled", "errors"):
        table.add_column(heading, justify="left" if heading == "scenario" else "right", overflow="fold")
    for one in result.scenarios:
        if one.answers is None or one.throughput_ratio is None or one.p95_ratio is None:
            table.add_row(one.name, *["–"] * 5)
            continue
        share = one.answers.failed / max(1, one.answers.requests)
        table.add_row(
            one.name, f"{one.answers.throughput.median:,.0f}", one.throughput_ratio.in_words(2),
            f"{one.answers.p95.median:,.0f}", one.p95_ratio.in_words(1), f"{share:.1%}" if one.answers.failed else "0",
        )  # fmt: skip
    return table


def _counted(result: Scenarios) -> "RenderableType":
    from rich.table import Table

    table = Table(title="What the stores' pools counted (/metrics)")
    for heading in ("scenario", "opened", "timed out", "refused by database", "wait, ms", "hold, ms"):
        table.add_column(heading, justify="left" if heading == "scenario" else "right", overflow="fold")
    for one in result.scenarios:
        if one.pool is not None:
            numbers = f"{one.pool.opened:,}", f"{one.pool.timeouts:,}", f"{one.pool.refused:,}"
            table.add_row(one.name, *numbers, f"{one.pool.wait_ms:,.1f}", f"{one.pool.hold_ms:,.1f}")
    return table


def _words(result: Scenarios) -> list[str]:
    words = []
    for one in result.scenarios:
        words.append(f"{one.name}: {one.says}." + (f"\n  Not measured. {one.left_out}" if one.left_out else ""))
        if one.answers:
            most = sorted(one.answers.errors.items(), key=lambda item: -item[1])[:2]
            words += [f"  {count:,} × {text}" for text, count in most]
    rounds = [one for scenario in result.scenarios for one in scenario.rounds]
    client = max(one.client_cpu for one in rounds)
    cost = sorted(one.client_ms for one in rounds)[len(rounds) // 2]
    words.append(
        f"Rounds: {len(result.scenarios[0].rounds)} of {result.seconds:g} s each, in turns. Medians; ratios are taken round by round (least – most); "
        "errors and what the pools counted are of all rounds. The p95 is that of the answers, without the errors."
    )
    words.append(
        f"The shoppers cost {cost:.2f} ms of processor time per request and took at most {client:.0%} of one core. "
        f"{where(result.machine, result.versions)}"
    )
    return words
