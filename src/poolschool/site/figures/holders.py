"""Five connections, in use in the evening: a slow report, a leak, a victim, and the detector that tells them apart."""

from poolschool.site.figures.parts import button, choice, code, counts, figure, more, row, scene, steps
from poolschool.site.figures.stills import still


def holders_html() -> str:
    """Draw the figure: five connections in use, and the error of a request that got none."""
    evening = still("who_holds")
    return figure(
        "who_holds",
        title="Five connections in use, and a detector that knows by whom",
        task="<code>cancel_order</code> failed because all five connections were in use. "
        "One line never returns its connection. Accuse it, and be able to prove it.",
        stage=code(evening["error"], "error", "last error", longest=evening["error"])
        + scene("scene", evening["words"], evening["scene"], 640, 170, top=24)
        + f'<p><span data-part="clock">{evening["clock"]}</span></p>'
        + code(evening["news"], "news", "news of the detector", longest="reports.py:9: returned after 62 s")
        + counts(
            "calls",
            held=("in use", str(evening["calls-held"])),
            waiting=("waiting", str(evening["calls-waiting"])),
            failed=("timed out", str(evening["calls-failed"])),
        ),
        controls=row(
            button("ask", "Ask the detector", main=True),
            button("wait", "Wait 10 seconds"),
            choice(
                "line",
                "The leak is at",
                {"cancel": "orders.py:31", "report": "reports.py:9", "search": "shop.py:14", "export": "orders.py:52"},
                "cancel",
            ),
            button("accuse", "Accuse"),
            more(row(button("reset", "Restart"), steps())),
        ),
        longest="Reached: orders.py:52 takes one connection after the other and never returns it. The slow report did.",
        caption="A model of SQLAlchemy’s pool and of the detector that you write in the exercise.",
        story="<p>The picture: five connections are in use, and <code>cancel_order</code> at <code>orders.py:31</code> has waited "
        "30 seconds in vain. The detector names the holders: <code>reports.py:9</code> for 44 seconds, and <code>orders.py:52</code> "
        "four times, for 42, 39, 36 and 32 seconds. Which of them leaks cannot be seen yet. Eighteen seconds later "
        "<code>reports.py:9</code> returns its connection: it was slow. <code>orders.py:52</code> never returns one, and that is what makes it the leak.</p>",
    )
