"""The things to touch: the figure that `/// pool | NAME` puts on a page.

    scenario_html(name) ─> <figure data-pool="name">     a still picture with its story in words, for reading and print
                                └─ docs/assets/pool-view.js mounts on it and makes it move

The still and the moving figure are the same elements in the same places, so that nothing on the page shifts when the
script arrives. Everything a script fills in is marked with `data-part`; every control with `data-do` or `data-set`.
"""

from collections.abc import Callable, Iterable
from difflib import get_close_matches
from html import escape

from poolschool.faults import UserMistake

# A lane as it stands in the still: its state, which the style draws, and the word that says it.
Lane = tuple[str, str]


def scenario_names() -> tuple[str, ...]:
    """Tell which names `scenario_html` knows."""
    return tuple(_SCENARIOS)


def scenario_html(name: str) -> str:
    """Draw one scenario as an HTML figure without blank lines; raise UserMistake naming the nearest names."""
    if name not in _SCENARIOS:
        near = get_close_matches(name, _SCENARIOS, n=3, cutoff=0.5) or tuple(_SCENARIOS)
        raise UserMistake(f"There is no pool scenario {name!r}. Did you mean: {', '.join(near)}?")
    return _SCENARIOS[name]()


def _figure(name: str, title: str, task: str, stage: str, controls: str, caption: str, story: str) -> str:
    """Put the parts of a scenario in order; all texts but `title` are HTML."""
    return _tight(f"""
<figure class="ps-pool" data-pool="{name}" role="group" aria-label="{escape(title)}">
<p class="ps-task">{task}</p>
<div class="ps-stage">{stage}</div>
<div class="ps-controls">{controls}</div>
<p class="ps-said" data-part="said" role="status" aria-live="polite"></p>
<figcaption>{caption}</figcaption>
<div class="ps-story">{story}</div>
</figure>""")


def _tight(html: str) -> str:
    return "\n".join(line.strip() for line in html.splitlines() if line.strip())


def _lanes(part: str, lanes: Iterable[Lane], label: str, spare: int = 0) -> str:
    """Draw lanes as an ordered list; `spare` more lanes wait unseen for the script."""
    seen = [
        f'<li class="ps-lane" data-state="{state}"><i></i><span>{escape(word)}</span></li>' for state, word in lanes
    ]
    unseen = ['<li class="ps-lane" data-state="none" hidden><i></i><span></span></li>'] * spare
    return f'<ol class="ps-lanes" data-part="{part}" aria-label="{escape(label)}">{"".join(seen + unseen)}</ol>'


def _bench(part: str, waiting: int, word: str) -> str:
    """Draw who waits: one dot each, and the number in words."""
    return (f'<p class="ps-bench"><span data-part="{part}">{escape(word)}</span>'
            f'<span class="ps-dots" data-part="{part}-dots" aria-hidden="true">{"<i></i>" * waiting}</span></p>')  # fmt: skip


def _counts(part: str, counts: dict[str, str]) -> str:
    rows = "".join(
        f'<div><dt>{escape(name)}</dt><dd data-part="{part}-{key}">{escape(value)}</dd></div>'
        for key, (name, value) in ((key, text.split("|")) for key, text in counts.items())
    )
    return f'<dl class="ps-counts">{rows}</dl>'


def _button(do: str, text: str, *, main: bool = False) -> str:
    kind = ' class="ps-main"' if main else ""
    return f'<button type="button" data-do="{do}"{kind} disabled>{text}</button>'


def _slider(name: str, label: str, low: int, high: int, value: int, shown: str = "") -> str:
    return (f'<label class="ps-slider"><span>{label} <output data-part="{name}">{escape(shown or str(value))}</output></span>'
            f'<input type="range" data-set="{name}" min="{low}" max="{high}" value="{value}" disabled></label>')  # fmt: skip


def _choice(name: str, label: str, options: dict[str, str], chosen: str) -> str:
    items = "".join(
        f'<option value="{value}"{" selected" * (value == chosen)}>{escape(text)}</option>'
        for value, text in options.items()
    )
    return f'<label class="ps-choice"><span>{label}</span><select data-set="{name}" disabled>{items}</select></label>'


def _check(name: str, label: str, *, on: bool = False) -> str:
    checked = " checked" if on else ""
    return f'<label class="ps-check"><input type="checkbox" data-set="{name}"{checked} disabled><span>{label}</span></label>'


def _row(*controls: str) -> str:
    return f'<div class="ps-row">{"".join(controls)}</div>'


# Time stands still until it is asked to move: these two serve readers who want no motion, and everyone who wants to look closely.
_STEPS = _button("step", "Step") + _button("skip", "Skip ahead")


def _phone_booths() -> str:
    def street(key: str, title: str, lanes: list[Lane], waiting: int, counts: dict[str, str]) -> str:
        return (f'<div class="ps-street" role="group" aria-label="{escape(title)}"><p class="ps-title">{title}</p>'
                f'{_bench(f"{key}-wait", waiting, f"{waiting} waiting")}'
                f"{_lanes(f'{key}-lanes', lanes, 'Places in this street', 8 - len(lanes))}"
                f"{_counts(key, counts)}</div>")  # fmt: skip

    left = street(
        "new", "A booth for every call", [("building", "building")] * 5, 10,
        {"done": "calls done|5", "opened": "booths built|10", "mean": "mean wait|6.0 ms"})  # fmt: skip
    right = street(
        "kept", "Booths that stay: a pool", [("idle", "free")] * 5, 0,
        {"done": "calls done|20", "opened": "booths built|5", "mean": "mean wait|6.5 ms"})  # fmt: skip
    return _figure(
        "phone_booths",
        "Two streets of phone booths: one builds a booth for every call, one keeps its booths",
        "Send twenty shoppers at once. Send them again. Then leave one place in each street.",
        f'<div class="ps-streets">{left}{right}</div>',
        _row(_button("burst", "Send 20 shoppers at once", main=True), _STEPS, _button("reset", "Start again"))
        + _row(
            _slider("places", "Places in each street", 1, 8, 5),
            _slider("rate", "Arriving by themselves", 0, 6, 0, "nobody"),
            _choice("speed", "One millisecond takes",
                    {"0.001": "1 second", "0.002": "½ second", "0.004": "¼ second", "0.02": "1⁄20 second"}, "0.002"),
        ),
        "The same shoppers arrive in both streets. Building a booth takes 6.0 ms, a call 0.3 ms: what connecting to PostgreSQL "
        "with a password, and a short query, took on one machine over loopback. Shown "
        '<strong data-part="slower">500 times slower</strong>. '
        "The model leaves out that all booths share one database, which stops gaining when its cores are busy.",
        "<p>The picture: 8 milliseconds after twenty shoppers came at once to five places in each street. "
        "On the left, every caller has a booth built, calls, and has it torn down: ten booths built, five calls done, ten shoppers still wait, "
        "and the last one hangs up after 25.2 ms. "
        "On the right, five booths were built for the first five callers and stayed: all twenty calls are done after 7.2 ms. "
        "The next twenty build nothing and are done after 1.2 ms. "
        "With one place only, the right street queues too: a pool saves the building, not the waiting.</p>",
    )  # fmt: skip


def _connecting() -> str:
    def step(key: str, name: str, note: str, ms: str, start: float, width: float, source: str) -> str:
        return (f'<li class="ps-step" data-part="{key}" data-kind="{source}"><span class="ps-step-name">{name} <small>{note}</small></span>'
                f'<span class="ps-track"><i style="--from:{start};--long:{width}"></i></span><output>{ms}</output></li>')  # fmt: skip

    steps = (
        step("socket", "Socket", "TCP handshake, 1 round trip", "–", 0, 0.02, "wire")
        + step("tls", "TLS", "off", "–", 0.02, 0, "work")
        + step("start", "Start-up", "a server process of its own, 1 round trip", "2.9 ms", 0.02, 0.45, "work")
        + step("scram", "Password", "SCRAM exchange, 2 round trips", "3.1 ms", 0.47, 0.5, "work")
        + step("query", "Query", "1 round trip", "0.17 ms", 0.97, 0.03, "query")
        + step("close", "Close", "a farewell, no answer awaited", "in start-up", 1, 0, "wire")
    )
    totals = (
        '<div class="ps-totals">'
        '<p class="ps-total" data-kind="work"><span>Connecting <output data-part="connects">1 ×</output></span>'
        '<span class="ps-track"><i data-part="connect-bar" style="--from:0;--long:.97"></i></span><output data-part="connect-ms">6.0 ms</output></p>'
        '<p class="ps-total" data-kind="query"><span>Querying <output data-part="queries">1 ×</output></span>'
        '<span class="ps-track"><i data-part="query-bar" style="--from:0;--long:.03"></i></span><output data-part="query-ms">0.2 ms</output></p>'
        '<p class="ps-ratio" data-part="ratio">One connection costs as much as 35 queries.</p></div>'
    )
    return _figure(
        "connecting",
        "A connection taken apart: what happens before the first query, step by step",
        "Connect and query. How many queries would one connection have paid for? Then move the database further away.",
        f'<ol class="ps-steps" data-part="steps" aria-label="Steps between client and server, in order">{steps}</ol>{totals}',
        _row(_button("connect", "Connect", main=True), _button("query", "Query"), _button("query20", "Query ×20"),
             _button("close", "Close"), _button("fresh20", "Connect, query, close: all ×20"))
        + _row(
            _choice("trip", "The database is", {"0.05": "on this machine: 0.05 ms there and back",
                    "0.5": "in the same data centre: 0.5 ms", "30": "far away: 30 ms"}, "0.05"),
            _check("tls", "Encrypt with TLS"),
            _choice("speed", "Drawing", {"1": "slow", "2": "brisk", "0": "at once"}, "1"),
            _STEPS, _button("reset", "Start again"),
        ),
        '<span data-part="origin"><strong>Measured</strong> over loopback, PostgreSQL 15 on two cores: socket, process and close 2.9 ms '
        "together, password 3.1 ms, query 0.17 ms.</span> Medians of one machine; ask yours in the exercise.",
        "<p>Before the first query, client and server exchange four rounds of messages, six with TLS, and the server starts a process for this one client. "
        "Over loopback that took 6.0 ms (9.7 ms with TLS) where a query took 0.17 ms: one connection for about 35 queries. "
        "Each round trip adds the distance: at 30 ms there and back the model puts connecting at about 126 ms and a query at 30 ms.</p>",
    )  # fmt: skip


def _engine_settings() -> str:
    lanes: list[Lane] = [("lent", f"#{n} lent to {n}") for n in range(1, 6)]
    lanes += [("overflow", f"#{n} overflow, {n}") for n in (6, 7)]
    return _figure(
        "engine_settings",
        "An engine's pool: how many connections it keeps, how many it may open, who waits",
        "How many can you lend with pool_size=5? Guess, then press Connect until somebody waits.",
        '<p class="ps-code"><code data-part="call">create_engine(url, pool_size=5, max_overflow=2, pool_timeout=30)</code></p>'
         f'<div class="ps-basin">{_lanes("lanes", lanes, "Connections of this pool", 24 - len(lanes))}</div>'
        + _bench("wait", 1, "Caller 8 waits, 30 s left")
        + '<p class="ps-code"><span>pool.status()</span><code data-part="status">Pool size: 5  Connections in pool: 0 '
        "Current Overflow: 2 Current Checked out connections: 7</code></p>"
        '<p class="ps-code ps-error"><span>last error</span><code data-part="error">none</code></p>'
        + _counts("pool", {"opened": "connections opened|7", "closed": "connections closed|0", "clock": "seconds passed|0"}),
        _row(_button("connect", "Connect", main=True), _button("connect5", "Connect ×5"), _button("close", "Close the oldest"),
             _button("close-all", "Close all"), _button("pass", "10 seconds pass"), _button("reset", "New engine"))
        + _row(_slider("size", "<code>pool_size</code>", 0, 8, 5), _slider("overflow", "<code>max_overflow</code>", -1, 10, 2),
               _slider("timeout", "<code>pool_timeout</code>", 0, 60, 30), _check("lifo", "<code>pool_use_lifo</code>"),
               _check("null", "<code>poolclass=NullPool</code>")),
        "A model of SQLAlchemy’s <code>QueuePool</code> that the tests hold to the real one, step by step. "
        "SQLAlchemy’s own defaults are 5, 10 and 30. Changing a setting makes a new engine.",
        "<p>The picture: five connections within <code>pool_size</code> and two of overflow are lent, the eighth caller waits. "
        "After <code>pool_timeout</code> seconds the wait ends in a TimeoutError; if a connection comes back earlier, the caller gets it. "
        "A fresh pool has opened nothing, and its status says <code>Current Overflow: -5</code>: five may be opened before overflow begins. "
        "Given back, up to <code>pool_size</code> connections stay; one more is closed. "
        "<code>pool_size=0</code> lifts every limit and still keeps connections; <code>max_overflow=-1</code> lifts the limit and keeps <code>pool_size</code>; "
        "<code>NullPool</code> keeps none.</p>",
    )  # fmt: skip


def _leak() -> str:
    lanes: list[Lane] = [("leaked", f"leaked by call {n}") for n in range(1, 6)]
    return _figure(
        "leak",
        "Five phone booths whose receivers are never hung up",
        "Call <code>search()</code> until something breaks. It takes a connection, runs a query and forgets <code>close()</code>.",
        '<p class="ps-code"><code>create_engine(url, pool_size=5, max_overflow=0)</code></p>'
        + _lanes("lanes", lanes, "The five connections of this pool")
        + _bench("wait", 1, "Call 6 waits")
        + '<p class="ps-clock"><span data-part="clock">0.0 s of 30 s</span><span class="ps-track"><i data-part="clock-bar" style="--from:0;--long:0"></i></span></p>'
        '<p class="ps-code ps-error"><span>last error</span><code data-part="error">none</code></p>'
        + _counts("calls", {"done": "calls answered|5", "failed": "calls failed|0", "leaked": "connections leaked|5"}),
        _row(_button("leak", "<code>search()</code>, forgets <code>close()</code>", main=True),
             _button("leak-idle", "The same, without a query"), _button("with", "<code>search()</code> in a <code>with</code> block"),
             _button("collect", "Run the garbage collector"), _button("reset", "Start again"))
        + _row(_choice("speed", "30 seconds take", {"1": "30 seconds", "5": "6 seconds", "10": "3 seconds"}, "5"), _STEPS),
        "A model of a plain <code>def search()</code> and SQLAlchemy’s pool. Nothing here collects garbage by itself; in a running "
        "program nobody knows when it will.",
        "<p>The picture: five calls took a connection, ran a query and never closed it. "
        "Each connection and its transaction refer to each other, so Python keeps them until the garbage collector runs. "
        "The sixth call waits 30 seconds and fails: <code>QueuePool limit of size 5 overflow 0 reached, connection timed out, timeout 30.00</code>. "
        "Forgotten <em>before</em> a query ran, a connection is freed at once, which is why the fault hides in small tests. "
        "A <code>with</code> block gives back every time.</p>",
    )  # fmt: skip


_SCENARIOS: dict[str, Callable[[], str]] = {
    "phone_booths": _phone_booths,
    "connecting": _connecting,
    "engine_settings": _engine_settings,
    "leak": _leak,
}
