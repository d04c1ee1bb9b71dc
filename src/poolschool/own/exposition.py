"""The numbers of pools as Prometheus reads them: OpenTelemetry's names with underscores, seconds where it says so.

metrics() of each watch ─> one family per name, one sample per pool ─> text, version 0.0.4 of the format
"""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from poolschool.own.metrics import BOUNDS, PREFIX, Times

if TYPE_CHECKING:
    from poolschool.own.watcher import Watch

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"
POOL, STATE = "db_client_connection_pool_name", "db_client_connection_state"
FAMILIES = {  # our name: Prometheus' name, type, meaning
    "count": ("db_client_connection_count", "gauge", "Open connections."),
    "idle.max": ("db_client_connection_idle_max", "gauge", "Idle connections that are kept."),
    "max": ("db_client_connection_max", "gauge", "Connections that may be open."),
    "pending_requests": ("db_client_connection_pending_requests", "gauge", "Who waits for a connection now."),
    "timeouts": ("db_client_connection_timeouts_total", "counter", "Who waited in vain."),
    "failed": ("db_client_connection_create_failures_total", "counter", "Connections that could not be opened."),
    "wait_time": ("db_client_connection_wait_time_seconds", "histogram", "From asking for a connection to having it."),
    "use_time": ("db_client_connection_use_time_seconds", "histogram", "From having a connection to returning it."),
}


def prometheus(*watched: "Watch") -> str:
    """Write the numbers of these pools; ValueError if two have the same name."""
    names_differ(watched)
    read = [(one.name, one.metrics()) for one in watched]
    return "".join(f"{line}\n" for key in FAMILIES for line in _family(key, read))


def names_differ(watched: Sequence["Watch"]) -> None:
    """Raise ValueError if two pools have the same name: their numbers would be one line."""
    names = [one.name for one in watched]
    if doubled := next((name for name in names if names.count(name) > 1), None):
        raise ValueError(f"Two pools have the name {doubled!r}. Give each its own: watch(engine, name=…).")


def _family(key: str, read: Sequence[tuple[str, dict[str, Any]]]) -> Iterator[str]:
    name, kind, meaning = FAMILIES[key]
    samples = [sample for pool, numbers in read for sample in _samples(name, key, pool, numbers)]
    if samples:
        yield f"# HELP {name} {meaning}"
        yield f"# TYPE {name} {kind}"
        yield from samples


def _samples(name: str, key: str, pool: str, numbers: dict[str, Any]) -> Iterator[str]:
    labels = f'{POOL}="{_escaped(pool)}"'
    if key == "count":
        for state in ("used", "idle"):
            yield f'{name}{{{labels},{STATE}="{state}"}} {numbers[f"{PREFIX}count{{{state}}}"]}'
        return
    number = numbers.get(PREFIX + key)
    if isinstance(number, Times):
        yield from _histogram(name, labels, number)
    elif number is not None:
        yield f"{name}{{{labels}}} {number}"


def _histogram(name: str, labels: str, times: Times) -> Iterator[str]:
    passed = 0
    for bound, count in zip((*map(str, BOUNDS), "+Inf"), times.buckets, strict=True):
        passed += count
        yield f'{name}_bucket{{{labels},le="{bound}"}} {passed}'
    yield f"{name}_count{{{labels}}} {times.count}"
    yield f"{name}_sum{{{labels}}} {times.sum!r}"


def _escaped(value: str) -> str:
    return value.replace("\\", r"\\").replace('"', r"\"").replace("\n", r"\n")
