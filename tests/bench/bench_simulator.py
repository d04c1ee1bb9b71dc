"""How fast is the simulator? The same M/M/c queue in SimPy and in docs/assets/simulator/engine.js; run it as a program.

    python tests/bench/bench_simulator.py [RUNS]

Prints customers per second of both (medians, taken in turn), their ratio (target: at least 25), and the engine's memory
after one and after ten million customers (target: the same).
"""

import random
import statistics
import sys
import time
from pathlib import Path

import simpy

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


def main(runs: int) -> None:
    """Print the medians and the ratio."""
    with Module(RUNS_MODULE) as engine:
        engine.call("mmc", SERVERS, LOAD, 500_000, 1)  # what is called often is compiled first
        ours, theirs = [], []
        for seed in range(runs):
            theirs.append(with_simpy(100_000))
            ours.append(2_000_000 / engine.call("mmc", SERVERS, LOAD, 2_000_000, seed)["seconds"])
        heaps = [engine.call("mmc", SERVERS, LOAD, customers, 1)["heap"] / 1e6 for customers in (1_000_000, 10_000_000)]
    fast, slow = statistics.median(ours), statistics.median(theirs)
    print(f"customers per second: {fast:,.0f} here, {slow:,.0f} in SimPy; medians of {runs}")  # noqa: T201 - the program's output
    print(f"ratio {fast / slow:.0f} (target: at least 25)")  # noqa: T201 - the program's output
    print(f"memory: {heaps[0]:.1f} MB after 1 million customers, {heaps[1]:.1f} MB after 10 million")  # noqa: T201 - the program's output


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 5)
