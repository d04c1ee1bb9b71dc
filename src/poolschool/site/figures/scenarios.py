"""The things to touch: the figure that `/// pool | NAME` puts on a page.

    scenario_html(name) ─> <figure data-pool="name">     a still picture with its story in words, for reading and print
                                └─ docs/assets/pool/view.js mounts on it and makes it move

The still and the moving figure are the same elements in the same places, so that nothing on the page shifts when the
script arrives. Everything a script fills in is marked with `data-part`; every control with `data-do` or `data-set`.
"""

from collections.abc import Callable
from difflib import get_close_matches

from poolschool.course.faults import UserMistake
from poolschool.site.figures.parts import (
    Lane,
    bench,
    button,
    check,
    choice,
    code,
    counts,
    figure,
    lanes,
    row,
    slider,
    steps,
    track,
)  # fmt: skip
from poolschool.site.figures.simulator import ALL, goals, simulator_html


def scenario_names() -> tuple[str, ...]:
    """Tell which names `scenario_html` knows."""
    return (*_SCENARIOS, ALL, *goals())


def scenario_html(name: str) -> str:
    """Draw one scenario as an HTML figure without blank lines; raise UserMistake naming the nearest names."""
    if name == ALL or name in goals():
        return simulator_html(name)
    if name not in _SCENARIOS:
        near = get_close_matches(name, scenario_names(), n=3, cutoff=0.5) or scenario_names()
        raise UserMistake(f"There is no pool scenario {name!r}. Did you mean: {', '.join(near)}?")
    return _SCENARIOS[name]()


def _phone_booths() -> str:
    return figure(
        "phone_booths",
        title="Two streets of phone booths: one builds a booth for every call, one keeps its booths",
        task="Send twenty shoppers at once. Send them again. Then leave one place in each street.",
        stage='<div class="ps-streets">'
        + _street("new", "A booth for every call", [("building", "building")] * 5, 10, ("5", "5", "6.0 ms"))
        + _street("kept", "Booths that stay: a pool", [("idle", "free")] * 5, 0, ("20", "5", "6.5 ms"))
        + "</div>",
        controls=row(button("burst", "Send 20 shoppers at once", main=True), steps(), button("reset", "Start again"))
        + row(
            slider("places", "Places in each street", 1, 8, 5),
            slider("rate", "Arriving by themselves", 0, 6, 0, "nobody"),
            choice(
                "speed",
                "One millisecond takes",
                {"0.001": "1 second", "0.002": "½ second", "0.004": "¼ second", "0.02": "1⁄20 second"},
                "0.002",
            ),
        ),
        caption="The same shoppers arrive in both streets. Building a booth takes 6.0 ms, a call 0.3 ms: "
        "what connecting to PostgreSQL with a password, and a short query, took on one machine over loopback. "
        'Shown <strong data-part="slower">500 times slower</strong>. '
        "The model leaves out that all booths share one database, which stops gaining when its cores are busy.",
        story="<p>The picture: 8 milliseconds after twenty shoppers came at once to five places in each street. "
        "On the left, every caller has a booth built, calls, and has it torn down: "
        "five calls are done, five booths are being built, ten shoppers wait, and the last one hangs up after 25.2 ms. "
        "On the right, five booths were built for the first five callers and stayed: "
        "all twenty calls were done after 7.2 ms, and the next twenty build nothing and are done after 1.2 ms. "
        "With one place only, the right street queues too: a pool saves the building, not the waiting.</p>",
    )


def _street(key: str, title: str, drawn: list[Lane], waiting: int, numbers: tuple[str, str, str]) -> str:
    done, built, mean = numbers
    return (
        f'<div class="ps-street" role="group" aria-label="{title}"><p class="ps-title">{title}</p>'
        + bench(f"{key}-wait", waiting, f"{waiting} waiting")
        + lanes(f"{key}-lanes", drawn, "Places in this street", places=8)
        + counts(key, done=("calls done", done), opened=("booths built", built), mean=("mean wait", mean))
        + "</div>"
    )


def _connecting() -> str:
    rows = (
        _step("socket", "Socket", "TCP handshake, 1 round trip", "in start-up", (0, 0))
        + _step("tls", "TLS", "off", "–", (0, 0))
        + _step("start", "Start-up", "a server process of its own, 1 round trip", "2.9 ms", (0, 0.47))
        + _step("scram", "Password", "SCRAM exchange, 2 round trips", "3.1 ms", (0.47, 0.5))
        + _step("query", "Query", "1 round trip", "0.17 ms", (0.97, 0.03), kind="query")
        + _step("close", "Close", "a farewell, no answer awaited", "in start-up", (1, 0))
    )
    return figure(
        "connecting",
        title="A connection taken apart: what happens before the first query, step by step",
        task="Connect, then query. How many queries would one connection have paid for? Then move the database away.",
        stage=f'<ol class="ps-steps" data-part="steps" aria-label="Steps in order">{rows}</ol><div class="ps-totals">'
        + _total("connects", "Connecting", "connect-bar", 1, "connect-ms", "6.0 ms", kind="work")
        + _total("queries", "Querying", "query-bar", 0.03, "query-ms", "0.17 ms", kind="query")
        + '<p class="ps-ratio" data-part="ratio">One connection costs as much as 35 queries.</p></div>',
        controls=row(
            button("connect", "Connect", main=True),
            button("query", "Query"),
            button("query20", "Query ×20"),
            button("close", "Close"),
            button("fresh20", "Connect, query, close: all ×20"),
        )
        + row(
            choice(
                "trip",
                "The database is",
                {
                    "0.05": "on this machine: 0.05 ms there and back",
                    "0.5": "in the same data centre: 0.5 ms",
                    "30": "far away: 30 ms",
                },
                "0.05",
            ),
            check("tls", "Encrypt with TLS"),
            choice("speed", "Drawing", {"1": "slow", "2": "brisk", "0": "at once"}, "1"),
            steps(),
            button("reset", "Start again"),
        ),
        caption='<span data-part="origin">Measured over loopback, PostgreSQL 15 on two cores: '
        "socket, process and close 2.9 ms together, password 3.1 ms, query 0.17 ms.</span> "
        "Medians of one machine; yours will differ.",
        story="<p>Before the first query, client and server exchange four rounds of messages, six with TLS, "
        "and the server starts a process for this one client. "
        "Over loopback that took 6.0 ms (9.7 ms with TLS) where a query took 0.17 ms: "
        "one connection for about 35 queries. "
        "Each round trip adds the distance: at 30 ms there and back the model puts connecting at about 126 ms "
        "and a query at 30 ms.</p>",
    )


def _step(key: str, name: str, note: str, cost: str, bar: tuple[float, float], kind: str = "work") -> str:
    return (
        f'<li class="ps-step" data-part="{key}" data-kind="{kind}">'
        f'<span class="ps-step-name">{name} <small>{note}</small></span>{track(*bar)}<output>{cost}</output></li>'
    )


def _total(times: str, name: str, bar: str, share: float, cost: str, shown: str, kind: str) -> str:
    return (
        f'<p class="ps-total" data-kind="{kind}"><span>{name} <output data-part="{times}">1 ×</output></span>'
        f'{track(0, share, bar)}<output data-part="{cost}">{shown}</output></p>'
    )


def _engine_settings() -> str:
    drawn: list[Lane] = [("lent", f"#{number} lent to {number}") for number in range(1, 6)]
    drawn += [("overflow", f"#{number} overflow to {number}") for number in (6, 7)]
    status = "Pool size: 5  Connections in pool: 0 Current Overflow: 2 Current Checked out connections: 7"
    return figure(
        "engine_settings",
        title="An engine's pool: how many connections it keeps, how many it may open, who waits",
        task="How many can you lend with <code>pool_size=5</code>? Guess, then press Connect until somebody waits.",
        stage=code("create_engine(url, pool_size=5, max_overflow=2, pool_timeout=30)", part="call")
        + f'<div class="ps-basin">{lanes("lanes", drawn, "Connections of this pool", places=18)}</div>'
        + bench("wait", 1, "Caller 8 waits, 30 s more")
        + code(status, part="status", label="pool.status()", kind="ps-long")
        + code("none", part="error", label="last error", kind="ps-error")
        + counts("pool", opened=("opened", "7"), closed=("closed", "0"), clock=("seconds passed", "0")),
        controls=row(
            button("connect", "Connect", main=True),
            button("connect5", "Connect ×5"),
            button("close", "Close the oldest"),
            button("close-all", "Close all"),
            button("pass", "10 seconds pass"),
            button("reset", "New engine"),
        )
        + row(
            slider("size", "<code>pool_size</code>", 0, 8, 5),
            slider("overflow", "<code>max_overflow</code>", -1, 10, 2),
            slider("timeout", "<code>pool_timeout</code>", 0, 60, 30),
            check("lifo", "<code>pool_use_lifo</code>"),
            check("null", "<code>poolclass=NullPool</code>"),
        ),
        caption="A model of SQLAlchemy’s <code>QueuePool</code> that the tests hold to the real one, step by step. "
        "SQLAlchemy’s own defaults are 5, 10 and 30. Changing a setting makes a new engine.",
        story="<p>The picture: five connections within <code>pool_size</code> and two of overflow are lent, "
        "the eighth caller waits. "
        "After <code>pool_timeout</code> seconds the wait ends in a TimeoutError; "
        "if a connection comes back earlier, the caller gets it. "
        "A fresh pool has opened nothing, and its status says <code>Current Overflow: -5</code>: "
        "five may be opened before overflow begins. "
        "Given back, up to <code>pool_size</code> connections stay; one more is closed. "
        "<code>pool_size=0</code> lifts every limit and still keeps connections; "
        "<code>max_overflow=-1</code> lifts the limit and keeps <code>pool_size</code>; "
        "<code>NullPool</code> keeps none.</p>",
    )


def _leak() -> str:
    drawn: list[Lane] = [("leaked", f"#{number} leaked by call {number}") for number in range(1, 6)]
    return figure(
        "leak",
        title="Five phone booths whose receivers are never hung up",
        task="Call <code>search()</code> until something breaks. "
        "It takes a connection, runs a query and forgets <code>close()</code>.",
        stage=code("create_engine(url, pool_size=5, max_overflow=0)")
        + lanes("lanes", drawn, "The five connections of this pool", places=5)
        + bench("wait", 1, "Call 6 waits")
        + f'<p class="ps-clock"><span data-part="clock">12.0 s of 30 s</span>{track(0, 0.4, "clock-bar")}</p>'
        + code("none", part="error", label="last error", kind="ps-error")
        + counts("calls", done=("answered", "5"), failed=("failed", "0"), leaked=("leaked", "5")),
        controls=row(
            button("leak", "<code>search()</code>, forgets <code>close()</code>", main=True),
            button("leak-idle", "The same, without a query"),
            button("with", "<code>search()</code> in a <code>with</code> block"),
            button("collect", "Run the garbage collector"),
            button("reset", "Start again"),
        )
        + row(choice("speed", "30 seconds take", {"1": "30 s", "5": "6 s", "10": "3 s"}, "5"), steps()),
        caption="A model of a plain <code>def search()</code> and SQLAlchemy’s pool. "
        "Nothing here collects garbage by itself; in a running program nobody knows when it will.",
        story="<p>The picture: five calls took a connection, ran a query and never closed it. "
        "Each connection and its transaction refer to each other, "
        "so Python keeps them until the garbage collector runs. "
        "The sixth call waits 30 seconds and fails: "
        "<code>QueuePool limit of size 5 overflow 0 reached, connection timed out, timeout 30.00</code>. "
        "Forgotten <em>before</em> a query ran, a connection is freed at once, "
        "which is why the fault hides in small tests. "
        "A <code>with</code> block gives back every time.</p>",
    )


_SCENARIOS: dict[str, Callable[[], str]] = {
    "phone_booths": _phone_booths,
    "connecting": _connecting,
    "engine_settings": _engine_settings,
    "leak": _leak,
}
