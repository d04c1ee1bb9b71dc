"""Five connections whose server has restarted: what the next requests meet, with and without a ping."""

from poolschool.site.figures.parts import button, check, counts, figure, more, row, scene
from poolschool.site.figures.stills import still


def stale_html() -> str:
    """Draw the figure: five idle connections, all dead, and a pool that does not know it."""
    stale = still("stale")
    return figure(
        "stale",
        title="Five idle connections whose server has restarted",
        task="A restart costs one of six requests. Let it cost none; then find the request that no setting saves.",
        stage=scene("scene", stale["words"], stale["scene"], 640, 130, top=24)
        + counts(
            "calls",
            answered=("answered", str(stale["calls-answered"])),
            failed=("failed", str(stale["calls-failed"])),
            opened=("connections opened", str(stale["calls-opened"])),
        ),
        controls=row(
            button("restart", "Restart the server", main=True),
            button("requests", "Six requests"),
            check("ping", "<code>pool_pre_ping=True</code>"),
            more(row(button("use", "Take one, then query on it"), button("reset", "Restart the figure"))),
        ),
        longest="Connection #12 is in use. The ping has asked it already. "
        "Now let the server restart, and press again to run the query.",
        caption="A model of SQLAlchemy’s pool, held to the real one by a test. A dead connection is drawn dark.",
        story="<p>The picture: the server has restarted, and five idle connections are dead. The pool does not know it. "
        "Of the next six requests the first fails; that error makes the pool replace every older connection, and the other "
        "five are answered. With <code>pool_pre_ping=True</code> the first checkout finds the dead one, and no request fails. "
        "A request that has its connection in hand when the server restarts fails with every setting.</p>",
    )
