// Runs of the simulator that tests/content/test_simulator.py and tests/bench/bench_simulator.py ask for.

import { Simulation } from "../../docs/assets/simulator/engine.js";

/** An M/M/c queue: `servers` connections, work of one second at the mean; gives mean and p95 of the wait in seconds. */
export function mmc(servers, load, customers, seed) {
  const began = performance.now();
  const simulation = new Simulation({
    seed, pool_size: servers, max_overflow: 0, pool_timeout: null, open: 0, rate: load * servers, hold: 1, spread: 1,
  }).run(undefined, customers);
  const { wait, counts } = simulation;
  const { busy, seconds: lasted } = simulation.result();
  return {
    mean: wait.mean, p95: wait.quantile(0.95), waited: counts.waited / counts.arrived,
    rate: counts.arrived / lasted, held: busy / counts.served, // as drawn, in customers per second and seconds
    seconds: (performance.now() - began) / 1000, heap: process.memoryUsage().heapUsed + process.memoryUsage().arrayBuffers,
  };
}

export const result = (settings, seconds) => new Simulation(settings).run(seconds).result();

/** Every arrival and the work that it brings, in seconds. */
export function arrivals(settings, seconds) {
  const simulation = new Simulation(settings, ({ kind, time, request }) => kind === "arrive" && came.push([request, time]));
  const came = [];
  simulation.run(seconds);
  return came;
}

/** Are all requests and connections accounted for? */
export function balance(settings, seconds) {
  const simulation = new Simulation(settings).run(seconds);
  const { arrived, served, timeouts, refused, broken, opened, closed, open } = simulation.result();
  const inside = simulation.state.reduce((sum, state) => sum + (state >= 1 && state <= 4 ? 1 : 0), 0);
  const records = simulation.pools.flatMap((pool) => pool.records.filter((record) => record?.connection));
  return {
    arrived, inside, ended: served + timeouts + refused + broken, opened, closed, open,
    dead: records.filter((record) => !record.alive).length,
  };
}

/** The mean wait of the first so many customers, in seconds, in a pool without overflow or time-out. */
export function mmc_wait(settings, customers) {
  return new Simulation({ max_overflow: 0, pool_timeout: null, open: 0, ...settings }).run(undefined, customers).wait.mean;
}
