"""A connection that is gone: each cause of its pages is reproduced and told from the others."""

# ruff: noqa: D103 - what a function is for stands above it
import asyncio
import linecache
import logging
import os
import signal
import socket
import ssl
import struct
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, suppress
from pathlib import Path
from shutil import which
from threading import Thread
from time import monotonic, sleep
from traceback import walk_tb

import asyncpg
import psutil
import psycopg
import pytest
from error_proofs.bouncer import bouncer
from error_proofs.console import Console, SmallServer
from error_proofs.prove import ENTRIES, Seen, also, healthy, pages, prove, reproduces, tells
from error_proofs.raised import error_of, logged, raised_by
from forked import Forked, wait_until
from gateway import Gateway
from sqlalchemy import NullPool, create_engine, event, make_url, text
from sqlalchemy.exc import DisconnectionError, OperationalError
from sqlalchemy.ext.asyncio import create_async_engine
from tls_relay import TlsRelay

from poolschool.database.running import running_url
from poolschool.errors.finder import find

WHO = text("SELECT pg_backend_pid()")
ONE = text("SELECT 1")


@pytest.mark.parametrize("page", pages("lost"))
def test_a_page_is_proven(page: str, request: pytest.FixtureRequest) -> None:
    """All causes are reproduced, all texts caused, and every How to tell says yes on its own cause only."""
    prove(page, request)


def wait_until_gone(console: Console, pid: object) -> None:
    """Wait until a session has ended; no longer than ten seconds."""
    give_up = monotonic() + 10
    while console.value(f"SELECT count(*) FROM pg_stat_activity WHERE pid = {pid}"):  # noqa: S608 - a number
        assert monotonic() < give_up, "the server ended nothing"
        sleep(0.01)


# server_closed


class Proxy(Gateway):
    """A place between client and server that hangs up on connections which are idle."""

    def hang_up(self) -> None:
        """Close all connections to the clients."""
        for client in list(self._open):
            client.shutdown(socket.SHUT_RDWR)


@reproduces("server_closed", "idle")
def dropped_by_a_proxy(small: SmallServer) -> Seen:
    with Proxy(small.shop) as proxy:
        engine = create_engine(proxy.url)
        with engine.connect() as connection:
            own = connection.scalar(WHO)
        before = len(small.log())
        proxy.hang_up()
        with engine.connect() as connection:
            said = error_of(lambda: connection.execute(ONE))
        engine.dispose()
    return Seen(said=said, log=small.log()[before:], sessions=[own])


@tells("server_closed", "idle", "the server's log says nothing", "no two processes")
def nothing_in_the_log(seen: Seen) -> bool:
    return not seen.log and len(set(seen.sessions)) == len(seen.sessions)


@reproduces("server_closed", "restart")
def crash(small: SmallServer) -> Seen:
    engine = create_engine(small.shop)
    before = len(small.log())
    with engine.connect() as first, engine.connect() as second:
        own = int(first.scalar(WHO) or 0)
        second.execute(ONE)
        psutil.Process(own).kill()
        small.wait_for("ready to accept connections", before)  # a crash of one ends all, and the server starts again
        said = [error_of(lambda one=one: one.execute(ONE)) for one in (first, second)]
    assert said[0] == said[1]
    engine.dispose()
    return Seen(said=said[0], log=small.log()[before:], sessions=[own])


@tells("server_closed", "restart", "the server's log shows a start", "ready to accept connections")
def server_started(seen: Seen) -> bool:
    return "ready to accept connections" in seen.log


@reproduces("server_closed", "fork")
def child_disposes(small: SmallServer) -> Seen:
    if not hasattr(os, "fork"):
        pytest.skip("this system does not fork")
    engine = create_engine(small.shop)
    with engine.connect() as connection:
        own = connection.scalar(WHO)
    before = len(small.log())

    def worker() -> Iterator[object]:
        with engine.connect() as connection:
            yield connection.scalar(WHO)
        engine.dispose()
        yield None

    with Forked(worker) as child:
        childs = child.step()
        child.step()
        with engine.connect() as connection:
            said = error_of(lambda: connection.execute(ONE))
    engine.dispose()
    return Seen(said=said, log=small.log()[before:], sessions=[own, childs])


@tells("server_closed", "fork", "SELECT pg_backend_pid() gives the same number in two processes")
def one_session_in_two_processes(seen: Seen) -> bool:
    return len(set(seen.sessions)) < len(seen.sessions)


@also("server_closed")
def cut_in_the_middle() -> str:
    async def main(url: str) -> None:
        connection = await asyncpg.connect(url)
        await connection.execute("SELECT 4242")

    with Gateway(running_url()) as gateway:
        gateway.cut_after("4242")
        return error_of(lambda: asyncio.run(main(gateway.dsn)))


class PoliteTlsRelay(TlsRelay):
    """A server with TLS that ends the connection by saying so, as TLS wants it."""

    def _pass_on(self, ours: ssl.SSLSocket, theirs: socket.socket) -> None:
        with suppress(OSError):
            while b"4242" not in (message := ours.recv(65536)):
                theirs.sendall(message)
                ours.sendall(theirs.recv(65536))
        with suppress(OSError):
            ours.unwrap()


@also("server_closed")
def ended_by_tls(tmp_path: Path) -> str:
    if not which("openssl"):
        pytest.skip("openssl makes the certificate of the server with TLS")
    with PoliteTlsRelay(running_url(), tmp_path) as relay:
        connection = psycopg.connect(relay.url.set(drivername="postgresql").render_as_string(hide_password=False))
        try:
            return error_of(lambda: connection.execute("SELECT 4242"))
        finally:
            connection.close()


class RudeTlsRelay(TlsRelay):
    """A server with TLS whose connection just ends."""

    def _pass_on(self, ours: ssl.SSLSocket, theirs: socket.socket) -> None:
        with suppress(OSError):
            while b"4242" not in (message := ours.recv(65536)):
                theirs.sendall(message)
                ours.sendall(theirs.recv(65536))
        with socket.socket(fileno=os.dup(ours.fileno())) as below:
            below.shutdown(socket.SHUT_RDWR)


@also("server_closed")
def ended_without_a_word(tmp_path: Path) -> str:
    if not which("openssl"):
        pytest.skip("openssl makes the certificate of the server with TLS")
    with RudeTlsRelay(running_url(), tmp_path) as relay:
        connection = psycopg.connect(relay.url.set(drivername="postgresql").render_as_string(hide_password=False))
        try:
            return error_of(lambda: connection.execute("SELECT 4242"))
        finally:
            connection.close()


class Firewall(Gateway):
    """A place between client and server that resets the connection at a word, to both sides."""

    def _pass_on(self, client: socket.socket, server: socket.socket) -> None:
        super()._pass_on(client, server)
        for one in (client, server):
            one.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


class ShutDoor(Gateway):
    """A place that takes a connection, and resets it at the first word."""

    def _carry(self, client: socket.socket) -> None:
        client.recv(1)
        client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        client.close()


@also("server_closed")
def reset_while_connecting() -> str:
    async def main(url: str) -> None:
        await asyncpg.connect(url)

    with ShutDoor(running_url()) as door:
        return error_of(lambda: asyncio.run(main(door.dsn)))


# server_crashed


def crash_by(signal_number: int, small: SmallServer) -> Seen:
    """Let one process of the server die; give what another session is told at its work, and the server's log."""
    address, told = small.shop.replace("+psycopg", ""), list[str]()
    before = len(small.log())
    with psycopg.connect(address, autocommit=True) as dying, psycopg.connect(address) as other:
        other.add_notice_handler(lambda notice: told.append(notice.message_primary or ""))
        at_work = Thread(target=lambda: error_of(lambda: other.execute("SELECT pg_sleep(60)")))
        at_work.start()
        active = f"SELECT 1 FROM pg_stat_activity WHERE pid = {other.info.backend_pid} AND wait_event = 'PgSleep'"  # noqa: S608 - a number
        wait_until(lambda: dying.execute(active).fetchone())
        psutil.Process(dying.info.backend_pid).send_signal(signal_number)
        at_work.join()
        small.wait_for("ready to accept connections", before)
    return Seen(said=told[0], log=small.log()[before:])


@reproduces("server_crashed", "killed")
def killed_for_its_memory(small: SmallServer) -> Seen:
    return crash_by(signal.SIGKILL, small)


@tells("server_crashed", "killed", "was terminated by signal 9")
def by_signal_nine(seen: Seen) -> bool:
    return "was terminated by signal 9" in seen.log


@reproduces("server_crashed", "crashed")
def crashed_by_itself(small: SmallServer) -> Seen:
    return crash_by(signal.SIGSEGV, small)


@tells("server_crashed", "crashed", "was terminated by signal 11, or 6 or 7")
def by_a_fault(seen: Seen) -> bool:
    return any(f"was terminated by signal {number}:" in seen.log for number in (6, 7, 11))


# client_gone


@reproduces("client_gone", "ended")
def process_killed(small: SmallServer) -> Seen:
    before = len(small.log())
    ended = aborted(small.shop)
    small.wait_for("client", before)
    return Seen(said=said_by_the_server(small, before), processes_ended=int(ended != 0))


def aborted(url: str, **options: object) -> int:
    """Let a process that has a connection end without a goodbye; give its exit code."""
    address = url.replace("+psycopg", "")
    job = f"import os, psycopg; shop = psycopg.connect({address!r}, **{options}); shop.execute('SELECT 1'); os.abort()"
    return subprocess.run([sys.executable, "-c", job], check=False, capture_output=True).returncode


@also("client_gone")
def ended_without_a_transaction(small: SmallServer) -> str:
    before = len(small.log())
    aborted(small.admin, autocommit=True, options="-c log_min_messages=debug1")
    small.wait_for("unexpected EOF", before)
    return next(line.partition("DEBUG:  ")[2] for line in small.log()[before:].splitlines() if "unexpected EOF" in line)


@tells("client_gone", "ended", "a process of the application ended at this time")
def a_process_ended(seen: Seen) -> bool:
    return seen.processes_ended > 0


@reproduces("client_gone", "dropped")
def connection_dropped(small: SmallServer) -> Seen:
    before = len(small.log())
    with Firewall(small.shop) as firewall, psycopg.connect(firewall.dsn) as connection:
        firewall.cut_after("4242")
        at_the_client = error_of(lambda: connection.execute("SELECT 4242"))
    small.wait_for("client", before)
    return Seen(said=said_by_the_server(small, before), processes_ended=0, at_the_client=at_the_client)


@tells("client_gone", "dropped", "the process of the application lives on", "a lost connection")
def lives_on(seen: Seen) -> bool:
    return not seen.processes_ended and any(one.entry.id == "server_closed" for one in find(seen.at_the_client, list(ENTRIES.values())))  # fmt: skip


@also("client_gone")
def dropped_in_an_answer(small: SmallServer) -> str:
    before = len(small.log())
    with Firewall(small.shop) as firewall, psycopg.connect(firewall.dsn) as connection:
        firewall.cut_after("4242")
        error_of(lambda: connection.execute("SELECT repeat('4242', 10000000)"))
    small.wait_for("connection to client lost", before)
    return "connection to client lost"


def said_by_the_server(small: SmallServer, before: int) -> str:
    """Give what the first line of its log says, from `before` on."""
    return small.log()[before:].splitlines()[0].partition("LOG:  ")[2]


# terminated


def three_sessions(small: SmallServer, end: Callable[[list[int]], None]) -> Seen:
    """Have three sessions, let somebody end some, and count whose next query fails."""
    engine, said = create_engine(small.shop, poolclass=NullPool), list[str]()
    with ExitStack() as stack:
        connections = [stack.enter_context(engine.connect()) for _ in range(3)]
        end([int(one.scalar(WHO) or 0) for one in connections])
        for one in connections:
            try:
                one.execute(ONE)
            except OperationalError as error:
                said.append(str(error))
    return Seen(said=said[0], ended=len(said), sessions=3)


@reproduces("terminated", "restart")
def shutdown(small: SmallServer) -> Seen:
    try:
        return three_sessions(small, lambda _: small.stop())
    finally:
        small.start()


@tells("terminated", "restart", "all sessions end at the same moment")
def all_ended(seen: Seen) -> bool:
    return seen.ended == seen.sessions


@reproduces("terminated", "killed")
def killed(small: SmallServer) -> Seen:
    with small.console() as console:
        return three_sessions(small, lambda pids: console.do(f"SELECT pg_terminate_backend({pids[0]}, 5000)"))


@tells("terminated", "killed", "only some sessions end")
def some_ended(seen: Seen) -> bool:
    return 0 < seen.ended < seen.sessions


# idle_in_transaction


@reproduces("idle_in_transaction", "slow_call")
def slow_call(small: SmallServer) -> Seen:
    engine = create_engine(small.shop)
    with small.console() as console, engine.connect() as connection:
        own = connection.scalar(WHO)
        connection.execute(text("SET idle_in_transaction_session_timeout = 50"))

        def order() -> None:
            wait_until_gone(console, own)  # here a shop would ask the bank
            connection.execute(ONE)

        error = raised_by(order)
    later = engine.pool.checkedout()  # type: ignore[attr-defined]
    engine.dispose()
    return Seen(said=str(error), line_before=line_before(error), in_use_later=later)


def line_before(error: Exception) -> str:
    """Give the line of this file that ran before the one that failed."""
    numbers = [number for frame, number in walk_tb(error.__traceback__) if frame.f_code.co_filename == __file__]
    return linecache.getline(__file__, numbers[-1] - 1)


@also("idle_in_transaction")
def transaction_timeout() -> str:
    with create_engine(running_url(), poolclass=NullPool).connect() as connection:
        connection.execute(text("SET transaction_timeout = '50ms'"))
        return error_of(lambda: connection.execute(text("SELECT pg_sleep(5)")))


@also("idle_in_transaction")
def idle_behind_pgbouncer() -> str:
    with bouncer(idle_transaction_timeout=1) as url, psycopg.connect(url) as connection:
        connection.execute("SELECT 1")
        sleep(2.5)
        return error_of(lambda: connection.execute("SELECT 1"))


@tells("idle_in_transaction", "slow_call", "the line before the failing query", "the number in use comes down")
def slow_line_before(seen: Seen) -> bool:
    return "wait" in seen.line_before and seen.in_use_later == 0


@reproduces("idle_in_transaction", "leak")
def forgotten(small: SmallServer) -> Seen:
    engine = create_engine(small.shop)
    kept = engine.connect()
    own = kept.scalar(WHO)
    with small.console() as console:
        before = len(small.log())
        kept.execute(text("SET idle_in_transaction_session_timeout = 50"))
        wait_until_gone(console, own)
    log = small.log()[before:]
    later = engine.pool.checkedout()  # type: ignore[attr-defined]
    kept.invalidate()
    engine.dispose()
    return Seen(said=log.partition("] ")[2].strip(), line_before="", in_use_later=later)


@tells("idle_in_transaction", "leak", "the number in use does not come down", "only in the server's log")
def stays_in_use(seen: Seen) -> bool:
    return seen.in_use_later > 0 and not seen.line_before


# idle_session


def quiet_time(timeout: int, console: Console) -> Seen:
    """Let a pool's connection be idle; 0: for as long as it likes."""
    engine = create_engine(running_url(), isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        own = connection.scalar(WHO)
        shown = connection.scalar(text(f"SELECT set_config('idle_session_timeout', '{timeout}', false)"))
    if timeout:
        wait_until_gone(console, own)
    with engine.connect() as connection:
        said = error_of(lambda: connection.execute(ONE)) if timeout else ""
        if not timeout:
            assert connection.scalar(WHO) == own
    engine.dispose()
    return Seen(said=said, shown=shown)


@reproduces("idle_session", "pool")
def ended_by_the_server(console: Console) -> Seen:
    return quiet_time(50, console)


@healthy("idle_session")
def kept_by_the_server(console: Console) -> Seen:
    return quiet_time(0, console)


@tells("idle_session", "pool", "SHOW idle_session_timeout is not 0")
def is_set(seen: Seen) -> bool:
    return seen.shown != "0"


# connection_is_closed


@reproduces("connection_is_closed", "lost")
def lost_before(console: Console) -> Seen:
    connection = psycopg.connect(running_url().replace("+psycopg", ""))
    console.do(f"SELECT pg_terminate_backend({connection.info.backend_pid}, 5000)")
    log = [error_of(lambda: connection.execute("SELECT 1"))]
    return Seen(said=error_of(lambda: connection.execute("SELECT 1")), log=log)


@tells("connection_is_closed", "lost", "an earlier line of the log has the first cause")
def has_a_first_cause(seen: Seen) -> bool:
    found = find("\n".join(seen.log), list(ENTRIES.values()))
    return any(one.entry.id != "connection_is_closed" for one in found)


@reproduces("connection_is_closed", "closed_by_hand")
def closed_by_hand() -> Seen:
    async def main() -> None:
        engine = create_async_engine(make_url(running_url()).set(drivername="postgresql+asyncpg"))
        try:
            async with engine.connect() as connection:
                raw = await connection.get_raw_connection()
                await raw.driver_connection.close()  # type: ignore[union-attr]
                await connection.execute(ONE)
        finally:
            await engine.dispose()

    with logged("sqlalchemy.pool", logging.INFO) as log:
        said = error_of(lambda: asyncio.run(main()))
    return Seen(said=said, log=log)


@tells(
    "connection_is_closed",
    "closed_by_hand",
    "no earlier line",
    "raw_connection()",
    "close() on the driver's connection",
)
def code_closes(seen: Seen) -> bool:
    return "driver_connection.close()" in seen.code and not has_a_first_cause(seen)


@reproduces("connection_is_closed", "refused")
def refused_at_each_checkout() -> Seen:
    def refuse(*_: object) -> None:
        raise DisconnectionError

    engine = create_engine("sqlite:///errors.db")
    event.listen(engine, "checkout", refuse)
    with logged("sqlalchemy.pool", logging.INFO) as log:
        said = error_of(engine.connect)
    return Seen(said=said, log=log)


@tells("connection_is_closed", "refused", "Reconnection attempts exhausted on checkout", "echo_pool=True")
def attempts_exhausted(seen: Seen) -> bool:
    return "Reconnection attempts exhausted on checkout" in seen.log
