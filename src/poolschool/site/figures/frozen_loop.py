"""One event loop, fifteen connections and a ping: what a sync call without `await` stops, and for how long."""

from poolschool.site.figures.parts import button, choice, counts, figure, more, room, row, scene, slider, steps, track
from poolschool.site.figures.stills import still

BLOCKED = "The loop stands still in connect() of request 16; pings wait: 900"


def frozen_loop_html() -> str:
    """Draw the figure: fifteen requests have a connection, and the loop stands still in the call of the sixteenth."""
    loop = still("frozen_loop")
    return figure(
        "frozen_loop",
        title="An event loop that stands still while a request waits for a connection",
        task="Each request keeps a connection while it awaits another service. "
        "Keep the ping alive with 30 requests at once.",
        stage=scene("scene", loop["words"], loop["scene"], 640, 152, top=10)
        + f'<p{room(BLOCKED)}><span data-part="loop">{loop["loop"]}</span></p>'
        + f'<p class="ps-clock"><span data-part="silence">{loop["silence"]}</span>{track(0, loop["share"], "silence-bar")}</p>'
        + counts(
            "rush",
            pings=("pings answered", str(loop["rush-pings"]), "900"),
            answered=("requests answered", str(loop["rush-answered"])),
            failed=("failed", str(loop["rush-failed"])),
            clock=("time", loop["rush-clock"], "450.0 s"),
        ),
        controls=row(
            choice(
                "how",
                "The handler",
                {"0": "async def, sync engine", "1": "async def, async engine", "2": "def, sync engine"},
                "0",
            ),
            slider("requests", "requests at once", 1, 30, 16),
            button("send", "Send", main=True),
            more(row(steps())),
        ),
        longest="For 450 s nothing ran, no ping either, and 15 failed. Your turn: keep the ping alive with 30 at once.",
        caption="A model of SQLAlchemy’s defaults: <code>pool_size=5</code>, <code>max_overflow=10</code>, "
        "<code>pool_timeout=30</code>. However long a run would last, it is played in four seconds.",
        story="<p>The picture: sixteen requests came at once to a handler that is <code>async def</code> "
        "and uses a sync engine. Fifteen took a connection and await another service. "
        "The sixteenth waits in <code>engine.connect()</code>, which has no <code>await</code>: "
        "the event loop stands still, so the fifteen cannot return theirs and no ping is answered. "
        "After 30 seconds it fails. With 30 requests at once, 15 wait like that, one after the other: 450 seconds. "
        "With an async engine, or a plain <code>def</code>, all 30 are answered and so is every ping.</p>",
        said="The picture: 16 requests came, and the loop stands still. Press the dark button to send others.",
    )
