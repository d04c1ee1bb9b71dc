"""An engine's pool and its settings: how many connections it keeps, how many it may open, who waits."""

from poolschool.site.figures.parts import Lane, bench, button, check, code, counts, figure, lanes, row, slider


def settings_html() -> str:
    """Draw the figure; docs/assets/pool/settings.js makes it move."""
    states: list[Lane] = [("lent", f"#{number} lent to {number}") for number in range(1, 6)]
    states += [("overflow", f"#{number} overflow to {number}") for number in (6, 7)]
    status = "Pool size: 5  Connections in pool: 0 Current Overflow: 2 Current Checked out connections: 7"
    return figure(
        "engine_settings",
        title="An engine's pool: how many connections it keeps, how many it may open, who waits",
        task="How many can you lend with <code>pool_size=5</code>? Guess, then press Connect until somebody waits.",
        stage=code("create_engine(url, pool_size=5, max_overflow=2, pool_timeout=30)", part="call")
        + f'<div class="ps-basin">{lanes("lanes", states, "Connections of this pool", places=18)}</div>'
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
