// Replay what was recorded from a real pool: the same arrivals and hold times through the simulator's rules.

import { Simulation } from "./engine.js";

/** Arrivals and hold times drawn by seed: [[seconds …], [seconds …]], for `seconds`. */
export function draw(settings, seconds) {
  const drawn = [], holds = [];
  let asking = null;
  const simulation = new Simulation({ ...settings, pool_size: 0, open: 0 }, (event) => event.kind === "arrive" && (asking = event));
  while (simulation.next <= seconds) {
    asking = null;
    simulation.step();
    if (!asking) continue;
    drawn.push(asking.time);
    holds.push(simulation.hold[simulation.number.lastIndexOf(asking.request)]);
  }
  return [drawn, holds];
}

/** Replay; gives for each request, in order of arrival, the seconds until it had its connection and until it was done; null: timed out. */
export function replay(settings, arrivals, holds) {
  const until = arrivals.map(() => null);
  const open = settings.open ?? 0;
  const simulation = new Simulation({ ...settings, pattern: "replay", arrivals, holds }, ({ kind, time, request }) => {
    if (kind === "open") until[request - 1] = time + open;
    else if (kind === "borrow") until[request - 1] = time;
  }).run();
  return {
    waits: until.map((time, place) => (time === null ? null : time - arrivals[place])),
    totals: until.map((time, place) => (time === null ? null : time + holds[place] - arrivals[place])),
    opened: simulation.counts.opened, timeouts: simulation.counts.timeouts,
  };
}
