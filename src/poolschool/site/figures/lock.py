"""A table that is locked for 1.5 seconds, and what shoppers meet in the half minute around it."""

from poolschool.site.figures.parts import button, choice, counts, figure, more, row, scene, steps
from poolschool.site.figures.stills import still

STORES = {
    "0": "as in the tutorial",
    "1": "pool_timeout=2",
    "2": "commit before return",
    "3": "15 inside, 30 wait, the rest 503",
}


def lock_html() -> str:
    """Draw the figure: the tutorial's store, which stays down."""
    lock = still("lock")
    return figure(
        "lock",
        title="A table that is locked for 1.5 seconds",
        task="The lock is gone after 1.5 seconds. Choose a store that is well again within three.",
        stage=scene("scene", lock["words"], lock["scene"], 640, 140)
        + counts(
            "now",
            quick=("answered within 1 s", str(lock["quick"]), "0000"),
            slow=("later", str(lock["slow"]), "000"),
            refused=("refused", str(lock["refused"]), "000"),
            gone=("left without an answer", str(lock["gone"]), "0000"),
            waits=("wait", str(lock["waits"]), "000"),
            threads=("threads taken", lock["threads"]),
            holders=("hold a connection and wait for a thread", str(lock["holders"])),
        ),
        controls=row(
            button("lock", "Lock the table", main=True),
            choice("store", "The store", STORES, "0"),
            more(row(steps())),
        ),
        longest=lock["said"],
        said=lock["said"],
        caption="A model of FastAPI’s threads and SQLAlchemy’s pool, held to the real ones by a test: 80 shoppers a second, queries of 20 ms, "
        "40 threads, 15 connections. A column is a second in which shoppers came; a shopper leaves after ten.",
        story="<p>The picture: for three seconds all answers are quick. Then the table is locked for 1.5 seconds, "
        "and after it no answer comes in time any more, for as long as shoppers come. "
        "Fifteen requests hold all connections and wait for a thread, and all forty threads wait for a connection. "
        "With <code>pool_timeout=2</code> requests are refused after two seconds each, and the store stays down. "
        "If the connection is returned before the answer is checked, or if fifteen are let in, thirty wait and the rest is "
        "refused at once, all answers are quick again soon after the lock.</p>",
    )
