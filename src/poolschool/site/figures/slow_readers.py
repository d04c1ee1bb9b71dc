"""Two slow readers of a long answer and a pool of two: who else is served, by whose session reads the pieces."""

from poolschool.site.figures.parts import button, choice, counts, figure, more, row, scene
from poolschool.site.figures.stills import still


def slow_readers_html() -> str:
    """Draw the figure: two read, both connections are in use, and three others were refused."""
    drawn = still("slow_readers")
    return figure(
        "slow_readers",
        title="Two slow readers of a long answer, and a pool of two",
        task="Two slow readers close the store to everybody. Let two read everything, and serve three others between two pieces.",
        stage=scene("scene", drawn["words"], drawn["scene"], 640, 130, top=24, narrow=420)
        + counts(
            "others",
            answered=("others answered", str(drawn["others-answered"])),
            refused=("refused", str(drawn["others-refused"])),
            lost=("not returned", str(drawn["others-lost"])),
        ),
        controls=row(
            button("come", "A reader comes", main=True),
            button("read", "They read a piece"),
            button("ask", "Three others ask"),
            choice(
                "way",
                "The pieces are read",
                {
                    "request": "with the request’s session",
                    "function": 'with it, scope="function"',
                    "batch": "each in a session of its own",
                },
                "request",
            ),
            more(row(button("leave", "A reader leaves"), button("reset", "Restart"))),
        ),
        longest="2 of them had the last piece: the answer is over. 2 of 2 in use, for good: "
        "nobody closes the session that began anew.",
        caption="A model of FastAPI’s streams and SQLAlchemy’s pool, held to the real ones by a test.",
        story="<p>The picture: Ann and Ben each read a long answer, and have one of four pieces. "
        "The pieces are read with the request’s session, so both connections are in use until the last piece is read, "
        "and three others who asked for something short got a <code>TimeoutError</code>. "
        'With <code>scope="function"</code> the session begins anew for the pieces, and its connection is not returned even after the last one. '
        "With a session for each piece, which ends before the piece goes out, nothing is in use while Ann and Ben read, and everybody is served.</p>",
    )
