"""The shoppers: Locust users who search, look, buy, look at their orders, and think in between.

A locustfile for your own machines and your own application (docs/reference/bench.md):

    locust -f shoppers.py --host http://127.0.0.1:8000 --headless --users 300 --spawn-rate 300 --run-time 30s --think 1.5
    locust -f shoppers.py --master …     and on each further machine     locust -f shoppers.py --worker --master-host …

The bench runs it as `python -m poolschool.store.shoppers`, a process of its own since gevent replaces parts of the
standard library, sends a line of JSON per round and reads one back.
"""

from locust import FastHttpUser, events, task  # first: it makes room for gevent

# isort: split
import json
import os
import random
import sys
import time
from collections import Counter
from itertools import count
from typing import Any, ClassVar

import psutil
from locust.env import Environment
from locust.runners import WorkerRunner

DRAIN_SECONDS = 40.0  # more than the pool's own time-out, so that a last answer is counted and not cut off
KINDS = ("lamp", "chair", "table", "shelf", "clock", "vase", "rug", "desk", "stool", "mirror")
PRODUCTS = 10_000
MISSING = 10_000_000  # a product that is not there
OFFER = '[{"id"'  # how the answer to a search begins: a fast wrong answer is no answer


class Shopper(FastHttpUser):
    """Somebody in the store. How all of them behave is set before they come."""

    hosts: ClassVar[tuple[str, ...]] = ()  # one per worker of the store: shoppers are dealt out evenly
    think = 1.0  # seconds between an answer and the next request, on average
    together = False  # all at the same moments, as after a push message
    path = ""  # if set, all they ask for
    _number: ClassVar = count()

    connection_timeout = network_timeout = DRAIN_SECONDS

    def __init__(self, environment: Environment) -> None:
        number = next(self._number)
        if self.hosts:
            self.host = self.hosts[number % len(self.hosts)]
        machine = getattr(environment.runner, "worker_index", 0)  # of several that put the load
        self.name = f"shopper {machine}-{number}"
        self.dice = random.Random(self.name)  # noqa: S311 - no secret
        super().__init__(environment)

    def on_start(self) -> None:
        """Come in at any moment of the first think time, not all at once."""
        time.sleep(self.wait_time() if self.together else self.dice.uniform(0, self.think))

    def wait_time(self) -> float:
        """Give the seconds until the next request."""
        if self.together:
            return self.think - time.time() % self.think
        return self.dice.uniform(0.5, 1.5) * self.think

    @task
    def shop(self) -> None:
        """Do one of the things that shoppers do."""
        if self.path:
            self._ask("search", "GET", self.path, holds=OFFER if self.path.startswith("/products?") else "")
            return
        kind, product = self.dice.choice(KINDS), self.dice.randint(1, PRODUCTS)
        match self.dice.choices(("search", "page", "missing", "order", "history"), (70, 15, 3, 7, 5))[0]:
            case "search":
                self._ask("search", "GET", f"/products?q={kind}", holds=OFFER)
            case "page":
                self._ask("product page", "GET", f"/products/{product}")
            case "missing":
                self._ask("missing page", "GET", f"/products/{MISSING}", expected=(404,))
            case "order":
                wish = {"shopper": self.name, "product_id": product, "quantity": 1}
                self._ask("order", "POST", "/orders", expected=(201, 409), json=wish)  # 409: sold out
            case "history":
                self._ask("history", "GET", f"/orders?shopper={self.name}")

    def _ask(
        self, what: str, method: str, path: str, expected: tuple[int, ...] = (200,), holds: str = "", **more: Any
    ) -> None:
        with self.client.request(method, path, name=what, catch_response=True, **more) as answer:
            if answer.status_code in expected and holds in (answer.text or ""):
                answer.success()
            elif answer.status_code in expected:
                answer.failure("the answer holds no product")
            elif answer.status_code:
                answer.failure(f"{answer.status_code}: {_detail(answer.text)}")
            else:
                answer.failure(f"no answer: {type(answer.error).__name__}")


def _detail(text: str | None) -> str:
    try:
        return str(json.loads(text or "")["detail"])
    except (ValueError, KeyError, TypeError):
        return (text or "").strip()[:80]


@events.init_command_line_parser.add_listener  # type: ignore[untyped-decorator]
def _options(parser: Any) -> None:
    parser.add_argument("--think", type=float, default=1.0, help="Seconds between an answer and the next request.")
    parser.add_argument("--together", action="store_true", help="All shoppers at the same moments.")
    parser.add_argument("--path", default="", help="Ask for this and nothing else, e.g. /items?q=lamp of your own app.")


@events.test_start.add_listener  # type: ignore[untyped-decorator]
def _set_up(environment: Environment, **_: Any) -> None:
    if options := environment.parsed_options:
        Shopper.think, Shopper.together, Shopper.path = options.think, options.together, options.path
        Shopper.hosts = tuple((environment.host or "").split(","))


@events.test_stop.add_listener  # type: ignore[untyped-decorator]
def _report(environment: Environment, **_: Any) -> None:
    """Let a worker send its last numbers before it says that it has stopped: later the master waits half a second for them."""
    if isinstance(environment.runner, WorkerRunner):
        environment.runner._send_stats()


def load(
    hosts: list[str], users: int, seconds: float, think: float, together: bool = False, path: str = ""
) -> dict[str, Any]:
    """Let `users` shoppers in for `seconds` (less if the bench dies), and wait for the last answer.

    Gives the milliseconds of every answer that was as expected, the errors by their text, the seconds it took, and the
    share of one core that this process used: near 1 it would be measuring itself.
    """
    bench = psutil.Process(os.getppid())
    times: list[float] = []
    errors: Counter[str] = Counter()
    Shopper.hosts, Shopper.think, Shopper.together, Shopper.path = tuple(hosts), think, together, path
    environment = Environment(user_classes=[Shopper], host=hosts[0], stop_timeout=DRAIN_SECONDS)

    def note(response_time: float, exception: BaseException | None, **_: object) -> None:
        if exception is None:
            times.append(response_time)
        else:
            errors[str(exception)] += 1

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
