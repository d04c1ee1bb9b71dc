// What can be seen of a simulation, as plain data that changes no more.

import { HOLDING, LEAKED } from "./settings.js";

/** The numbers of the idle connections of a process, longest idle first. */
export function idle(simulation, process) {
  const pool = simulation.pools[process];
  return pool.idle.slice(pool.first).map((place) => pool.records[place].connection);
}

/** What is now, as plain data: for each process its connections by place, who waits and since when. */
export function snapshot(simulation) {
  const { settings: own, now } = simulation;
  const words = { [HOLDING]: "lent", [LEAKED]: "leaked" };
  return {
    now, sessions: simulation.sessions, down: now < simulation.downUntil,
    pools: simulation.pools.map((pool, process) => ({
      connections: pool.records.flatMap((record, place) => {
        if (!record) return [];
        const { request, connection, alive } = record;
        if (request < 0) return [{ place, connection, state: connection && !alive ? "dead" : "idle", at: 0, request: 0 }];
        const opening = now < simulation.ready[request] && simulation.state[request] === HOLDING;
        const from = opening ? simulation.from[request] : simulation.ready[request];
        const until = opening ? simulation.ready[request] : simulation.until[request];
        const at = until > from && until < Infinity ? Math.min(1, (now - from) / (until - from)) : 0;
        return [{ place, connection, state: opening ? "opening" : words[simulation.state[request]] ?? "lent", at, request: simulation.number[request] }];
      }),
      waiting: [...simulation.lines.each(process)].map((slot) => ({ request: simulation.number[slot], seconds: now - simulation.asked[slot] })),
      queued: simulation.lines.length[own.processes + process],
      threads: pool.threads,
    })),
  };
}

/** What was measured, as plain data; durations in seconds, null without values. */
export function result(simulation) {
  const summary = (histogram) => ({
    count: histogram.count, mean: histogram.count ? histogram.mean : null, most: histogram.count ? histogram.most : null,
    p50: histogram.quantile(0.5), p95: histogram.quantile(0.95), p99: histogram.quantile(0.99),
  });
  return { seconds: simulation.now, ...simulation.counts, open: simulation.sessions, wait: summary(simulation.wait), total: summary(simulation.total) };
}
