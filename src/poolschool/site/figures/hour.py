"""An hour that went wrong, minute by minute, and six complaints, each of which is to be put to a fault."""

from poolschool.site.figures.parts import button, choice, counts, figure, lanes, row, slider
from poolschool.site.figures.stills import still

# In an order of their own, so that the order of the hour says nothing.
FAULTS = {
    "0": "?",
    "1": "the event loop is blocked",
    "2": "held while somebody pays",
    "3": "held while somebody reads",
    "4": "a leak",
    "5": "a dead connection",
    "6": "threads wait in a circle",
}
COMPLAINTS = {
    "restart": "14:08 “I pressed again, and it was there.”",
    "payment": "14:18 “I only look around.”",
    "newsletter": "14:32 “Who else is there?”",
    "prices": "14:40 “Busy again?”",
    "reviews": "14:48 “What takes so long?”",
    "rush": "14:56 “The others found theirs.”",
}


def hour_html() -> str:
    """Draw the figure: the minute before somebody restarted the store."""
    drawn = still("hour")
    return figure(
        "hour",
        title="An hour of a store, minute by minute, with six complaints",
        task="Play the hour, or look at its minutes. Put a fault to each of the six complaints.",
        stage=lanes("now", drawn["lanes"], "What the minute holds", 4) + counts("put", right=("right", "0 of 6")),
        controls=row(
            button("play", "Play the hour", main=True),
            slider("minute", "Minute", 0, 59, drawn["minute"], f"14:{drawn['minute']}"),
        )
        + row(*(choice(name, words, FAULTS, "0") for name, words in COMPLAINTS.items())),
        longest="14:34: 1 answered quickly, 19 late, busy, failed or gone, 15 of 15 connections in use, "
        "38 wait for a connection.",
        caption="Measured: the store of the exercise, on a real PostgreSQL, played sixty times faster. "
        "Late is an answer after more than half a second.",
        story="<p>The picture: the store at 14:34. One of its twenty shoppers is answered quickly, the others are late or told that it is busy; "
        "all 15 connections are in use, and 38 requests wait for one. "
        "A newsletter with a dead link went out at 14:27, and its readers left long ago: the page that they asked for has leaked its connections. "
        "The other five: at 14:08 a dead connection was left in the pool after a restart of the database; at 14:18 connections were held while shoppers paid; "
        "at 14:40 they were held while partners read a price list; at 14:48 the event loop was blocked, with one connection in use; "
        "and at 14:56, after a rush, threads and connections waited for each other in a circle.</p>",
        said="Play the hour, and put a fault to each complaint.",
    )
