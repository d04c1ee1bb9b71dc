"""The page that an app can mount: what it tells, to whom, and that it answers when nothing else does."""

import base64
import json
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from html.parser import HTMLParser
from pathlib import Path
from threading import Event, Thread
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from prometheus_client.parser import text_string_to_metric_families
from sqlalchemy import Engine, create_engine

from poolschool.own import pool_router, watch
from poolschool.own.metrics import PREFIX

PATHS = ("/pool/", "/pool/holders.json", "/pool/metrics")


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    """Make an engine of two connections."""
    engine = create_engine(f"sqlite:///{tmp_path / 'store.db'}", pool_size=2, max_overflow=0, pool_timeout=20)
    yield engine
    engine.dispose()


def visit(app: FastAPI, address: str | None = "127.0.0.1", host: str = "localhost:8000") -> TestClient:
    """Come from an address, asking for a host."""
    client = (address, 50000) if address else None
    return TestClient(app, headers={"Host": host}, client=client)  # type: ignore[arg-type]


def shop(engine: Engine, **settings: Any) -> FastAPI:
    """Make an app with the page, and an endpoint that keeps a connection until it is told to go on."""
    app = FastAPI()
    app.state.go_on = Event()
    watched = watch(engine, app, name="store <1>", stacks=True)
    app.mount("/pool", pool_router(watched, **settings))

    @app.get("/orders/{number}")
    def order(number: int) -> int:
        with engine.connect():
            app.state.go_on.wait(20)
        return number

    return app


class Text(HTMLParser):
    """Collects the text of a page, and what it asks for."""

    def __init__(self) -> None:
        super().__init__()
        self.words: list[str] = []
        self.tags: list[str] = []

    def handle_data(self, data: str) -> None:
        """Keep the words."""
        self.words.append(data)

    def handle_starttag(self, tag: str, *_: object) -> None:
        """Keep the tag."""
        self.tags.append(tag)


def test_it_answers_while_every_thread_waits(engine: Engine) -> None:
    """Sixty requests, forty threads, two connections: page, JSON and metrics answer at once, and name the endpoint."""
    app = shop(engine)
    with visit(app) as client, ThreadPoolExecutor(60) as crowd:
        asked = [crowd.submit(client.get, f"/orders/{number}") for number in range(60)]
        give_up = time.monotonic() + 20
        while client.get("/pool/holders.json").json()["pools"][0]["holders"][1:] == []:
            assert time.monotonic() < give_up
        [pool] = client.get("/pool/holders.json").json()["pools"]
        page = client.get("/pool/").text
        metrics = client.get("/pool/metrics").text
        app.state.go_on.set()
        assert [one.result().status_code for one in asked] == [200] * 60
    assert pool["pool"] == "store <1>"
    assert [holder["endpoint"] for holder in pool["holders"]] == ["GET /orders/{number}"] * 2
    assert pool["holders"][0].keys() == {
        "pool", "line", "function", "endpoint", "seconds", "since", "process", "stack"
    }  # fmt: skip
    assert "GET /orders/{number}" in page
    assert "2 in use, 0 idle, limit 2." in page
    assert any(one.name == f"{PREFIX.replace('.', '_')}count" for one in text_string_to_metric_families(metrics))


def test_the_page_needs_no_script_and_asks_nobody(engine: Engine) -> None:
    """Words are escaped, nothing is loaded, nothing is stored; without holders it says so."""
    app = shop(engine)
    answer = visit(app).get("/pool/")
    page = Text()
    page.feed(answer.text)
    assert "store <1>" in page.words
    assert "Nobody holds a connection." in page.words
    assert not {"script", "link", "img", "iframe", "form"} & set(page.tags)
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["content-security-policy"].startswith("default-src 'none'")
    assert "color-scheme: light dark" in answer.text


@pytest.mark.parametrize(
    ("address", "host", "headers", "status"),
    [
        ("127.0.0.1", "localhost:8000", {}, 200),
        ("::1", "[::1]:8000", {}, 200),
        ("::1", "[::1]", {}, 200),
        ("127.0.0.1", "127.0.0.1", {}, 200),
        ("127.0.0.9", "localhost", {}, 200),
        ("10.0.0.7", "localhost:8000", {}, 403),  # another machine
        (None, "localhost", {}, 403),  # a Unix socket: a proxy is behind it
        ("127.0.0.1", "evil.example", {}, 403),  # a page whose name points to this machine
        ("127.0.0.1", "localhost.evil.example:8000", {}, 403),
        ("127.0.0.1", "localhost", {"X-Forwarded-For": "10.0.0.7"}, 403),  # a proxy on this machine
        ("127.0.0.1", "localhost", {"Forwarded": "for=10.0.0.7"}, 403),
    ],
)
def test_without_a_token_only_this_machine_may_ask(
    engine: Engine, address: str | None, host: str, headers: dict[str, str], status: int
) -> None:
    """Whoever comes from elsewhere, or through a proxy or another site's name, is refused on every path."""
    client = visit(shop(engine), address, host)
    for path in PATHS:
        answer = client.get(path, headers=headers)
        assert answer.status_code == status
        assert ("token=" in answer.text) == (status == 403)


def basic(password: str) -> str:
    """Write a browser's log-in."""
    return "Basic " + base64.b64encode(f"anyone:{password}".encode()).decode()


@pytest.mark.parametrize(
    ("given", "status"),
    [
        ("Bearer s3cret:ü", 200), (basic("s3cret:ü"), 200),
        ("", 401), ("Bearer", 401), ("Bearer s3cret", 401), (basic(""), 401), ("Basic ???", 401), ("Basic YQ", 401),
        ("Digest s3cret:ü", 401),
    ],
)  # fmt: skip
def test_with_a_token_whoever_has_it_may_ask(engine: Engine, given: str, status: int) -> None:
    """From anywhere, as a header or as a browser's password; nobody else, also not from this machine."""
    app = shop(engine, token="s3cret:ü")  # noqa: S106
    for address in ("10.0.0.7", "127.0.0.1"):
        for path in PATHS:
            answer = visit(app, address, "store.example").get(path, headers=[(b"authorization", given.encode())])
            assert answer.status_code == status
            assert ("www-authenticate" in answer.headers) == (status == 401)


@pytest.mark.parametrize("token", ["", "  "])
def test_an_empty_token_lets_nobody_in(engine: Engine, token: str) -> None:
    """A variable that is not set must not open the page to everybody: the app does not start."""
    with pytest.raises(ValueError, match="environment variable"):
        pool_router(watch(engine), token=token)


def test_two_pools_on_one_page(engine: Engine, tmp_path: Path) -> None:
    """Each has its part; two of the same name are refused at the start and not at each look."""
    other = create_engine(f"sqlite:///{tmp_path / 'reports.db'}")
    app = FastAPI()
    app.mount("/pool", pool_router(watch(engine, name="store"), watch(other, name="reports")))
    with other.connect():
        answer = json.loads(visit(app).get("/pool/holders.json").text)
    assert [(pool["pool"], len(pool["holders"])) for pool in answer["pools"]] == [("store", 0), ("reports", 1)]
    with pytest.raises(ValueError, match="store"):
        pool_router(watch(engine), watch(other, name="store"))


def test_looking_takes_no_connection(engine: Engine) -> None:
    """An exhausted pool can be looked at; the looks are no checkouts."""
    app = shop(engine)
    with engine.connect(), engine.connect():
        looker = Thread(target=lambda: [visit(app).get(path) for path in PATHS], daemon=True)
        looker.start()
        looker.join(20)
        assert not looker.is_alive()
        assert watch(engine).metrics()[f"{PREFIX}wait_time"].count == 2


def test_what_is_no_watch_is_refused_at_the_start(engine: Engine) -> None:
    """The engine in place of its watch, or nothing at all, is an error when the app starts, and not when somebody asks."""
    with pytest.raises(TypeError, match=r"what watch.. gives, not Engine"):
        pool_router(engine)  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="no pool to tell of"):
        pool_router()
