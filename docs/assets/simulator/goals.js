// Is a scenario's goal reached? A minute is simulated at once, and each condition answers with its number.

import { Simulation } from "./engine.js";

export const SECONDS = 60;

const text = (value) => String(Number(value.toPrecision(3)));
const time = (value) => (value === null ? "none" : value < 1 ? `${text(value * 1000)} ms` : `${text(value)} s`);
const MEASURES = {
  connections: ["connections that all pools may open together", text],
  opened: ["connections opened in a minute", text],
  waiting: ["share of requests that wait", (value) => `${text(value * 100)} %`],
  timeouts: ["requests that time out", text],
  refused: ["requests refused by the database", text],
  broken: ["requests whose connection broke", text],
  errors: ["requests that fail, for whatever reason", text],
  "total.p95": ["p95 latency", time],
  "wait.p95": ["p95 wait", time],
};

/** Simulate a minute of these settings; gives {reached, lines: [{text, kept}], result}. */
export function tryGoal(goal, settings) {
  const simulation = new Simulation(settings).run(SECONDS);
  const result = simulation.result();
  const own = simulation.settings;
  const [waits, works] = [result.wait.count, result.total.count];
  const measured = {
    ...result,
    connections: own.pooled ? own.processes * (own.pool_size === 0 || own.max_overflow < 0 ? Infinity : own.pool_size + own.max_overflow) : Infinity,
    waiting: result.arrived ? result.waited / result.arrived : 0,
    errors: result.timeouts + result.refused + result.broken,
    "total.p95": works ? result.total.p95 : Infinity,
    "wait.p95": waits ? result.wait.p95 : Infinity,
  };
  const lines = goal.map(([name, , bound]) => {
    const [words, shown] = MEASURES[name];
    const value = measured[name];
    return { kept: value <= bound, text: `${words}: ${Number.isFinite(value) ? shown(value) : "no limit"}, wanted at most ${shown(bound)}` };
  });
  // Nobody served is no success either.
  if (result.served === 0) lines.push({ kept: false, text: "no request was served" });
  return { reached: lines.every(({ kept }) => kept), lines, result };
}
