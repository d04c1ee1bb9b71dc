"""Real servers with several workers in front of the store, and shoppers who look whether they get their own basket.

    serve(*options) ──> gunicorn or uvicorn ──fork or spawn──> workers ──> forking_store.py ──> PostgreSQL
    ask(address, …) ──> Counter: right, wrong, failed, unanswered

`python docs/p3_breaks/workers.py` measures the table of the lesson on forks and workers again (Linux and macOS).
"""

import json
import os
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from socket import create_server
from typing import IO, Any, cast
from urllib.error import HTTPError
from urllib.request import urlopen

HERE = Path(__file__).parent
STORE = "forking_store:app"
GUNICORN = ("gunicorn", STORE, "--worker-class", "uvicorn_worker.UvicornWorker")
PRELOAD = (*GUNICORN, "--preload")
CURED = (*PRELOAD, "--config", str(HERE / "forking_cure.py"))
UVICORN = ("uvicorn", STORE, "--no-access-log")
READY = "Application startup complete"  # uvicorn says so in each worker, under gunicorn too
PATIENCE = 2.0  # seconds that a shopper waits for an answer


@contextmanager
def serve(*command: str, workers: int, database: str, query_at_import: bool = False) -> Iterator[str]:
    """Start a server, give its address once all workers are ready, and end it with all of them."""
    settings = {"POOLSCHOOL_DATABASE_URL": database, "QUERY_AT_IMPORT": "yes" if query_at_import else ""}
    port = free_port()
    place = ("--bind", f"127.0.0.1:{port}") if command[0] == "gunicorn" else ("--port", str(port))
    server = subprocess.Popen(
        [sys.executable, "-m", *command, *place, "--workers", str(workers)],
        cwd=HERE, env=os.environ | settings, stderr=subprocess.PIPE, text=True, start_new_session=True,
    )  # fmt: skip
    with cast(IO[str], server.stderr) as log, ThreadPoolExecutor(1) as reader:
        try:
            ready = sum(1 for _ in islice((line for line in log if READY in line), workers))
            if ready < workers:
                raise ChildProcessError(f"{command[0]} ended when {ready} of {workers} workers were ready.")
            reader.submit(log.read)  # a full pipe would stop the server
            yield f"http://127.0.0.1:{port}"
        finally:
            os.killpg(server.pid, signal.SIGKILL)
            server.wait()


def free_port() -> int:
    """Find a port on which nobody listens."""
    with create_server(("127.0.0.1", 0)) as found:
        return int(found.getsockname()[1])


def get(address: str, number: int) -> dict[str, int] | str:
    """Ask for one basket; give the answer, or "failed" or "unanswered"."""
    try:
        with urlopen(f"{address}/baskets/{number}", timeout=PATIENCE) as answer:  # noqa: S310 - an address of ours
            found: dict[str, int] = json.load(answer)
            return found
    except HTTPError:
        return "failed"
    except OSError:  # a time-out is one
        return "unanswered"


def ask(address: str, shoppers: int, at_once: int = 10) -> tuple[Counter[str], list[dict[str, int]]]:
    """Let each shopper ask for a basket of their own; count what they got, and give the answers."""
    with ThreadPoolExecutor(at_once) as street:
        got: list[Any] = list(street.map(lambda number: get(address, number), range(shoppers)))
    seen: Counter[str] = Counter()
    for number, answer in enumerate(got):
        seen[answer if isinstance(answer, str) else "right" if answer["basket"] == number else "wrong"] += 1
    return seen, [answer for answer in got if not isinstance(answer, str)]


def main() -> None:
    """Print the lesson's table: 200 shoppers, 20 at once, 4 workers."""
    from poolschool.database.running import running_url

    rows = {
        "uvicorn --workers 4, a query at import": (UVICORN, True),
        "gunicorn, a query at import": (GUNICORN, True),
        "gunicorn --preload": (PRELOAD, False),
        "gunicorn --preload, a query at import": (PRELOAD, True),
        "the same with post_fork": (CURED, True),
    }
    for name, (command, query_at_import) in rows.items():
        with serve(*command, workers=4, database=running_url(), query_at_import=query_at_import) as address:
            seen, answers = ask(address, 200, 20)
        sessions = len({answer["session"] for answer in answers})
        print(  # noqa: T201 - a table for whoever measures
            f"{name:40}",
            *(f"{seen[what]:4} {what}" for what in ("right", "wrong", "failed", "unanswered")),
            f"{sessions} sessions",
        )


if __name__ == "__main__":
    main()
