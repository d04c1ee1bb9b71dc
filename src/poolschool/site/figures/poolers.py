"""Two clients of a pooler and the two sessions it has: whose rows a prepared statement brings."""

from poolschool.site.figures.parts import button, check, counts, figure, row, scene
from poolschool.site.figures.stills import still


def poolers_html() -> str:
    """Draw the figure: Ada and Bob have each prepared a query, in another session, under the same name."""
    drawn = still("pooler")
    return figure(
        "pooler",
        title="Two clients of a pooler, and the two sessions that it has",
        task="Ada asks for a price, Bob for what is left. Give Ada a wrong row, cause an error, then prevent both.",
        stage=scene("scene", drawn["words"], drawn["scene"], 480, 120, top=24)
        + counts(
            "got",
            own=("right rows", str(drawn["got-own"])),
            other=("wrong rows", str(drawn["got-other"])),
            errors=("errors", str(drawn["got-errors"])),
        ),
        controls=row(button("ask1", "Ada asks", main=True), button("end1", "Ada commits"))
        + row(button("ask2", "Bob asks"), button("end2", "Bob commits"), button("reset", "New sessions"))
        + row(check("unprepared", "<code>prepare_threshold=None</code>")),
        longest="Ada was shown what is left for a price. Your turn: cause an error as well. Then prevent both.",
        caption="A model of psycopg behind a pooler that does not follow names, held to the real ones by a test. A booth is a session.",
        story="<p>The picture: Ada has asked for the price of a lamp, in session 1, and Bob for how many are left, in session 2, "
        "at the same time. The driver of each has prepared the query there, and both have called it <code>_pg3_0</code>. Both have "
        "committed, Bob last, so the pooler assigns session 2 first. Ada asks again: her driver sends <code>_pg3_0</code>, and she gets "
        "7, what is left, for a price, without an error. If Bob begins only after Ada’s commit, he meets her name and gets "
        "<em>prepared statement already exists</em>. With <code>prepare_threshold=None</code> nothing has a name, and every row is right.</p>",
    )
