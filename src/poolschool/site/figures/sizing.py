"""What the sizing calculator asks, and its form. The answers come from docs/assets/sizing/sizing.js, here as in the terminal."""

from dataclasses import dataclass
from html import escape


@dataclass(frozen=True)
class Field:
    """One question. `unit` is what the reader types; times `scale` it is what sizing.js takes (seconds, plain numbers)."""

    name: str
    label: str
    unit: str
    default: float
    help: str
    scale: float = 1.0

    @property
    def text(self) -> str:
        """The default as a reader writes it."""
        return f"{self.default:g}"


FIELDS = (
    Field("rate", "Requests that use the database", "per second", 200, "All processes together, at the busiest time."),
    Field("hold", "A request holds its connection for", "ms", 20, "From connect() to close(), on average.", 0.001),
    Field("spread", "Spread of that time", "× the mean", 1, "Standard deviation ÷ mean: 0 always the same, 1 usual, 3 a few very slow ones."),
    Field("processes", "Processes on each host", "", 4, "Workers: each has an engine, and so a pool, of its own."),
    Field("hosts", "Hosts", "", 1, "Machines or containers that run the service."),
    Field("max_connections", "max_connections of the database", "", 100, "SHOW max_connections; PostgreSQL's default is 100."),
    Field("reserved", "Of these for others", "", 3, "PostgreSQL reserves 3 for superusers; add migrations, jobs and people with psql."),
    Field("wait", "Target: p95 wait", "ms", 50, "How long 95 of 100 requests may wait for a connection, at most.", 0.001),
    Field("cores", "Cores of the database server", "", 0, "0 if you do not know."),
)  # fmt: skip


def sizing_html() -> str:
    """Give the calculator's form; docs/assets/sizing/page.js makes it answer."""
    rows = "".join(
        f'<label class="ps-size-field"><span>{escape(field.label)}'
        f"{f' <small>{escape(field.unit)}</small>' if field.unit else ''}</span>"
        f'<input type="text" inputmode="decimal" autocomplete="off" name="{field.name}" value="{field.text}" '
        f'data-scale="{field.scale:g}"><small>{escape(field.help)}</small><span class="ps-size-fault" role="alert"></span>'
        "</label>"
        for field in FIELDS
    )
    return (
        f'<form class="ps-size" method="dialog" novalidate aria-label="Sizing calculator"><div class="ps-size-fields">{rows}</div>'
        '<output class="ps-size-answer"><p class="ps-size-still">The calculator needs JavaScript. Below is each formula to do it by hand, '
        "and <code>poolschool size</code> answers in a terminal.</p></output></form>"
    )
