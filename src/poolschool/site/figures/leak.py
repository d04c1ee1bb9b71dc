"""Five booths whose receivers are never hung up: the leak, the time-out, and what gets connections back."""

from poolschool.site.figures.parts import button, choice, code, counts, figure, more, row, scene, steps, track
from poolschool.site.figures.stills import still

TIMED_OUT = (
    "TimeoutError: QueuePool limit of size 5 overflow 0 reached, connection timed out, timeout 30.00 "
    "(Background on this error at: https://sqlalche.me/e/21/3o7r)"
)


def leak_html() -> str:
    """Draw the figure: five connections not returned, the sixth call waiting."""
    leak = still("leak")
    return figure(
        "leak",
        title="Five phone booths whose receivers are never hung up",
        task="<code>search()</code> takes a connection, runs a query and forgets <code>close()</code>. Call it six times.",
        stage='<div class="ps-beside"><pre class="ps-source"><code>1  def search(word):\n2      connection = engine.connect()\n'
        "3      return connection.execute(find(word)).all()</code></pre>"
        + code("create_engine(url, pool_size=5, max_overflow=0)")
        + "</div>"
        + scene("scene", leak["words"], leak["scene"], 640, 170, top=24)
        + f'<p class="ps-clock"><span data-part="clock">{leak["clock"]}</span>{track(0, leak["share"], "clock-bar")}</p>'
        + f'<p><span data-part="wait">{leak["wait"]}</span></p>'
        + code(leak["error"], "error", "last error", longest=TIMED_OUT)
        + counts(
            "calls",
            done=("answered", str(leak["calls-done"])),
            failed=("failed", str(leak["calls-failed"])),
            leaked=("not returned", str(leak["calls-leaked"])),
        ),
        controls=row(
            button("leak", "<code>search()</code>, forgets <code>close()</code>", main=True),
            button("collect", "Run the garbage collector"),
            more(
                row(
                    button("with", "<code>search()</code> in a <code>with</code> block"),
                    button("leak-idle", "Forgets <code>close()</code>, runs no query"),
                    button("reset", "Restart"),
                )
                + row(choice("speed", "30 seconds take", {"1": "30 s", "5": "6 s", "10": "3 s"}, "10"), steps())
            ),
        ),
        longest="The collector found 5 connections and returned them. "
        "In a running program it counts objects; nobody knows when it runs.",
        caption="A model of a plain <code>def search()</code> and SQLAlchemy’s pool. "
        "Nothing here collects garbage by itself; in a running program the collector counts objects, not seconds.",
        story="<p>The picture: five calls took a connection at line 2, ran a query and never closed it. "
        "Each connection and its transaction refer to each other, "
        "so Python keeps them until the garbage collector runs. "
        "The sixth call waits 30 seconds and fails: "
        "<code>QueuePool limit of size 5 overflow 0 reached, connection timed out, timeout 30.00</code>. "
        "Forgotten <em>before</em> a query ran, a connection is freed at once, "
        "which is why the fault hides in small tests. "
        "A <code>with</code> block returns the connection every time.</p>",
    )
