"""The sentences about the headline that pages show: written by the bench, so that no page holds a figure somebody typed.

A page takes one of the pieces: `--8<-- "docs/assets/headline.txt:recap"`.
"""

from poolschool.measure.bench.headline_figures import Headline


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
    rates = f"{fast.with_pool.throughput.median:,.0f} answers per second with a pool and {fast.without_pool.throughput.median:,.0f} without"
    errors = (
        f"{pooled.failed:,} errors with it, {without.failed:,} without"
        if pooled.failed + without.failed
        else "no errors in either"
    )
    where = (
        f"{result.machine.cores} cores, PostgreSQL {result.versions['postgresql'].split('.')[0]}, {result.measured_on}"
    )
    again = f"Measured on one machine ({where}) with `{result.command}`."
    return {
        "promise": (
            f"Keep a few connections open and let requests borrow them: the same {result.users} shoppers wait "
            f"{thinking.p95_ratio.median:.0f} times shorter."
        ),
        "landing": (
            f"**The same {result.users} shoppers, twice.**\n"
            f"While they think between searches, the p95 is {p95}: {thinking.p95_ratio.median:.0f} times shorter.\n"
            f"As fast as they can, they get {rates}: {fast.throughput_ratio.median:.1f} times as many.\n"
            f"{again}"
        ),
        "story": (
            f"The same {result.users} shoppers met it twice: once with a connection for every request, once with a pool of {result.most_connections}.\n"
            f"First they think for {result.think:.2f} seconds on average between an answer and the next search, "
            "which asks for about 70 % of what the store with a pool can do.\n"
            f"Their p95 is {p95}, with {errors}.\n"
            f"Then each asks again as soon as an answer is there: {rates}, {fast.throughput_ratio.median:.1f} times as many."
        ),
        "again": again,
        "recap": (
            f"- So the application is faster and holds under load: the same {result.users} shoppers, who think between searches, had a p95 of "
            f"{pooled.p95.median:,.0f} ms in place of {without.p95.median:,.0f} ms, and the database saw at most {result.most_connections} connections."
        ),
    }  # fmt: skip
