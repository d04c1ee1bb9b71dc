"""Two workers that were forked from one master: whose answer they read, on one connection or on two."""

from poolschool.site.figures.parts import button, check, counts, figure, row, scene
from poolschool.site.figures.stills import still


def forks_html() -> str:
    """Draw the figure: both workers have asked on the connection that the master had opened."""
    drawn = still("forks")
    return figure(
        "forks",
        title="Two forked workers, and the connection that the master had opened",
        task="Worker 1 asks for Ada, worker 2 for Bob. Show Bob the basket of Ada. Then prevent it, in two ways.",
        stage=scene("scene", drawn["words"], drawn["scene"], 480, 120, top=24)
        + counts(
            "got",
            own=("own baskets", str(drawn["got-own"])),
            other=("other people’s", str(drawn["got-other"])),
        ),
        controls=row(button("ask1", "Worker 1 asks", main=True), button("ask2", "Worker 2 asks"))
        + row(button("read1", "Worker 1 reads"), button("read2", "Worker 2 reads"), button("reset", "Fork again"))
        + row(
            check("lazy", "no query before the fork"),
            check("cured", "<code>dispose(close=False)</code> in each worker"),
        ),
        longest="Nothing comes: the answer was taken by the other worker. "
        "The worker 2 waits on, for ever if nobody ends it.",
        caption="A model of a connection after a fork, held to real processes by a test. A booth is a connection.",
        story="<p>The picture: the master has opened a connection and forked two workers; both have that connection, "
        "and both have asked on it, for Ada’s and for Bob’s basket. The database answers in the order of asking, and both answers have arrived. "
        "Worker 2 reads first, gets Ada’s basket and shows it to Bob, without an error; what came behind it is thrown away, "
        "and worker 1 waits for ever. If nothing was asked before the fork, or each worker begins with "
        "<code>engine.dispose(close=False)</code>, each has a connection of its own, and its own answers.</p>",
    )
