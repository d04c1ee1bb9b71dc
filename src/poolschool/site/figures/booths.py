"""Two streets of phone booths: one builds a booth for every call, one keeps its booths."""

from html import escape
from typing import Any

from poolschool.site.figures.parts import button, choice, counts, figure, more, room, row, scene, slider, steps, track
from poolschool.site.figures.stills import still

SPEEDS = {
    "0.001": "1 second",
    "0.002": "½ second",
    "0.0053": "1⁄5 second",
    "0.02": "1⁄20 second",
}


ENDED = "All served after 25.2 ms. Average wait 15.4 ms."


def booths_html() -> str:
    """Draw the figure: 8 milliseconds after twenty shoppers came at once to five places in each street."""
    streets = still("phone_booths")
    return figure(
        "phone_booths",
        title="Two streets of phone booths: one builds a booth for every call, one keeps its booths",
        task="Twenty shoppers, five booths in each street. Why is the left street so much slower?",
        stage='<div class="ps-streets">'
        + _street("new", "A new booth for every call", "NullPool", streets["new"])
        + _street("kept", "Booths that stay", "QueuePool", streets["kept"])
        + "</div>",
        controls=row(
            button("burst", "Send 20 shoppers", main=True),
            slider("places", "Booths in each street", 1, 8, 5),
            '<p class="ps-clockface"><output data-part="clock">8.0 ms</output> '
            '<span data-part="slower">189 times slower</span></p>',
            more(
                row(steps(), button("reset", "Restart"))
                + row(
                    slider("rate", "Arriving by themselves", 0, 6, 0, "nobody"),
                    choice("speed", "One millisecond takes", SPEEDS, "0.0053"),
                )
            ),
        ),
        said="Below the pictures: how many were served, how many connections that took.",
        longest="Without a pool the last of 20 was served after 25.2 ms, with one after 10.2 ms. "
        "Connections opened: 20 and 20. Now leave one booth in each street, and send them again.",
        caption="The same shoppers arrive in both streets. Building a booth takes 6.0 ms, a call 0.3 ms: "
        "what connecting to PostgreSQL with a password, and a short query, took on one machine over loopback. "
        "The model leaves out that all booths share one database, which stops gaining when its cores are busy.",
        story="<p>The picture: 8 milliseconds after twenty shoppers came at once to five places in each street. "
        "On the left, every caller has a booth built, calls, and has it torn down: "
        "five are served, five booths are being built, ten shoppers wait, and the last one is served after 25.2 ms. "
        "On the right, five booths were built for the first five callers and stayed: "
        "all twenty were served after 7.2 ms, and the next twenty build nothing and are served after 1.2 ms. "
        "With one place only, the right street queues too: a pool saves the building, not the waiting.</p>",
    )


def _street(key: str, title: str, word: str, street: dict[str, Any]) -> str:
    numbers = counts(
        key,
        done=("served", street["done"]),
        opened=("connections opened", str(street["opened"])),
        wait=("waiting", str(street["wait"])),
    )
    return (
        f'<section class="ps-street" aria-label="{title}"><header><b>{title}</b> <code>{word}</code></header>'
        + scene(f"{key}-scene", street["words"], street["scene"], 470, 180, top=24)
        + track(0, street["share"], f"{key}-bar")
        + f'{numbers}<p class="ps-end"{room(ENDED)}><span data-part="{key}-end">{escape(street["end"])}</span></p></section>'
    )
