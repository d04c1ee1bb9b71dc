"""Take the cost of a connection apart; the clocks of this checker count steps and round trips, not seconds."""

import socket
from collections.abc import Iterator
from itertools import chain, repeat
from math import isclose
from select import select
from socketserver import ThreadingTCPServer
from threading import Thread

import l02_cost_of_connecting as stopwatch
import psycopg
import pytest
from sqlalchemy import make_url

from poolschool.checks import Wrong, call, database_url, expect

pytestmark = pytest.mark.postgresql


def judge(called: str, got: float, right: float, known: dict[float, tuple[str, str]], otherwise: str) -> None:
    """Raise Wrong unless `got` is `right`, with the hint and the belief of a known wrong answer."""
    if not isclose(got, right):
        hint, belief = next((why for wrong, why in known.items() if isclose(got, wrong)), (otherwise, ""))
        raise Wrong(called=called, got=got, expected=right, hint=hint, belief=belief)


@pytest.fixture
def relay() -> Iterator[ThreadingTCPServer]:
    """Stand between client and server, pass everything on, and count the round trips."""
    address = make_url(database_url())

    def carry(client: socket.socket, _: object, relay: ThreadingTCPServer) -> None:
        asked = False
        with socket.create_connection((address.host or "localhost", address.port or 5432)) as server:
            while True:
                for sender in select([client, server], [], [])[0]:
                    if not (message := sender.recv(65536)):
                        return
                    # An answer counts before the client has it: the count is never late.
                    relay.round_trips += asked and sender is server
                    asked = sender is client
                    (server if asked else client).sendall(message)

    with ThreadingTCPServer(("127.0.0.1", 0), carry) as relay:
        relay.daemon_threads, relay.round_trips = True, 0
        through = address.set(port=relay.server_address[1]).update_query_dict({"hostaddr": "127.0.0.1"})
        relay.url = through.render_as_string(hide_password=False)
        Thread(target=relay.serve_forever, args=(0.005,), daemon=True).start()
        yield relay
        relay.shutdown()


@pytest.mark.task(1, "A stopwatch that no pause can spoil", hint="One call to warm up; then the median, by that clock.")
def test_stopwatch() -> None:
    """time_each warms up once, then returns the median of so many calls by the clock that it was given."""
    now, durations = [0], chain([1000, 7, 3, 5, 300, 4], repeat(9999))  # slow: the first, and one in the middle
    got = call(stopwatch.time_each, lambda: now.append(now[-1] + next(durations)), 5, lambda: now[-1])
    judge("time_each(action, 5, clock), where the calls take 1000, 7, 3, 5, 300 and 4", got, 5, {
        63.8: ("That is the mean.", "mean_tells_all"),
        263: ("That is the mean, and the slow first call is in it.", "mean_tells_all"),
        7: ("The first call is one of your five: call once before you measure.", "first_call_counts"),
        6: ("The first call is in it: warm up outside the measurement.", "first_call_counts"),
    }, "In order of size the five are 3, 4, 5, 7, 300. Is it `clock()` that you read?")  # fmt: skip
    expect(len(now) - 1, 6, called="calls made by time_each(action, 5, clock)", hint="One to warm up, then five.")


@pytest.mark.task(2, "Four steps, each by itself", hint="What opens a connection, and what only borrows one?")
def test_four_steps(relay: ThreadingTCPServer) -> None:
    """take_apart measures one opening, two queries and the closing, and nothing else."""
    psycopg.connect(relay.url.replace("+psycopg", "")).close()
    opening = relay.round_trips
    steps = call(stopwatch.take_apart, relay.url, lambda: relay.round_trips)
    names = ["connect", "first query", "second query", "close"]
    expect(sorted(steps), sorted(names), called="the keys of take_apart(url, clock)", hint="The docstring names them.")
    connect, first, second, close = (steps[name] for name in names)
    nothing = ("A pool lends what is idle. With NullPool every connect() opens.", "loan_is_opening")
    if first >= opening:
        nothing = ("create_engine opens nothing: the first query had to. connect() opens.", "create_engine_connects")
    questions = ("An engine's first connection also asks for version and schema. Warm up first.", "first_call_counts")
    by_clock = "take_apart(url, clock) by a clock that counts round trips: "
    judge(by_clock + "connect", connect, opening, {0: nothing, max(connect, opening + 5): questions},
          "Opening ends when connect() returns. Is it `clock()` that you read?")  # fmt: skip
    judge(by_clock + "first query", first, 2 if first == 2 else 1, {}, "Execute it: one round trip, two with BEGIN.")
    judge(by_clock + "second query", second, 1, {2: ("Is closing in it? Read the clock before close().", "")},
          "Execute it again, on the same connection.")  # fmt: skip
    judge(by_clock + "close", close, 1 if close == 1 else 0, {}, "close() alone, which may roll back; no query.")


@pytest.mark.task(3, "Connecting's share of a request", hint="A share is a part of the whole.")
def test_share() -> None:
    """share_of_connecting divides connecting by connecting and all queries together."""
    for queries, right in ((4, 0.75), (12, 0.5), (0, 1.0)):
        got = call(stopwatch.share_of_connecting, 6, 0.5, queries)
        judge(f"share_of_connecting(6, 0.5, {queries})", got, right, {
            6 / (queries * 0.5 or 1): ("The whole contains connecting as well as the queries.", "share_of_the_rest"),
            1 - right: ("That is the queries' share.", "share_of_the_rest"),
            100 * right: ("From 0 to 1, not percent.", ""),
        }, "Connecting, divided by connecting and all the queries.")  # fmt: skip


@pytest.mark.task(4, "How many queries make connecting cheap", hint="Solve your share for the number of queries.")
def test_queries_until() -> None:
    """queries_until is the least whole number of queries with which connecting is at most the share."""
    for share, connect, query, right in ((0.1, 6.1, 0.2, 275), (0.5, 2.9, 0.16, 19), (0.25, 3, 0.5, 18)):
        got = call(stopwatch.queries_until, share, connect, query)
        judge(f"queries_until({share}, {connect}, {query})", got, right, {
            round(connect / (share * query)): ("The whole contains connecting too.", "share_of_the_rest"),
            right - 1: ("So many are not enough: round up.", ""), right + 1: ("A share met exactly is met.", ""),
        }, "Try your number in share_of_connecting.")  # fmt: skip
