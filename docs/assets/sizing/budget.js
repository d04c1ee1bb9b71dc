// What the database has for each pool, and where a process with threads stands still.

import { count } from "./words.js";

/** Who shares the database's connections: pools, pools together during a deploy, and the room for one engine of each. */
export function budgetOf(wish) {
  const pools = wish.processes * wish.hosts;
  const together = Math.ceil(pools * wish.deploy - 1e-9);
  const available = wish.max_connections - wish.reserved;
  return { pools, together, available, room: Math.floor(available / together) - wish.other_engines };
}

/**
 * The cliff of a pool with `most` connections: null without threads, or at how many requests at once in one process it
 * is (threads + connections), and after how many seconds in which nothing is answered that many are there (null: no load).
 */
export function cliffOf(wish, most) {
  if (!wish.threads) return null;
  const at = wish.threads + most;
  return { at, after: wish.rate === null ? null : (at * wish.processes * wish.hosts) / wish.rate };
}

/** Say which processes there are during a deploy. */
export function crowd({ pools, together }) {
  const all = count(together, "process");
  return together > pools ? `${all} (old and new together during a deploy)` : all;
}

/** Say what processes that may open `each` connections take, every day and during a deploy. */
export function budgetText({ pools, together, available }, each) {
  const deploy = together > pools ? `, during a deploy ${together * each}` : "";
  return `${count(pools, "process")} may open ${count(pools * each, "connection")}${deploy}; the database has ${available} for them.`;
}
