"""The headline, measured: the store's product search with a connection for every request, and with a pool.

    bench ──one line of JSON──> store without a pool   (uvicorn, one worker)  ──TCP, SCRAM──> PostgreSQL
          ──one line of JSON──> store with a pool      (uvicorn, one worker)  ──TCP, SCRAM──> PostgreSQL
          ──a line per round──> shoppers (Locust)      load one store at a time, in turns

A round begins with every connection closed and ends when the last answer is in, so that PostgreSQL's own count of new
connections belongs to exactly these requests. A second of warm-up before it is not counted.
"""

import contextlib
import json
import os
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

from poolschool.course.faults import UserMistake
from poolschool.database.running import server
from poolschool.measure.bench_result import Headline, Round, headline, report, round_result

ROUNDS = 3  # of each store
WARM_UP = 1.0  # seconds
NAMES = {False: "a connection per request", True: "a pool"}
SETTLE_SECONDS = 10.0  # within which PostgreSQL must have seen the last connection off


def bench(users: int, seconds: float, output: Path | None) -> int:
    """Measure both stores in turns, print the comparison, and write headline.json and headline.svg into `output`.

    `users` shoppers search at the same time; a round lasts `seconds`. Ctrl-C ends it with nothing left running.
    """
    console = Console()
    if output is not None and output.exists() and not output.is_dir():
        raise UserMistake(f"{output} is a file. Name a folder for headline.json and headline.svg.")
    try:
        result = measure(users, seconds, console)
    except KeyboardInterrupt:
        console.print("Interrupted. Nothing is left running, and nothing was written.")
        return 130
    console.print(report(result))
    if output is not None:
        from poolschool.measure.bench_chart import chart

        output.mkdir(parents=True, exist_ok=True)
        (output / "headline.json").write_text(result.model_dump_json(indent=2) + "\n", encoding="utf-8")
        (output / "headline.svg").write_text(chart(result), encoding="utf-8")
        console.print(f"Written: {output / 'headline.json'} and {output / 'headline.svg'}")
    return 1 if result.without_pool.errors or result.with_pool.errors else 0


def measure(users: int, seconds: float, console: Console) -> Headline:
    """Run all rounds; raise UserMistake if there is no database, or a part of the bench died."""
    rounds: list[Round] = []
    with contextlib.ExitStack() as stack:
        progress = stack.enter_context(_progress(console))
        bar = progress.add_task("start PostgreSQL, two stores, the shoppers", total=2 * ROUNDS * (WARM_UP + seconds))
        url = stack.enter_context(server())
        parts = {pooled: stack.enter_context(_part("poolschool.store.app")) for pooled in (False, True)}
        shoppers = stack.enter_context(_part("poolschool.store.shoppers"))
        # Only now, while the parts import what they need: both take their time.
        from poolschool.measure.bench_database import own_database
        from poolschool.store.app import POOL_SIZE

        ledger = stack.enter_context(own_database(url))
        stores = {pooled: _served(part, ledger.url, pooled=pooled) for pooled, part in parts.items()}

        def play(host: str, length: float) -> dict[str, Any]:
            return shoppers.ask({"host": host, "users": users, "seconds": length}, lambda: progress.advance(bar, 0.1))

        for number in range(2 * ROUNDS):
            pooled = number % 2 == 1
            progress.update(bar, description=f"round {number // 2 + 1} of {ROUNDS}: {NAMES[pooled]}")
            play(stores[pooled], WARM_UP)
            _go_cold(stores[pooled])
            before = ledger.opened(SETTLE_SECONDS)
            answer = play(stores[pooled], seconds)
            _go_cold(stores[pooled])
            opened = ledger.opened(SETTLE_SECONDS) - before
            rounds.append(round_result(pooled=pooled, times=answer["times"], errors=sum(answer["errors"].values()),
                                   seconds=answer["seconds"], connections=opened, cpu=answer["cpu"]))  # fmt: skip
            progress.update(bar, completed=(number + 1) * (WARM_UP + seconds))
    return headline(rounds, users=users, seconds=seconds, pool_size=POOL_SIZE, postgresql=ledger.version)


@dataclass(frozen=True)
class _Part:
    """A process that answers a line of JSON with a line of JSON, and ends when its input is closed."""

    name: str
    process: "subprocess.Popen[str]"

    def ask(self, question: dict[str, Any], meanwhile: Callable[[], None] = lambda: None) -> dict[str, Any]:
        """Send a question and wait for its answer, with `meanwhile` called ten times a second."""
        assert self.process.stdin is not None  # noqa: S101 - for the type checker: both are pipes
        assert self.process.stdout is not None  # noqa: S101
        with contextlib.suppress(OSError):  # it has died: the answer is empty too, and tells so
            self.process.stdin.write(json.dumps(question) + "\n")
            self.process.stdin.flush()
        waiting = ThreadPoolExecutor(1)
        answer = waiting.submit(self.process.stdout.readline)
        waiting.shutdown(wait=False)
        while not answer.done():
            time.sleep(0.1)
            meanwhile()
        try:
            reply: dict[str, Any] = json.loads(answer.result())
        except ValueError:
            raise UserMistake(f"A part of the bench ({self.name}) stopped. Run `poolschool doctor`.") from None
        return reply


@contextlib.contextmanager
def _part(name: str) -> Iterator[_Part]:
    """Run a module of the bench; it is gone when the block is left, whatever happened in it."""
    alone: dict[str, Any] = {"start_new_session": True}  # Ctrl-C is for the bench, which ends its parts itself
    if sys.platform == "win32":
        alone = {"creationflags": subprocess.CREATE_NEW_PROCESS_GROUP}
    with subprocess.Popen(
        [sys.executable, "-P", "-m", name],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=None if os.environ.get("POOLSCHOOL_DEBUG") else subprocess.DEVNULL,
        text=True, encoding="utf-8", **alone,
    ) as process:  # fmt: skip
        try:
            yield _Part(name, process)
        finally:
            process.kill()


def _served(store: _Part, url: str, *, pooled: bool) -> str:
    """Tell a store what it is to be; gives its address."""
    return f"http://127.0.0.1:{store.ask({'url': url, 'pooled': pooled})['port']}"


def _go_cold(host: str) -> None:
    """Close the store's idle connections."""
    with urllib.request.urlopen(urllib.request.Request(f"{host}/cold", method="POST"), timeout=60):  # noqa: S310 - our own address
        pass


@contextlib.contextmanager
def _progress(console: Console) -> Iterator[Progress]:
    columns = (TextColumn("{task.description}"), BarColumn(), TimeRemainingColumn())
    with Progress(*columns, console=console, transient=True) as progress:
        yield progress
