"""Ten recordings of a pool, played to an alarm: which signs ring in every incident, and in no busy hour."""

from poolschool.site.figures.parts import button, check, choice, counts, figure, lanes, row
from poolschool.site.figures.stills import still


def watching_html() -> str:
    """Draw the figure: what the usual alarm makes of five incidents and five busy hours."""
    heard = still("watching")
    return figure(
        "watching",
        title="Ten recordings of a pool, and an alarm that hears them",
        task="The first five recordings are incidents from minute 4 on, the other five are busy and healthy. "
        "Choose the signs so that the alarm is right ten times.",
        stage=lanes("recordings", heard["lanes"], "What the alarm makes of each recording", 10)
        + counts(
            "alarm",
            right=("right", heard["alarm-right"]),
            missed=("missed or late", heard["alarm-missed"]),
            false=("false alarms", heard["alarm-false"]),
        ),
        controls=row(
            check("used", "all connections in use", checked=True),
            check("pending", "somebody waits"),
            check("wait", "p95 of the wait > 1 s"),
            check("timeouts", "a time-out"),
            check("failed", "a failed connect"),
        )
        + row(
            choice("in-a-row", "Minutes in a row", {"1": "one", "2": "two", "3": "three", "4": "four"}, "1"),
            button("hear", "Play the ten minutes", main=True),
        ),
        longest="9 of 10 are right: 0 missed or late, 1 false. A deploy and a burst pass by themselves: "
        "ask for more than one minute.",
        caption="One of the chosen signs must be seen so many minutes in a row. The recordings were played by this course’s "
        "simulator, with fixed seeds.",
        story="<p>The picture: an alarm on “all connections in use” hears ten recordings of ten minutes. "
        "It rings in four of the five incidents, but a database that is gone has no connection in use, and is missed. "
        "It also rings in the busy hour in which fifteen workers share fifteen connections and nobody waits, "
        "and in a short burst that is over within the minute. "
        "Waiting, time-outs and failed connects for two minutes in a row ring in all five incidents and in no busy hour.</p>",
        said="The usual alarm: all connections are in use. Choose better signs.",
    )
