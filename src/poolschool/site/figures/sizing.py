"""What the sizing calculator asks, and its form. The answers come from docs/assets/sizing/sizing.js, here as in the terminal."""

from dataclasses import dataclass
from html import escape

from poolschool.site.figures.situations import SITUATIONS, Situation


@dataclass(frozen=True)
class Field:
    """One question. `unit` is what the reader types; the limits, and what the formulas take, stand in docs/assets/sizing/fields.js."""

    name: str
    label: str
    unit: str
    default: str
    help: str


FIELDS = (
    Field("rate", "Requests that use the database", "per second", "200", "All processes together, at the busiest time."),
    Field("hold", "A request holds its connection for", "ms", "20", "From connect() to close(), on average."),
    Field("spread", "Spread of that time", "× the mean", "1", "Standard deviation ÷ mean: 0 always the same, 1 usual, 3 a few very slow ones."),
    Field("wait", "Target: p95 wait", "ms", "50", "How long 95 of 100 requests may wait for a connection, at most."),
    Field("processes", "Processes on each host", "", "4", "Workers: each has an engine, and so a pool, of its own."),
    Field("hosts", "Hosts", "", "1", "Machines, containers or instances that run the service."),
    Field("threads", "Threads of each process", "", "40", "FastAPI runs def functions in 40. 0 if all that use the database are async def, or a process serves one request at a time."),
    Field("other_engines", "Other engines of each process", "connections", "0", "pool_size + max_overflow of a second engine: a sync one beside the async one, one for reports, one that a library makes."),
    Field("deploy", "During a deploy, old and new together", "× the processes", "2", "2: gunicorn's reload, blue and green. Kubernetes: 1 + maxSurge, and what is still ending. 1: stop first, then start."),
    Field("max_connections", "max_connections of the database", "", "100", "SHOW max_connections; PostgreSQL's default is 100. Behind PgBouncer: its max_client_conn."),
    Field("reserved", "Of these for others", "", "3", "PostgreSQL reserves 3 for superusers; add migrations, jobs and people with psql."),
    Field("cores", "Cores of the database server", "", "0", "0 if you do not know."),
    Field("pool_size", "pool_size", "", "", "0 is without limit."),
    Field("max_overflow", "max_overflow", "", "", "-1 is without limit."),
    Field("pool_timeout", "pool_timeout", "s", "", "0 fails at once."),
)  # fmt: skip
GROUPS = {
    "Your load": 4,
    "Your processes": 5,
    "Your database": 3,
    "Settings you have, to be checked (may stay empty)": 3,
}  # how many of the fields, in order


def sizing_html() -> str:
    """Give the calculator's form; docs/assets/sizing/page.js makes it answer."""
    fields = iter(FIELDS)
    groups = "".join(
        f'<fieldset class="ps-size-fields"><legend>{escape(name)}</legend>'
        f"{''.join(_row(next(fields)) for _ in range(number))}</fieldset>"
        for name, number in GROUPS.items()
    )
    return (
        '<form class="ps-size" method="dialog" novalidate aria-label="Sizing calculator">'
        f'<p class="ps-size-row">Fill in an example: {"".join(map(_button, SITUATIONS))}</p>{groups}'
        '<output class="ps-size-answer"><p class="ps-size-still">The calculator needs JavaScript. Below is each formula to do it by hand, '
        "and <code>poolschool size</code> answers in a terminal.</p></output></form>"
    )


def _row(field: Field) -> str:
    unit = f" <small>{escape(field.unit)}</small>" if field.unit else ""
    return (
        f'<label class="ps-size-field"><span>{escape(field.label)}{unit}</span>'
        f'<input type="text" inputmode="decimal" autocomplete="off" name="{field.name}" value="{field.default}">'
        f'<small>{escape(field.help)}</small><span class="ps-size-fault" role="alert"></span></label>'
    )


def _button(situation: Situation) -> str:
    typed = " ".join(f"{name}={value}" for name, value in situation.typed.items())
    return f'<button type="button" data-typed="{typed}">{escape(situation.name)}</button>'
