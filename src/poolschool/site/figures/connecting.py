"""A connection taken apart: what happens before the first query, step by step."""

from poolschool.site.figures.parts import button, check, choice, figure, more, row, scene, steps, track
from poolschool.site.figures.stills import still


def connecting_html() -> str:
    """Draw the figure: connected, and one query asked."""
    drawn = still("connecting")
    rows = (
        _step("socket", "Socket", "TCP handshake, 1 round trip", "in start-up", (0, 0))
        + _step("tls", "TLS", "off", "–", (0, 0))
        + _step("start", "Start-up", "a server process of its own, 1 round trip", "2.9 ms", (0, 0.47))
        + _step("scram", "Password", "SCRAM exchange, 2 round trips", "3.1 ms", (0.47, 0.5))
        + _step("query", "Query", "1 round trip", "0.17 ms", (0.97, 0.03), kind="query")
        + _step("close", "Close", "a farewell, no answer awaited", "in start-up", (1, 0))
    )
    return figure(
        "connecting",
        title="A connection taken apart: what happens before the first query, step by step",
        task="Connect, then query. How many queries would one connection have paid for? Then move the database away.",
        stage=scene("scene", drawn["words"], drawn["scene"], 800, 118)
        + f'<ol class="ps-steps" data-part="steps" aria-label="Steps in order">{rows}</ol><div class="ps-totals">'
        + _total("connects", "Connecting", "connect-bar", 1, "connect-ms", "6.0 ms", kind="work")
        + _total("queries", "Querying", "query-bar", 0.03, "query-ms", "0.17 ms", kind="query")
        + '<p class="ps-ratio" data-part="ratio">One connection costs as much as 35 queries.</p></div>',
        controls=row(
            button("connect", "Connect", main=True),
            button("query20", "Query ×20"),
            choice(
                "trip",
                "The database is",
                {
                    "0.05": "on this machine: 0.05 ms there and back",
                    "0.5": "in the same data centre: 0.5 ms",
                    "30": "far away: 30 ms",
                },
                "0.05",
            ),
            more(
                row(
                    button("query", "Query"),
                    button("close", "Close"),
                    button("fresh20", "Connect, query, close: all ×20"),
                    button("reset", "Restart"),
                )
                + row(
                    check("tls", "Encrypt with TLS"),
                    choice("speed", "Drawing", {"1": "slow", "2": "brisk", "0": "at once"}, "1"),
                    steps(),
                )
            ),
        ),
        longest="20 times connect, query, close: 3118 ms. The same 20 queries on one kept connection: 728 ms.",
        caption='<span data-part="origin">Measured over loopback, PostgreSQL 15 on two cores: '
        "socket, process and close 2.9 ms together, password 3.1 ms, query 0.17 ms.</span> "
        "Medians of one machine; yours will differ.",
        story="<p>Before the first query, client and server exchange four rounds of messages, six with TLS, "
        "and the server starts a process for this one client. "
        "Over loopback that took 6.0 ms (9.7 ms with TLS) where a query took 0.17 ms: "
        "one connection for about 35 queries. "
        "Each round trip adds the distance: at 30 ms there and back the model puts connecting at about 126 ms "
        "and a query at 30 ms.</p>",
    )


def _step(key: str, name: str, note: str, cost: str, bar: tuple[float, float], kind: str = "work") -> str:
    return (
        f'<li class="ps-step" data-part="{key}" data-kind="{kind}">'
        f'<span class="ps-step-name">{name} <small>{note}</small></span>{track(*bar)}<output>{cost}</output></li>'
    )


def _total(times: str, name: str, bar: str, share: float, cost: str, shown: str, kind: str) -> str:
    return (
        f'<p class="ps-total" data-kind="{kind}"><span>{name} <output data-part="{times}">1 ×</output></span>'
        f'{track(0, share, bar)}<output data-part="{cost}">{shown}</output></p>'
    )
