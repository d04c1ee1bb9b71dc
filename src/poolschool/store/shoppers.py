"""The shoppers: Locust users who search, and search again as soon as they have their answer.

Also a plain locustfile (`locust -f shoppers.py --host …`). The bench runs it as `python -m poolschool.store.shoppers`, a
process of its own since gevent replaces parts of the standard library, sends a line of JSON per round and reads one back.
"""

from locust import FastHttpUser, constant, task  # first: it makes room for gevent

# isort: split
import json
import os
import sys
import time
from typing import Any

import psutil
from locust.env import Environment

DRAIN_SECONDS = 40.0  # more than the pool's own time-out, so that a last answer is counted and not cut off


class Shopper(FastHttpUser):
    """Somebody who does not think between two searches."""

    wait_time = constant(0)

    @task
    def search(self) -> None:
        """Look for lamps."""
        with self.client.get("/products?q=lamp", name="search", catch_response=True) as answer:
            if answer.status_code == 200 and not answer.text.startswith('[{"id"'):
                answer.failure("the answer holds no product")


def load(host: str, users: int, seconds: float) -> dict[str, Any]:
    """Let `users` shoppers search for `seconds` (less if the bench dies), and wait for the last answer.

    Gives the milliseconds of every search, the errors by their text, the seconds it took, and the share of one core
    that this process used: near 1 it would be measuring itself.
    """
    bench = psutil.Process(os.getppid())
    times: list[float] = []
    errors: dict[str, int] = {}
    environment = Environment(user_classes=[Shopper], host=host, stop_timeout=DRAIN_SECONDS)

    def note(response_time: float, exception: BaseException | None, **_: object) -> None:
        times.append(response_time)
        if exception is not None:
            errors[str(exception)] = errors.get(str(exception), 0) + 1

    environment.events.request.add_listener(note)  # type: ignore[no-untyped-call]
    runner = environment.create_local_runner()
    began, worked = time.perf_counter(), time.process_time()
    runner.start(users, spawn_rate=users)
    while (left := began + seconds - time.perf_counter()) > 0 and bench.is_running():
        time.sleep(min(left, 0.5))  # gevent's sleep: the shoppers go on
    runner.stop()
    took, work = time.perf_counter() - began, time.process_time() - worked
    runner.quit()
    return {"times": times, "errors": errors, "seconds": took, "cpu": work / took}


def main() -> None:
    """Play rounds until the standard input is closed."""
    for line in sys.stdin:
        print(json.dumps(load(**json.loads(line))), flush=True)  # noqa: T201 - the bench reads it


if __name__ == "__main__":
    main()
