"""The sentences about the headline that pages show: written by the bench, so that no page holds a figure somebody typed.

A page takes one of the pieces: `--8<-- "docs/assets/headline.txt:recap"`.
"""

from poolschool.measure.bench.headline_figures import Headline, steps


def words(result: Headline) -> str:
    """Write all pieces, each between its marks."""
    return "".join(
        f"<!-- --8<-- [start:{name}] -->\n{text}\n<!-- --8<-- [end:{name}] -->\n"
        for name, text in pieces(result).items()
    )


def pieces(result: Headline) -> dict[str, str]:
    """Give the pieces by their names: a sentence per line."""
    thinking, fast = result.views
    without, pooled = thinking.without_pool, thinking.with_pool
    p95 = f"{pooled.p95.median:,.0f} ms with a pool and {without.p95.median:,.0f} ms without"
    rates = (
        f"{fast.with_pool.throughput.median:,.0f} answers per second with a pool "
        f"and {fast.without_pool.throughput.median:,.0f} without"
    )
    again = f"Measured {_where(result)} with `{result.command}`."
    return {
        "landing": (
            f"The same {result.users} shoppers search the store twice: with a connection for every request, and with a pool of "
            f"{result.most_connections}.\n"
            f"While they think between searches, the p95 is {p95}: {thinking.times_shorter:.0f} times shorter.\n"
            f"As fast as they can, they get {rates}: {fast.times_as_many:.1f} times as many.\n"
            f"{again}"
        ),
        "story": (
            f"The same {result.users} shoppers met it twice: once with a connection for every request, once with a pool of "
            f"{result.most_connections}.\n"
            f"First they think for {result.think:.2f} seconds on average between an answer and the next search.\n"
            "That asks for about 70 % of what the store with a pool can do.\n"
            f"Their p95 is {p95}, with {_errors(pooled.failed, without.failed)}.\n"
            f"Then each asks again as soon as an answer is there, and they get {rates}: "
            f"{fast.times_as_many:.1f} times as many."
        ),
        "again": again,
        "recap": (
            f"- So the application is faster and holds under load: the same {result.users} shoppers had a p95 of "
            f"{pooled.p95.median:,.0f} ms in place of {without.p95.median:,.0f} ms, and the database saw at most "
            f"{result.most_connections} connections."
        ),
        "ceiling": _ceiling(result),
    }


def _where(result: Headline) -> str:
    postgresql, load = result.versions["postgresql"].split(".")[0], result.machine.load_average
    busy = "" if load is None else f", load average {load:g} before it began"
    return f"on {result.measured_on} on one machine ({result.machine.cores} cores, PostgreSQL {postgresql}{busy})"


def _errors(pooled: int, without: int) -> str:
    return f"{pooled:,} errors with it and {without:,} without" if pooled or without else "no errors in either"


def _ceiling(result: Headline) -> str:
    lines = ["| what is there | answers per second | ms per answer | of which this part |", "|---|---:|---:|---:|"]
    for name, rate, cost, part in steps(result):
        lines.append(f"| {name} | {rate.median:,.0f} | {cost:.2f} | {part:.2f} |")
    loop = result.ceiling.raw_loop.median
    lines.append(f"| the query in a loop, alone | {loop:,.0f} | {1000 / loop if loop else 0:.2f} | |")
    return "\n".join(lines)
