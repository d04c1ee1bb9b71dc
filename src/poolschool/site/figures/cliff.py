"""Forty threads and fifteen connections: the circular wait of a burst, and the two cures."""

from poolschool.site.figures.parts import button, choice, counts, figure, more, row, scene, slider, steps
from poolschool.site.figures.stills import still

PATTERNS = {
    "0": "as in the tutorial",
    "1": "commit before return",
    "2": "max_concurrency=15",
}


def cliff_html() -> str:
    """Draw the figure: seventy requests that stand still."""
    cliff = still("cliff")
    return figure(
        "cliff",
        title="Forty threads and fifteen connections, and requests that come at once",
        task="Find the smallest number of requests at once that never ends by itself.",
        stage=scene("scene", cliff["words"], cliff["scene"], 640, 226)
        + counts(
            "now",
            done=("answered", cliff["done"]),
            working=("threads taken", cliff["working"]),
            pool=("wait for a connection", str(cliff["pool"])),
            held=("connections in use", cliff["held"]),
            holders=("hold one and wait for a thread", str(cliff["holders"])),
        ),
        controls=row(
            button("send", "Send them", main=True),
            slider("number", "Requests at once", 1, 120, 70),
            choice("pattern", "The endpoint", PATTERNS, "0"),
            more(row(steps())),
        ),
        longest="55 at once stand still, a circular wait: 15 requests hold a connection and wait for a thread, "
        "40 have a thread and wait for a connection. Goal reached: 40 + 15 = 55. Now choose what takes it away.",
        said=cliff["said"],
        caption="A model of FastAPI’s three waits for a thread and of SQLAlchemy’s pool, in slow motion; a query takes 20 ms. "
        "A test sends the same bursts to the real ones.",
        story="<p>The picture: seventy requests came at once to 40 threads and 15 connections. "
        "Fifteen have run their query, hold all connections, and wait for a thread that checks their answers. "
        "All forty threads are taken by requests that wait for a connection, and fifteen more wait for a thread. "
        "Nobody moves until <code>pool_timeout</code> is over: a circular wait. "
        "With 54 requests one thread stays free, and all are answered; 55 is the smallest number that stands still. "
        "If the connection is returned before the answer is checked, or if only fifteen requests are let in, "
        "any number is answered.</p>",
    )
