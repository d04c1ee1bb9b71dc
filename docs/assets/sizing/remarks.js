// What is to be said beside the numbers: why a wish cannot be granted, and what stands behind a number that can.

import { crowd } from "./budget.js";
import { fewest, queue } from "./queue.js";
import { count, duration, percent, text } from "./words.js";

export const LONG = 1; // seconds: who holds a connection for longer is told to release it first
export const KNEE = 0.8; // the use above which waits grow steeply
const NOTICEABLE = 0.5; // seconds

/** Say why no pool grants the wish; "" if one does. */
export function whyNot(wish, { pools, together, available, room, each, wanted }) {
  if (room < 1) {
    const beside = wish.other_engines ? ` beside ${wish.other_engines} for their other engines` : "";
    return `${crowd({ pools, together })} want a connection each${beside}, and the database has ${available} for them. ` +
      "Fewer processes, a higher max_connections, or a pooler such as PgBouncer between them.";
  }
  const limit = each < room ? `a process has ${count(each, "thread")}` : `${available} connections shared by ${crowd({ pools, together })} are ${each} for each`;
  const busy = wish.rate * wish.hold;
  if (busy >= pools * each) {
    return `${count(text(wish.rate), "request")} a second, each holding a connection for ${duration(wish.hold)}, keep ` +
      `${text(busy / pools)} connections busy in each process on average, and ${limit}: the queue is unbounded. ` +
      "Hold connections for a shorter time, or get more of what is missing.";
  }
  if (wanted !== null && wanted <= each) return "";
  const at = queue(each, wish.rate / pools, wish.hold, wish.spread);
  return `Every pool would need ${wanted ?? "very many"} connections, and ${limit}. With these, the p95 wait is ${duration(at.p95)}. ` +
    "Fewer processes share better: one pool for all needs less than many small ones. Or hold for a shorter time, or accept a longer wait.";
}

/** Remarks on an advice: what is said, and the lesson on it. */
export function remarks(wish, { size, overflow, pools, now, budget, cliff, impossible }) {
  const said = [];
  const say = (what, see = "") => said.push({ what, see });
  if (cliff) sayOfCliff(say, cliff, size + overflow);
  if (size + overflow === 1 && !impossible) {
    say("One connection is enough for requests that use one. Whoever takes a second while holding the first waits for themselves, until pool_timeout.",
      "p2_how/l06_threads_and_the_cliff");
  }
  if (wish.cores > 0 && budget.used > 2 * wish.cores + 1) sayOfCores(say, wish.cores);
  if (now.utilisation > KNEE && now.utilisation < 1) {
    say(`At ${percent(now.utilisation)} use the pool stands at the knee: a little more load means much more waiting.`, "p4_scale/l15_sizing");
  }
  if (pools > 1 && size > 1) {
    const shared = fewest(wish.rate, wish.hold, wish.spread, wish.wait);
    if (shared !== null && shared < pools * size) {
      say(`One pool for all would do with ${shared} instead of ${pools} × ${size} = ${pools * size}: in many small pools connections idle while requests wait next door.`);
    }
  }
  if (wish.hold >= NOTICEABLE && wish.hold < LONG) {
    say(`${duration(wish.hold)} is long to hold a connection. What happens in that time that needs none?`, "p3_breaks/l12_streaming_and_sockets");
  }
  return said;
}

function sayOfCliff(say, { at, after }, most) {
  say(`With \`def\` functions, ${at} requests at once in one process can stand still until pool_timeout, if a session stays open ` +
    `after the function: ${count(at - most, "thread")} + ${count(most, "connection")}. At your rate that many are there after ${duration(after)} without an answer, ` +
    `as behind a locked table. End the transaction in the function, or admit only ${most}: \`Depends(get_session, max_concurrency=${most})\`.`,
  "p2_how/l06_threads_and_the_cliff");
}

/** Say how many busy connections suit a number of cores. */
export function sayOfCores(say, cores) {
  say(`A database server with ${cores} cores works well with about ${2 * cores + 1} busy connections ` +
    "(cores × 2 + 1 disk; a starting point). If queries keep its cores busy, more connections make each slower: measure.", "p4_scale/l15_sizing");
}

/** Say what a hold of seconds means, and that it should be released. */
export function release({ held, most, busy }) {
  return `A connection that is held for ${duration(held)} serves nobody else meanwhile: at your rate ${text(busy)} are busy on average, ` +
    `and all that the database has serve at most ${text(most)} requests per second, whatever the pool. Release before you stream, wait or call ` +
    "somebody: read, end the session, then go on.";
}
