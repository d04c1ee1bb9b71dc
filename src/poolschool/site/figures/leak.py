"""A pool whose connections are not returned."""

from poolschool.site.figures.parts import Lane, bench, button, choice, code, counts, figure, lanes, row, steps, track


def leak_html() -> str:
    """Draw the figure; docs/assets/pool/leak.js makes it move."""
    states: list[Lane] = [("leaked", f"#{number} leaked by call {number}") for number in range(1, 6)]
    return figure(
        "leak",
        title="Five phone booths whose receivers are never hung up",
        task="Call <code>search()</code> until something breaks. "
        "It takes a connection, runs a query and forgets <code>close()</code>.",
        stage=code("create_engine(url, pool_size=5, max_overflow=0)")
        + lanes("lanes", states, "The five connections of this pool", places=5)
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
