"""A store under load: its workers, each a process with a pool of its own, and what they count."""

import contextlib
import urllib.request
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from prometheus_client.parser import text_string_to_metric_families

from poolschool.database.running import DRIVER
from poolschool.measure.bench.parts import part
from poolschool.store.settings import Settings

SECONDS = 60.0  # for an answer to the bench; a store under load may be slow
_DIRECT = urllib.request.build_opener(urllib.request.ProxyHandler({}))  # loopback goes through nobody's proxy


@dataclass(frozen=True)
class Store:
    """A running store; the shoppers are dealt out to its workers evenly, as a load balancer does."""

    hosts: tuple[str, ...]

    def go_cold(self) -> None:
        """Close the idle connections."""
        for host in self.hosts:
            _get(f"{host}/cold", method="POST")

    def counts(self) -> Counter[str]:
        """Give what the workers' pools have counted, added up, by the names of /metrics."""
        counted: Counter[str] = Counter()
        for host in self.hosts:
            for family in text_string_to_metric_families(_get(f"{host}/metrics")):
                for sample in family.samples:
                    name = sample.name.removeprefix("db_client_connection_")
                    if not name.endswith(("_bucket", "_created")) and sample.value < float("inf"):
                        counted[name + sample.labels.get("db_client_connection_state", "")] += sample.value  # type: ignore[assignment]
        return counted


def with_driver(url: str, flavour: str) -> str:
    """Give the address with the driver with which a flavour of the store is measured."""
    return url.replace(DRIVER, "postgresql+asyncpg://") if flavour == "async" else url


@contextlib.contextmanager
def running(settings: Settings, workers: int) -> Iterator[Store]:
    """Run a store for the length of the block."""
    with contextlib.ExitStack() as stack:
        processes = [stack.enter_context(part("poolschool.store.serve")) for _ in range(workers)]
        question = settings.model_dump()
        yield Store(tuple(f"http://127.0.0.1:{process.ask(question)['port']}" for process in processes))


def _get(address: str, method: str = "GET") -> str:
    request = urllib.request.Request(address, method=method)  # noqa: S310 - our own address
    with _DIRECT.open(request, timeout=SECONDS) as answer:
        return str(answer.read().decode())
