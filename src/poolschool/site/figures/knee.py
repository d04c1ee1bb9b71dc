"""Four hundred requests and a pool: how many connections keep the p95 of the wait within a target, and what one less does."""

from poolschool.site.figures.parts import button, choice, counts, figure, more, row, scene, slider, steps
from poolschool.site.figures.stills import still

RATES = {"100": "100 requests per second", "200": "200 requests per second", "300": "300 requests per second"}


def knee_html() -> str:
    """Draw the figure: five connections, all in use, and a queue."""
    drawn = still("knee")
    return figure(
        "knee",
        title="A pool of one to ten connections, and four hundred requests",
        task="Find the smallest pool with which the p95 of the wait is at most 20 ms, and show that one less is too few.",
        stage=scene("scene", drawn["words"], drawn["scene"], 640, 190)
        + counts(
            "now",
            done=("served", drawn["now-done"]),
            use=("in use", drawn["now-use"], "100 %"),
            waiting=("waiting", str(drawn["now-waiting"]), "000"),
            p95=("p95 of the wait", drawn["now-p95"], "1273 ms"),
        ),
        controls=row(
            button("serve", "Serve 400 requests", main=True),
            slider("connections", "<code>pool_size</code>", 1, 10, 5),
            choice("rate", "Traffic", RATES, "200"),
            more(row(steps())),
        ),
        longest="With 6, 68 % in use: p95 wait 15 ms, within the target. "
        "Reached: 6 are enough, and 5 are not. Is it the same for other traffic?",
        said="How many connections are enough?",
        caption="Each request holds a connection for 20 ms on average; all come independently of each other. "
        "A test takes the same requests through SQLAlchemy’s pool. A booth is a connection.",
        story="<p>The picture: 200 requests come in a second, each holds its connection for 20 ms on average, so four are busy on average. "
        "A pool of five is in use for about 80 % of the time. Now and then all five are, and whoever comes then waits: "
        "for 42 ms at the p95, which misses the target of 20 ms. "
        "Six connections bring it to 15 ms, seven to 6 ms. So six are enough and five are not, though four are busy on average. "
        "With four the queue hardly ever ends: 166 ms.</p>",
    )
