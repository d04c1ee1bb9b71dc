"""Where the time of a new connection goes, step by step, as the driver's own library sees it.

libpq opens a connection in steps, and between them it waits for the server: each wait is timed, and so is what the client
computes itself. Times are in milliseconds.
"""

import time
from collections.abc import Callable
from select import select
from statistics import median

import psycopg
from psycopg.pq import ConnStatus, PGconn, PollingStatus

TCP, FORK, TLS, STARTUP, SALT, SESSION, CLIENT = (
    "TCP handshake",
    "asked for TLS; a backend is forked",
    "TLS handshake",
    "first message answered: prove who you are",
    "salt for the password",
    "proof checked, session made ready",
    "the client hashes the password",
)


def steps(dsn: str) -> dict[str, float]:
    """Open a connection and close it; give the milliseconds of each step that it took, in order."""
    took: dict[str, float] = {}
    began = time.perf_counter()
    opening = PGconn.connect_start(dsn.encode())
    wants: int = PollingStatus.WRITING
    answers, rest = 0, time.perf_counter() - began
    while wants in (PollingStatus.READING, PollingStatus.WRITING):
        reading = wants == PollingStatus.READING
        name = _step(opening.status, answers + reading, tls_was_asked=FORK in took)
        began = time.perf_counter()
        select([opening.socket] if reading else [], [] if reading else [opening.socket], [])
        answers += reading and opening.status != ConnStatus.SSL_STARTUP
        _add(took, name, rest + time.perf_counter() - began)
        began, computing = time.perf_counter(), time.thread_time()
        wants = opening.connect_poll()
        computed = time.thread_time() - computing
        _add(took, CLIENT, computed)
        # What is sent wakes the server up, often on the core on which the client runs: that is waiting as well.
        rest = max(0.0, time.perf_counter() - began - computed)
    failure = opening.error_message.decode(errors="replace") if opening.status != ConnStatus.OK else ""
    opening.finish()
    if failure:
        raise psycopg.OperationalError(failure)
    return {name: took[name] for name in (TCP, FORK, TLS, STARTUP, SALT, CLIENT, SESSION) if name in took}


def _step(state: int, answers: int, *, tls_was_asked: bool) -> str:
    """Name what a wait is for, by the driver's state and the number of the server's answers with this one."""
    if state == ConnStatus.STARTED:
        return TCP
    if state == ConnStatus.SSL_STARTUP:
        return TLS if tls_was_asked else FORK
    return {0: STARTUP, 1: STARTUP, 2: SALT}.get(answers, SESSION)


def typical(dsn: str, times: int) -> dict[str, float]:
    """Open so many connections, one after the other, and give the median of each step."""
    all_steps = [steps(dsn) for _ in range(times + 1)][1:]  # the first also loads libraries
    return {name: median(one.get(name, 0.0) for one in all_steps) for name in all_steps[0]}


def milliseconds(action: Callable[[], object], times: int) -> float:
    """Give the median time of an action; the first run is not counted."""
    action()
    took = []
    for _ in range(times):
        began = time.perf_counter()
        action()
        took.append((time.perf_counter() - began) * 1000)
    return median(took)


def _add(took: dict[str, float], name: str, seconds: float) -> None:
    took[name] = took.get(name, 0.0) + seconds * 1000
