"""An engine's pool: how many connections it keeps, how many it may open, who waits."""

from poolschool.site.figures.parts import button, check, code, counts, figure, more, room, row, scene, slider
from poolschool.site.figures.stills import still

LONGEST = {
    "call": "create_engine(url, pool_size=5, max_overflow=10, pool_timeout=30, pool_use_lifo=True)",
    "wait": "Callers 13 to 15 wait, the first 58 s more",
    "status": "Pool size: 5  Connections in pool: 0 Current Overflow: 10 Current Checked out connections: 15",
    "error": "TimeoutError: QueuePool limit of size 5 overflow 10 reached, connection timed out, timeout 30.00 "
    "(Background on this error at: https://sqlalche.me/e/21/3o7r)",
}


def settings_html() -> str:
    """Draw the figure: five and two of overflow in use, the eighth caller waiting."""
    engine = still("engine_settings")
    return figure(
        "engine_settings",
        title="An engine's pool: how many connections it keeps, how many it may open, who waits",
        task="How many can be in use with <code>pool_size=5</code>? Guess, then press Connect until somebody waits.",
        stage=code("create_engine(url, pool_size=5, max_overflow=2, pool_timeout=30)", "call", longest=LONGEST["call"])
        + scene("scene", engine["words"], engine["scene"], 800, 170, top=24, narrow=500)
        + f'<p{room(LONGEST["wait"])}><span data-part="wait">{engine["wait"]}</span></p>'
        + code(engine["status"], "status", "pool.status()", longest=LONGEST["status"])
        + code("none", "error", "last error", longest=LONGEST["error"])
        + counts(
            "pool",
            opened=("opened", str(engine["pool-opened"])),
            closed=("closed", str(engine["pool-closed"])),
            clock=("seconds passed", str(engine["pool-clock"])),
        ),
        controls=row(
            button("connect", "Connect", main=True),
            button("close", "Close the oldest"),
            more(
                row(
                    button("connect5", "Connect ×5"),
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
                )
            ),
        ),
        longest="pool_size=5, and seven are in use; the eighth waits. "
        "Your turn: close one, and watch which of the booths is folded away.",
        caption="A model of SQLAlchemy’s <code>QueuePool</code> that the tests hold to the real one, step by step. "
        "SQLAlchemy’s own defaults are 5, 10 and 30. Changing a setting makes a new engine.",
        story="<p>The picture: five connections within <code>pool_size</code> and two of overflow are in use, "
        "the eighth caller waits. "
        "After <code>pool_timeout</code> seconds the wait ends in a TimeoutError, unless a connection is returned and nobody else takes it first. "
        "A fresh pool has opened nothing, and its status says <code>Current Overflow: -5</code>: "
        "five may be opened before overflow begins. "
        "Of the returned connections up to <code>pool_size</code> stay; one more is closed: its booth is folded away. "
        "<code>pool_size=0</code> lifts every limit and still keeps connections; "
        "<code>max_overflow=-1</code> lifts the limit and keeps <code>pool_size</code>; "
        "<code>NullPool</code> keeps none.</p>",
    )
