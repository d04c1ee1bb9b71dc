"""Take the cost of a connection apart; the clocks of this checker count steps and round trips, not seconds."""

import gc
import re
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager
from inspect import signature
from itertools import accumulate, chain, repeat
from math import isclose
from numbers import Real
from select import select
from socketserver import ThreadingTCPServer
from statistics import mean, median, median_high, median_low
from threading import Thread
from time import perf_counter

import l02_cost_of_connecting as stopwatch
import psycopg
import pytest
from sqlalchemy import make_url

from poolschool.checks import Wrong, call, count_connections, database_url, expect, expect_type

pytestmark = pytest.mark.postgresql
# What counts on the relay's clock: a connection's first query, a later one, a closing. Any other round trip counts 1.
QUERY, AGAIN, CLOSE = 1_009, 31_013, 1_000_003
SELECT_1 = re.compile(rb"select\s+(1|\$1\S*)(\s+as\s+\w+)?\s*;?\s*", re.IGNORECASE)
NOT_A_STOPWATCH = {
    time.time: "time.time jumps when the machine's clock is set",
    time.process_time: "time.process_time stands still while the program waits",
    time.thread_time: "time.thread_time stands still while the program waits",
}


def judge(called: str, got: object, right: float, known: dict[float, tuple[str, str]], otherwise: str) -> None:
    """Raise Wrong unless `got` is `right`, with the hint and the belief of a known wrong answer."""
    if not isinstance(got, Real):
        raise Wrong(called=called, got=got, expected=right, hint="Return a number on every way through the function.")
    if not isclose(got, right):
        hint, belief = next((why for wrong, why in known.items() if isclose(got, wrong)), (otherwise, ""))
        raise Wrong(called=called, got=got, expected=right, hint=hint, belief=belief)


class Relay(ThreadingTCPServer):
    """Stands between client and server, passes everything on, and notes each round trip of each connection."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), self.carry)
        self.connections: list[list[int]] = []
        self.other_queries: list[tuple[list[int], str]] = []
        self.closed = 0
        self.address = make_url(database_url())
        through = self.address.set(port=self.server_address[1]).update_query_dict({"hostaddr": "127.0.0.1"})
        self.url = through.render_as_string(hide_password=False)

    def clock(self) -> int:
        """Tell what has happened so far, as a number."""
        return sum(map(sum, self.connections)) + CLOSE * self.closed

    def weigh(self, message: bytes, trips: list[int]) -> int:
        """Tell what a message counts, after such trips; remember a query that is not `SELECT 1`."""
        if message[:1] not in b"QP" or not (found := re.search(rb"\bselect\b[^\0]*", message, re.IGNORECASE)):
            return 1
        if not SELECT_1.fullmatch(found[0]):
            self.other_queries.append((trips, found[0].decode(errors="replace")))
        return AGAIN if QUERY in trips else QUERY

    def carry(self, client: socket.socket, *_: object) -> None:
        """Pass on both ways until one side ends."""
        trips, message = list[int](), b""
        self.connections.append(trips)
        with socket.create_connection((self.address.host or "localhost", self.address.port or 5432)) as server:
            while True:
                for sender in select([client, server], [], [])[0]:
                    if not (data := sender.recv(65536)):
                        return
                    if sender is server and message:
                        # An answer counts before the client has it: the count is never late.
                        trips.append(self.weigh(message, trips))
                    message = message + data if sender is client else b""
                    (server if sender is client else client).sendall(data)


@pytest.fixture
def relay(monkeypatch: pytest.MonkeyPatch) -> Iterator[Relay]:
    """Relay to the lesson's PostgreSQL; note also when the driver closes a connection."""
    with start_relay() as relay:

        def close(connection: psycopg.Connection) -> None:
            relay.closed += not connection.closed
            closing(connection)

        closing = psycopg.Connection.close
        monkeypatch.setattr(psycopg.Connection, "close", close)
        yield relay


@contextmanager
def start_relay() -> Iterator[Relay]:
    """Let a relay stand between client and server."""
    with Relay() as relay:
        Thread(target=relay.serve_forever, args=(0.005,), daemon=True).start()
        yield relay
        relay.shutdown()


@pytest.mark.task(1, "A stopwatch that no pause can spoil", hint="One call to warm up; then the median, by that clock.")
def test_stopwatch() -> None:
    """time_each warms up once, then returns the median of so many calls by the clock that it was given."""
    warm_up_in_it = "The warm-up is in it: call once outside of the measurement.", "first_call_counts"
    for durations, times in (([1000, 7, 3, 4, 300, 5], 5), ([1, 8, 2, 9], 3), ([11, 40, 10, 2, 16], 4), ([50, 7], 1)):
        warm_up, timed = durations[0], durations[1:]
        now, left = [0], chain(durations, repeat(9999))
        got = call(stopwatch.time_each, lambda: now.append(now[-1] + next(left)), times, lambda: now[-1])  # noqa: B023
        called = f"time_each(action, {times}, clock), whose calls take {', '.join(map(str, durations))}"
        calls = len(now) - 1
        if calls != times + 1:
            hint = {times: "Call it once before you measure, and then so many times: the warm-up is not one of them."}
            raise Wrong(called=f"calls made by time_each(action, {times}, clock)", got=calls, expected=times + 1,
                        hint=hint.get(calls, "One call to warm up, then so many that count."), belief="first_call_counts")  # fmt: skip
        half_way = (
            "With an even number of calls the median is half way between the two in the middle: see statistics.median."
        )
        judge(called, got, median(timed), {
            **(dict.fromkeys((median_low(timed), median_high(timed)), (half_way, "")) if times % 2 == 0 else {}),
            mean(timed): ("That is the mean.", "mean_tells_all"),
            mean(durations): ("That is the mean, and the warm-up is in it.", "mean_tells_all"),
            sum(durations) / times: ("That is the mean, and the warm-up is in it.", "mean_tells_all"),
            mean(sorted(timed)[1:-1] or timed): ("That is a mean without the two ends. The median is the middle one.", "mean_tells_all"),
            min(timed): ("That is the shortest call.", ""), max(timed): ("That is the longest call.", ""),
            timed[times // 2]: ("That is the middle one in order of time. Sort by duration first.", ""),
            sum(timed): ("That is all calls together.", ""), warm_up: ("That is the warm-up.", "first_call_counts"),
            median_low(durations): warm_up_in_it, median(durations): warm_up_in_it, median_high(durations): warm_up_in_it,
        }, f"In order of size they are {sorted(timed)}: the median is the middle one, by `clock()`.")  # fmt: skip
    check_failing_action()
    default = signature(stopwatch.time_each).parameters["clock"].default
    if default in NOT_A_STOPWATCH:
        raise Wrong(called="the clock of time_each(action, times)", got=NOT_A_STOPWATCH[default], expected="perf_counter",
                    hint="perf_counter never goes back and goes on while the program waits. It was the stub's default.")  # fmt: skip
    got = call(stopwatch.time_each, lambda: None, 3)
    if not isinstance(got, Real) or not 0 <= got < 5:
        raise Wrong(called="time_each(action, 3), whose calls take no time", got=got, expected="a few millionths of a second",
                    hint="Without a clock it is measured by perf_counter, in seconds.")  # fmt: skip


class ActionFailedError(Exception):
    """What the checker's action raises."""


def check_failing_action() -> None:
    """Raise Wrong if an exception of the action does not come out of time_each."""
    calls = 0

    def action() -> None:
        nonlocal calls
        calls += 1
        if calls == 3:
            raise ActionFailedError

    try:
        got = call(stopwatch.time_each, action, 3, perf_counter)
    except ActionFailedError:
        return
    raise Wrong(called="time_each(action, 3, clock), whose third call raises", got=got, expected="the exception of the action",
                hint="A call that failed is no measurement, and whoever measures wants to know: let the exception out.")  # fmt: skip


def take_reading(reading: int) -> tuple[int, int, int]:
    """Tell how many closings, queries and other round trips lie between two readings of the relay's clock."""
    queries, first = divmod(reading % CLOSE, AGAIN)
    return reading // CLOSE, queries + first // QUERY, first % QUERY


def in_words(reading: int) -> str:
    """Say what happened between two readings of the relay's clock."""
    closings, queries, trips = take_reading(reading)
    parts = ((queries, "SELECT"), (trips, "other round trip" if queries else "round trip"), (closings, "closing"))
    return ", ".join(f"{number} {name}{'s' * (number > 1)}" for number, name in parts if number) or "nothing"


@pytest.mark.task(2, "Four steps, each by itself", hint="What opens a connection, and what only borrows one?")
def test_four_steps(relay: Relay) -> None:
    """take_apart measures one opening, two queries and the closing, and nothing else."""
    psycopg.connect(relay.url.replace("+psycopg", "")).close()
    opening = relay.clock() - CLOSE
    # What the clock was read as, and how many connections were in use then.
    readings: list[tuple[int, int]] = []
    with count_connections() as seen:

        def clock() -> int:
            readings.append((relay.clock(), seen.not_returned))
            return readings[-1][0]

        steps = call(stopwatch.take_apart, relay.url, clock)
    only_rolled_back = bool(readings and readings[-1][1])
    expect_type(steps, dict, called="take_apart(url, clock)")
    names = ["connect", "first query", "second query", "close"]
    expect(sorted(steps), sorted(names), called="the keys of take_apart(url, clock)", hint="The docstring names them.")
    connect, first, second, close = (steps[name] for name in names)
    for name, got in steps.items():
        if not isinstance(got, int) or got < 0 or (got and got % 1000 == 0):
            raise Wrong(called=f"take_apart(url, clock)[{name!r}]", got=got, expected="the difference of two readings of clock()",
                        hint="Read `clock()` before and after this step, and subtract: no other clock, no conversion.")  # fmt: skip
    opened, asked, again, ended = (take_reading(reading) for reading in (connect, first, second, close))
    rules = (
        ("connect", opened == (0, 0, opening), f"{opening} round trips: one opening", (
            (not connect and asked[2] >= opening, "create_engine opens nothing: the first query had to. connect() opens.",
             "create_engine_connects"),
            (not connect, "Nothing was opened: a pool hands out what is idle. With NullPool every connect() opens.", "checkout_is_opening"),
            (opened[0], "A closing is in it: time the opening alone.", ""),
            (opened[1], "An engine's first connection also asks for version and schema. Warm up the same engine first.",
             "first_call_counts"),
            (opened[2] < opening, "Less than an ordinary opening: the question for TLS, for one, is missing. Add no settings to the address.",
             ""),
            (True, "Opening ends when connect() returns.", ""))),
        ("first query", asked in ((0, 1, 0), (0, 1, 1)), "1 SELECT, and 1 round trip for BEGIN at most", (
            (not asked[1], "No query was sent: execute `SELECT 1`, on this connection, between two readings.", ""),
            (asked[2] >= opening, "Connecting is in it: subtract what the clock said when connect() had returned.", ""),
            (asked[0], "Closing is in it. Read the clock before close().", ""),
            (asked[1] > 1, "One query between two readings.", ""),
            (True, "Something else was sent, such as ROLLBACK or COMMIT after the query: read the clock as soon as it is answered.",
             ""))),
        ("second query", again == (0, 1, 0), "1 SELECT", (
            (again[2] >= opening, "Another connection was opened for it. Execute it on the same connection.", ""),
            (again[0], "Closing is in it. Read the clock before close().", ""),
            (not again[1], "No query was sent: execute `SELECT 1` again, between two readings.", ""),
            (again[1] > 1, "One query between two readings.", ""),
            (True, "A round trip more than a query needs: stay in the transaction of the first one.", "transaction_is_free"))),
        ("close", ended in ((1, 0, 0), (1, 0, 1)), "1 closing, after 1 round trip for ROLLBACK at most", (
            (not close, "Nothing was closed between these two readings: call close(), then read the clock.", ""),
            (not ended[0] and only_rolled_back, "Nothing was closed here: only a ROLLBACK was sent. close() closes, with NullPool.", ""),
            (not ended[0], "close() returned the connection to a pool, which keeps it open. With NullPool close() closes.",
             "close_closes"),
            (True, "One closing, and nothing else.", ""))),
    )  # fmt: skip
    for name, right, expected, reasons in rules:
        if not right:
            hint, belief = next(why for true, *why in reasons if true)
            raise Wrong(called=f"take_apart(url, clock)[{name!r}], by a clock that tells what happened",
                        got=in_words(steps[name]), expected=expected, hint=hint, belief=belief)  # fmt: skip
    queries = sum(weight in (QUERY, AGAIN) for weight in relay.connections[-1])
    if queries != 2:
        hint = "A new connection's first query is one of the things to measure: do not warm it up."
        if queries < 2:
            hint = "Both queries belong on the connection that you open and close, not on another one."
        raise Wrong(called="queries of take_apart(url, clock) on the connection that it opens last", got=queries, expected=2,
                    hint=hint, belief="first_call_counts")  # fmt: skip
    if first // AGAIN or second % AGAIN // QUERY:
        raise Wrong(called="take_apart(url, clock)['first query']", got="what the second query took", expected="what the first query took",
                    hint="The two are swapped: the first query is the one that was asked first.")  # fmt: skip
    # Where the clock must have been read, counted from the opening, if nothing else happened.
    marks = list(accumulate((connect, first, second, close)))
    times = {reading for reading, _ in readings}
    if not any(times.issuperset(start + mark for mark in marks) for start in times):
        raise Wrong(called="the four steps of take_apart(url, clock)", got="between them something else happened",
                    expected="one after another, on one connection",
                    hint="Open one connection and stay on it: open, ask, ask, close. Warm up before.")  # fmt: skip
    other = [query for trips, query in relay.other_queries if trips is relay.connections[-1]]
    if other:
        raise Wrong(called="what take_apart(url, clock) asks", got=other[-1], expected="SELECT 1", hint="Ask what the docstring says.")  # fmt: skip
    gc.collect()
    if still_open := len(relay.connections) - relay.closed:
        raise Wrong(called="connections that take_apart(url, clock) leaves open", got=still_open, expected=0,
                    hint="The one that warms up is to be closed too.")  # fmt: skip
    with start_relay() as elsewhere:
        call(stopwatch.take_apart, elsewhere.url, elsewhere.clock)
        if not elsewhere.connections:
            raise Wrong(called="take_apart(other_url, clock), after take_apart(url, clock)", got="the first address again",
                        expected="a connection to other_url", hint="An engine belongs to one address: make one in each call.",
                        belief="one_engine_for_everything")  # fmt: skip


@pytest.mark.task(3, "Connecting's share of a request", hint="A share is a part of the whole.")
def test_share() -> None:
    """share_of_connecting divides connecting by connecting and all queries together."""
    for connect, query, queries in ((6, 0.5, 4), (6, 0.5, 12), (6, 0.5, 0), (0.7, 0.03, 11)):
        right = connect / (connect + queries * query)
        got = call(stopwatch.share_of_connecting, connect, query, queries)
        judge(f"share_of_connecting({connect}, {query}, {queries})", got, right, {
            connect / (queries * query or 1): ("The whole contains connecting as well as the queries.", "share_of_the_rest"),
            1 - right: ("That is the queries' share.", "share_of_the_rest"),
            connect / (connect + query): ("That is a request with one query. Take all of them.", ""),
            100 * right: ("From 0 to 1, not percent.", ""), round(100 * right): ("From 0 to 1, not percent.", ""),
            round(right, 2): ("Do not round: whoever shows the share may.", ""),
            round(right, 3): ("Do not round: whoever shows the share may.", ""), right // 1: ("That is cut to a whole number.", ""),
            **({} if queries else {0: ("Without a query connecting is everything: 1.0.", "")}),
        }, "Connecting, divided by connecting and all the queries.")  # fmt: skip


@pytest.mark.task(4, "How many queries make connecting cheap", hint="Solve your share for the number of queries.")
def test_queries_until() -> None:
    """queries_until is the least whole number of queries with which connecting is at most the share."""
    cases = ((0.1, 6.1, 0.2, 275), (0.5, 2.9, 0.16, 19), (0.25, 3, 0.5, 18), (0.1, 0.6, 0.15, 36), (0.1, 0.2, 0.3, 6),
             (0.5, 10.001, 1, 11), (0.002, 2.003, 0.5, 1999), (1.0, 6, 0.5, 0))  # fmt: skip
    for share, connect, query, right in cases:
        got = call(stopwatch.queries_until, share, connect, query)
        written = connect * (1 - share) / (share * query)
        enough = (
            f"{right} are enough: {connect} / ({connect} + {right} × {query}) is {share}. A share met exactly is met."
        )
        if written > right:
            enough = (f"{right} are enough: {connect} / ({connect} + {right} × {query}) is {share}. Floats round (here to {written}): "
                      "calculate with Fraction(str(…)) or Decimal(str(…)) of each number, which is what is written.")  # fmt: skip
        judge(f"queries_until({share}, {connect}, {query})", got, right, {
            round(connect / (share * query)): ("The whole contains connecting too.", "share_of_the_rest"),
            right - 1: ("So many are not enough: round up.", ""),
            right + 1: (enough, ""),
            written: ("A part of a query does not exist: round up.", ""),
            **({} if right else {1: ("Connecting may take the whole request, so no query is needed: 0.", "")}),
            **({1000: ("That is a bound of your own: there is none.", "")} if right > 1000 else {}),
        }, "Try your number in share_of_connecting.")  # fmt: skip
