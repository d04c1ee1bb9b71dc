"""Two tests that share a database: which fixture lets both pass, in either order."""

from poolschool.site.figures.parts import button, choice, counts, figure, row, scene
from poolschool.site.figures.stills import still

FIXTURES = {
    "memory": "sqlite:// (in memory)",
    "static": "sqlite:// with StaticPool",
    "commits": "PostgreSQL, commits stay",
    "rollback": "PostgreSQL, a transaction around each test",
}


FAILS = "B counts the products: fails: no such table"


def tests_html() -> str:
    """Draw the figure: in memory, both tests failed."""
    drawn = still("pools_in_tests")
    return figure(
        "pools_in_tests",
        title="Two tests that share a database: which fixture lets both pass, in either order",
        task="Test A sells a sofa while another shopper searches. Test B expects the two products that the fixture put in. "
        "Find the fixture with which both pass, whichever runs first.",
        stage=scene("scene", drawn["words"], drawn["scene"], 640, 120, top=24, narrow=520)
        + counts(
            "tests",
            first=("first test", drawn["tests-first"], FAILS),
            second=("second test", drawn["tests-second"], FAILS),
            left=("products that the next test would find", str(drawn["tests-left"]), "none"),
        ),
        controls=row(
            choice("fixture", "The fixture’s engine", FIXTURES, "memory"),
            choice("order", "Order", {"ab": "A, then B", "ba": "B, then A"}, "ab"),
            button("run", "Run both tests", main=True),
        ),
        longest="A handler runs in a thread of its own, and in memory each thread has a database of its own: an empty one. "
        "Your turn: find the fixture with which both tests pass, in either order.",
        caption="Each booth is one connection, as in the first lesson. What the two tests find is held to real engines by a test of this course.",
        story="<p>The picture: in memory each thread has a database of its own, "
        "so both tests fail with <code>no such table</code>. "
        "With StaticPool all share one connection: a search that returns it rolls back the sale beside it. "
        "On PostgreSQL, B fails if A has committed before. "
        "With a transaction around each test both pass, in either order, and nothing of the one is left for the other.</p>",
        said="In memory, both tests fail: the fixture’s tables are in another thread’s database.",
    )
