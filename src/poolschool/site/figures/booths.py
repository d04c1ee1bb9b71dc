"""Two streets of phone booths: one builds a booth for every call, one keeps its booths."""

from poolschool.site.figures.parts import Lane, bench, button, choice, counts, figure, lanes, row, slider, steps


def booths_html() -> str:
    """Draw the figure; docs/assets/pool/booths.js makes it move."""
    return figure(
        "phone_booths",
        title="Two streets of phone booths: one builds a booth for every call, one keeps its booths",
        task="Send twenty shoppers at once. Send them again. Then leave one place in each street.",
        stage='<div class="ps-streets">'
        + _street("new", "A booth for every call", [("building", "building")] * 5, 10, ("5", "5", "6.0 ms"))
        + _street("kept", "Booths that stay: a pool", [("idle", "free")] * 5, 0, ("20", "5", "6.5 ms"))
        + "</div>",
        controls=row(button("burst", "Send 20 shoppers at once", main=True), steps(), button("reset", "Start again"))
        + row(
            slider("places", "Places in each street", 1, 8, 5),
            slider("rate", "Arriving by themselves", 0, 6, 0, "nobody"),
            choice(
                "speed",
                "One millisecond takes",
                {"0.001": "1 second", "0.002": "½ second", "0.004": "¼ second", "0.02": "1⁄20 second"},
                "0.002",
            ),
        ),
        caption="The same shoppers arrive in both streets. Building a booth takes 6.0 ms, a call 0.3 ms: "
        "what connecting to PostgreSQL with a password, and a short query, took on one machine over loopback. "
        'Shown <strong data-part="slower">500 times slower</strong>. '
        "The model leaves out that all booths share one database, which stops gaining when its cores are busy.",
        story="<p>The picture: 8 milliseconds after twenty shoppers came at once to five places in each street. "
        "On the left, every caller has a booth built, calls, and has it torn down: "
        "five calls are done, five booths are being built, ten shoppers wait, and the last one hangs up after 25.2 ms. "
        "On the right, five booths were built for the first five callers and stayed: "
        "all twenty calls were done after 7.2 ms, and the next twenty build nothing and are done after 1.2 ms. "
        "With one place only, the right street queues too: a pool saves the building, not the waiting.</p>",
    )


def _street(key: str, title: str, states: list[Lane], waiting: int, numbers: tuple[str, str, str]) -> str:
    done, built, mean = numbers
    return (
        f'<div class="ps-street" role="group" aria-label="{title}"><p class="ps-title">{title}</p>'
        + bench(f"{key}-wait", waiting, f"{waiting} waiting")
        + lanes(f"{key}-lanes", states, "Places in this street", places=8)
        + counts(key, done=("calls done", done), opened=("booths built", built), mean=("mean wait", mean))
        + "</div>"
    )
