"""How fast is the simulator? The same M/M/c queue in SimPy and in docs/assets/simulator/engine.js; run it as a program.

    python tests/bench/bench_simulator.py [RUNS]

Gives customers per second of both (medians, taken in turn), their ratio (target: at least 25), and the engine's memory
after one and after ten million customers (target: the same).
"""

import random
import statistics
import time
from collections.abc import Iterator
from pathlib import Path

import simpy
from rows import Row, program

from poolschool.measure.javascript import Module

SERVERS, LOAD = 5, 0.86
RUNS_MODULE = Path(__file__).parents[1] / "content" / "simulator_runs.mjs"


def with_simpy(customers: int) -> float:
    """Simulate the queue in SimPy, as its manual does; give customers per second."""
    chance = random.Random(1)  # noqa: S311 - a simulation
    world = simpy.Environment()
    connections = simpy.Resource(world, capacity=SERVERS)
    waits = []

    def customer() -> object:
        came = world.now
        with connections.request() as mine:
            yield mine
            waits.append(world.now - came)
            yield world.timeout(chance.expovariate(1.0))

    def arrivals() -> object:
        for _ in range(customers):
            yield world.timeout(chance.expovariate(SERVERS * LOAD))
            world.process(customer())

    world.process(arrivals())
    began = time.perf_counter()
    world.run()
    return customers / (time.perf_counter() - began)


def rows(runs: int = 5) -> Iterator[Row]:
    """Give the medians and the ratio."""
    with Module(RUNS_MODULE) as engine:
        engine.call("mmc", SERVERS, LOAD, 500_000, 1)  # what is called often is compiled first
        ours, theirs = [], []
        for seed in range(runs):
            theirs.append(with_simpy(100_000))
            ours.append(2_000_000 / engine.call("mmc", SERVERS, LOAD, 2_000_000, seed)["seconds"])
        heaps = [engine.call("mmc", SERVERS, LOAD, customers, 1)["heap"] / 1e6 for customers in (1_000_000, 10_000_000)]
    fast, slow = statistics.median(ours), statistics.median(theirs)
    yield Row("our simulator", fast, "customers/s")
    yield Row("SimPy", slow, "customers/s")
    yield Row("ratio of the two", fast / slow, "", "at least 25")
    yield Row("memory after 1 million customers", heaps[0], "MB")
    yield Row("memory after 10 million customers", heaps[1], "MB", "the same")


if __name__ == "__main__":
    program(rows, 5)
