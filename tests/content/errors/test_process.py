"""Settings and processes: each cause of their pages is reproduced and told from the others."""

# ruff: noqa: D103 - what a function is for stands above it
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from threading import Thread
from urllib.request import urlopen

import forked
import pytest
from error_proofs.prove import Seen, healthy, pages, prove, reproduces, tells
from error_proofs.raised import error_of, raised_by
from fastapi import FastAPI
from fastapi.testclient import TestClient
from forked import Forked
from psycopg_pool import ConnectionPool, PoolClosed
from sqlalchemy import create_engine, text
from tls_relay import TlsRelay
from workers import free_port

from poolschool.database.running import running_url

DSN = running_url().replace("+psycopg", "")
OF_A_QUEUE_POOL = {"pool_size", "max_overflow", "pool_timeout", "pool_use_lifo"}


@pytest.mark.parametrize("page", pages("process"))
def test_a_page_is_proven(page: str, request: pytest.FixtureRequest) -> None:
    """All causes are reproduced, all texts caused, and every How to tell says yes on its own cause only."""
    prove(page, request)


# timeout_must_be_positive


def with_timeout(seconds: float) -> Seen:
    """Take two connections of a pool of one."""
    engine = create_engine("sqlite:///errors.db", pool_size=1, max_overflow=0, pool_timeout=seconds)
    with engine.connect():
        said = error_of(engine.connect)
    engine.dispose()
    return Seen(said=said, timeout=engine.pool.timeout())  # type: ignore[attr-defined]


@reproduces("timeout_must_be_positive", "minus_one")
def minus_one() -> Seen:
    return with_timeout(-1)


@healthy("timeout_must_be_positive")
def does_not_wait() -> Seen:
    seen = with_timeout(0)
    assert "QueuePool limit" in seen.said
    return seen


@tells("timeout_must_be_positive", "minus_one", "pool_timeout=-1", "engine.pool.timeout() gives it")
def below_zero(seen: Seen) -> bool:
    return seen.timeout < 0


# invalid_arguments


def invalid(**arguments: object) -> Seen:
    """Make an engine with arguments that it does not know; give their names and the pool's, as the text has them."""
    said = error_of(lambda: create_engine("sqlite://", **arguments))
    names, pool = re.findall(r"'(\w+)'", said.partition(" sent to ")[0]), re.search(r"/(\w+)/Engine", said)
    return Seen(said=said, names=set(names), pool=pool[1] if pool else "")


@reproduces("invalid_arguments", "other_pool")
def other_pool() -> Seen:
    return invalid(max_overflow=3)


@tells("invalid_arguments", "other_pool", "the text names it behind using configuration")
def another_pool(seen: Seen) -> bool:
    return seen.names <= OF_A_QUEUE_POOL and seen.pool in ("NullPool", "SingletonThreadPool", "StaticPool")


@reproduces("invalid_arguments", "other_name")
def other_name() -> Seen:
    return invalid(max_connections=3)


@tells("invalid_arguments", "other_name", "the text names a word of another library")
def another_name(seen: Seen) -> bool:
    return not seen.names <= OF_A_QUEUE_POOL


# bad_record_mac


def forks(cured: bool, folder: Path) -> Seen:
    """Use an engine with TLS before a fork, then in two children and here; give the errors, and the session of each."""
    if not hasattr(os, "fork") or not shutil.which("openssl"):
        pytest.skip("this system does not fork, or has no openssl, which makes the certificate of the server with TLS")
    who = text("SELECT pg_backend_pid()")
    with TlsRelay(running_url(), folder) as relay:
        engine = create_engine(relay.url, pool_size=1, max_overflow=0)
        with engine.connect() as connection:
            own = connection.scalar(who)

        def worker() -> Iterator[object]:
            if cured:
                engine.dispose(close=False)
            with engine.connect() as connection:
                while True:
                    yield connection.scalar(who)

        with Forked(worker) as ada, Forked(worker) as bob:
            told = [each.step() for each in (ada, bob, ada, bob)]
        try:
            with engine.connect() as connection:
                connection.execute(who)
        except Exception as error:
            told.append(str(error))
        engine.dispose()
    said = [str(one) for one in told if "bad record mac" in str(one)]
    return Seen(said=said[0] if said else "", sessions=[own, *(one for one in told[:2] if isinstance(one, int))])


@reproduces("bad_record_mac", "fork")
def used_before_the_fork(tmp_path: Path) -> Seen:
    return forks(cured=False, folder=tmp_path)


@healthy("bad_record_mac")
def disposed_in_the_child(tmp_path: Path) -> Seen:
    return forks(cured=True, folder=tmp_path)


@tells("bad_record_mac", "fork", "SELECT pg_backend_pid() gives the same number in two processes")
def one_session_in_two_processes(seen: Seen) -> bool:
    return len(set(seen.sessions)) < len(seen.sessions)


# no_result


def one_connection(cured: bool) -> Seen:
    """Use an engine before a fork, then in two children at once, until one of them has lost an answer."""
    if not hasattr(os, "fork"):
        pytest.skip("this system does not fork")
    engine = create_engine(DSN.replace("postgresql://", "postgresql+psycopg://"), pool_size=1, max_overflow=0)
    with engine.connect() as connection:
        connection.execute(text("SELECT 1"))

    def worker() -> Iterator[object]:
        if cured:
            engine.dispose(close=False)
        with engine.connect() as connection:
            yield connection.scalar(text("SELECT pg_backend_pid()"))
            for _ in range(300):
                connection.execute(text("SELECT repeat('lamp', 1000)"))
            yield ""

    with Forked(worker) as ada, Forked(worker) as bob:
        sessions = [ada.step(), bob.step()]
        ada.begin_step()
        bob.begin_step()
        told = [answer_of(bob), answer_of(ada)]
    engine.dispose()
    return Seen(said=next((one for one in told if "no result" in one), ""), sessions=sessions)


def answer_of(child: Forked) -> str:
    """Wait for what a child says; nothing if it waits for an answer that somebody else has got."""
    try:
        return str(child.result())
    except TimeoutError:
        return ""


@reproduces("no_result", "fork")
def lost_an_answer(monkeypatch: pytest.MonkeyPatch) -> Seen:
    monkeypatch.setattr(forked, "PATIENCE", 3.0)
    for _ in range(10):
        if (seen := one_connection(cured=False)).said:
            break
    return seen


@healthy("no_result")
def connections_of_their_own() -> Seen:
    return one_connection(cured=True)


@tells("no_result", "fork", "SELECT pg_backend_pid() gives the same number in two processes")
def one_session(seen: Seen) -> bool:
    return one_session_in_two_processes(seen)


# worker_timeout

FROZEN = """
from fastapi import FastAPI
from sqlalchemy import create_engine

engine = create_engine("sqlite:///store.db", pool_size=1, max_overflow=0)
kept = engine.connect()
app = FastAPI()


@app.get("/products")
async def products():
    engine.connect()


@app.get("/ping")
async def ping():
    return "pong"
"""
SLOW = """
import time


def app(environment, start):
    if environment["PATH_INFO"] == "/products":
        time.sleep(30)
    start("200 OK", [])
    return [b"pong"]
"""


def serve(store: str, worker_class: str) -> Seen:
    """Serve a store with a worker that may be silent for two seconds, ask for its products and, meanwhile, for /ping."""
    if sys.platform == "win32":
        pytest.skip("gunicorn needs Unix")
    port, log = free_port(), Path("gunicorn.log")
    Path("served.py").write_text(store)
    command = [
        sys.executable,
        "-m",
        "gunicorn",
        "served:app",
        "--timeout",
        "2",
        "-k",
        worker_class,
        "-b",
        f"127.0.0.1:{port}",
    ]
    with log.open("w") as written:
        server = subprocess.Popen(command, stderr=written, start_new_session=True)

    def ask(path: str, patience: float) -> str:
        with suppress(OSError), urlopen(f"http://127.0.0.1:{port}{path}", timeout=patience) as answer:
            return str(answer.read().decode())
        return ""

    try:
        give_up = time.monotonic() + 30
        while not ask("/ping", 1) and time.monotonic() < give_up:
            time.sleep(0.05)
        asks = Thread(target=ask, args=("/products", 20))
        asks.start()
        while (pong := ask("/ping", 0.5)) and "TIMEOUT" not in log.read_text():
            time.sleep(0.05)
        while "TIMEOUT" not in log.read_text() and time.monotonic() < give_up:
            time.sleep(0.05)
    finally:
        os.killpg(server.pid, signal.SIGKILL)
        server.wait()
    asks.join()
    text_ = log.read_text()
    found = re.search(r"(?<=\[CRITICAL\] )WORKER TIMEOUT.*", text_)
    using = re.search(r"Using worker: (\S+)", text_)
    return Seen(said=found[0] if found else text_, worker=using[1] if using else "", pong=pong)


@reproduces("worker_timeout", "frozen")
def frozen_loop() -> Seen:
    return serve(FROZEN, "uvicorn_worker.UvicornWorker")


@tells(
    "worker_timeout", "frozen", "gunicorn's log says Using worker: with another class than sync", "/ping hangs as well"
)
def loop_stands_still(seen: Seen) -> bool:
    return seen.worker != "sync" and not seen.pong


@reproduces("worker_timeout", "slow")
def slow_request() -> Seen:
    return serve(SLOW, "sync")


@tells("worker_timeout", "slow", "gunicorn's log says Using worker: sync")
def sync_worker(seen: Seen) -> bool:
    return seen.worker == "sync"


# pool_closed


@reproduces("pool_closed", "lifespan")
def not_opened() -> Seen:
    pool, app = ConnectionPool(DSN, min_size=0, max_size=1, open=False), FastAPI()

    @app.get("/products")
    def products() -> None:
        with pool.connection():
            pass

    with TestClient(app) as client:
        error = raised_by(lambda: client.get("/products"))
    return Seen(said=str(error))


@tells("pool_closed", "lifespan", "the text says is not open yet", "open=False")
def not_open_yet(seen: Seen) -> bool:
    return "is not open yet" in seen.said and "open=False" in seen.code


@reproduces("pool_closed", "after_close")
def used_by_a_thread_after_the_end() -> Seen:
    pool = ConnectionPool(DSN, min_size=0, max_size=1, open=True)
    caught: list[str] = []

    def clean_up() -> None:
        try:
            pool.getconn()
        except PoolClosed as error:
            caught.append(str(error))

    pool.close()
    thread = Thread(target=clean_up)
    thread.start()
    thread.join()
    return Seen(said=caught[0])


@tells("pool_closed", "after_close", "the text says is already closed")
def already_closed(seen: Seen) -> bool:
    return "is already closed" in seen.said
