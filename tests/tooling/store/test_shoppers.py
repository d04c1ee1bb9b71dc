"""The shoppers are a plain locustfile: Locust spreads them over machines by itself, and they go where they are sent."""

import json
import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from socket import socket

import pytest

FILE = Path(__file__).parents[3] / "src/poolschool/store/shoppers.py"
ANSWER = b'[{"id": 1, "name": "lamp", "price": 1}]'


class Server(ThreadingHTTPServer):
    """Somebody's own application, which counts who asks."""

    def __init__(self) -> None:
        self.asked: Counter[str] = Counter()
        super().__init__(("127.0.0.1", 0), Handler)

    def handle_error(self, request: object, client_address: object) -> None:
        """Take no notice of shoppers who leave in the midst."""


class Handler(BaseHTTPRequestHandler):
    """Answers every search."""

    protocol_version = "HTTP/1.1"
    server: Server

    def do_GET(self) -> None:
        """Answer."""
        self.server.asked[self.path] += 1
        self.send_response(200)
        self.send_header("Content-Length", str(len(ANSWER)))
        self.end_headers()
        self.wfile.write(ANSWER)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture
def servers() -> Iterator[list[Server]]:
    """Give two applications, as behind a load balancer."""
    with ExitStack() as stack:
        both = [stack.enter_context(Server()) for _ in range(2)]
        for one in both:
            threading.Thread(target=one.serve_forever).start()
            stack.callback(one.shutdown)
        yield both


def locust(*options: str) -> "subprocess.Popen[str]":
    """Start it."""
    command = [sys.executable, "-P", "-m", "locust", "-f", str(FILE), *options]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def test_two_workers_share_the_shoppers(servers: list[Server]) -> None:
    """A master and two workers put the load of one file on two addresses; the master adds up what both have met."""
    hosts = ",".join(f"http://127.0.0.1:{one.server_address[1]}" for one in servers)
    with socket() as chosen:
        chosen.bind(("127.0.0.1", 0))
        port = str(chosen.getsockname()[1])
    master = locust(
        "--master", "--master-bind-port", port, "--expect-workers", "2", "--headless", "--users", "8", "--spawn-rate", "8",
        "--run-time", "5s", "--stop-timeout", "10", "--think", "0.1", "--path", "/products?q=lamp", "--host", hosts, "--json",
    )  # fmt: skip
    workers = [locust("--worker", "--master-host", "127.0.0.1", "--master-port", port) for _ in range(2)]
    try:
        printed, log = master.communicate(timeout=60)
    finally:
        for process in (master, *workers):
            process.kill()
            process.communicate()
    (search,) = json.loads(printed)
    asked = sum((one.asked for one in servers), Counter[str]())
    assert search["num_requests"] == asked["/products?q=lamp"] == asked.total() > 0, log
    assert search["num_failures"] == 0
    assert all(one.asked for one in servers)
    assert log.count("reported as ready") == 2
