// How large should a pool be? The page and `poolschool size` both ask this file: read() what was typed, then answer().
//
// A wish, all plain numbers: rate (requests per second, all processes together), hold (seconds that a request keeps its
// connection), spread (its coefficient of variation), processes (per host), hosts, threads (of each process; 0: async),
// other_engines (connections that the other engines of a process may open), deploy (how many times the processes are there
// while old and new overlap), max_connections, reserved, cores (of the database server; 0: not known), wait (seconds that
// 95 of 100 requests may wait at most), and, if checks is true, pool_size, max_overflow, pool_timeout (seconds).

import { budgetOf, budgetText, cliffOf } from "./budget.js";
import { check } from "./check.js";
import { fewest, finite, queue } from "./queue.js";
import { LONG, release, remarks, whyNot } from "./remarks.js";
import { steps } from "./steps.js";
import { duration } from "./words.js";

export { read } from "./fields.js";
export { erlangB, erlangC, fewest, findInUse, queue, waitLonger } from "./queue.js";

const RELEASED = 0.05; // seconds: a hold for those who release before they stream, until they have measured their own

/** The advice for a wish's load, null without one, and the check of its settings, null without those. */
export function answer(wish) {
  const advice = wish.rate === null ? null : advise(wish);
  return { advice, check: wish.checks ? check(wish, advice) : null };
}

/** The advice for a wish with a load, as plain data; durations in seconds, null for "without end". */
export function advise(wish) {
  const { rate, hold, spread, wait, threads } = wish;
  const budget = budgetOf(wish);
  const { pools, room, together, available } = budget;
  const share = rate / pools;
  const each = threads ? Math.min(room, threads) : room; // connections of use to every pool
  const wanted = fewest(share, hold, spread, wait);
  const impossible = whyNot(wish, { ...budget, each, wanted });
  const size = Math.max(1, Math.min(wanted ?? each, each));
  // Room for twice the load, as far as the database has it: these are closed again when they are returned.
  const doubled = fewest(2 * share, hold, spread, wait) ?? each;
  const overflow = Math.max(0, Math.min(doubled, each) - size);
  // Whoever has waited ten times what was wished for will not be helped by waiting on; never longer than the default.
  const timeout = Math.min(30, Math.max(1, Math.ceil(10 * wait)));
  const all = size + overflow + wish.other_engines;
  const found = {
    impossible, pools, share, size, overflow, now: queue(size, share, hold, spread), twice: queue(size + overflow, 2 * share, hold, spread),
    budget: {
      what: budgetText(budget, all), used: pools * all, kept: pools * size, deploy: together * all, together, available,
      over: together * all > available || (wanted !== null && together * (wanted + wish.other_engines) > available),
    },
    cliff: impossible ? null : cliffOf(wish, size + overflow),
  };
  return {
    before: impossible ? (room < 1 ? "Not even the smallest pool fits:" : "The closest that fits:") : "",
    pool_size: size, max_overflow: overflow, pool_timeout: timeout, wanted, doubled_wanted: doubled, pools,
    line: `create_engine(url, pool_size=${size}, max_overflow=${overflow}, pool_timeout=${timeout})`,
    now: finite(found.now), twice: finite(found.twice), without: size > 1 ? finite(queue(size - 1, share, hold, spread)) : null,
    budget: found.budget, cliff: found.cliff, impossible, released: released(wish, budget),
    remarks: remarks(wish, found), steps: steps(wish, found),
  };
}

// A hold of seconds is nothing to size for: what the pool would be if connections were released first.
function released(wish, { available }) {
  if (wish.hold < LONG) return null;
  const short = advise({ ...wish, hold: RELEASED });
  return {
    what: release({ held: wish.hold, most: available / wish.hold, busy: wish.rate * wish.hold }),
    before: `If ${duration(RELEASED)} remain (measure yours)${short.impossible ? ", it is still too much; the closest that fits" : ", this suffices"}:`,
    line: short.line,
  };
}
