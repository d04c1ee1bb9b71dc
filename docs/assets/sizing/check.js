// Settings that somebody has, held against the database, the threads and the load.

import { budgetOf, cliffOf, crowd } from "./budget.js";
import { EDGE, erlangB, fewest, findInUse, queue, waitLonger } from "./queue.js";
import { KNEE, sayOfCores } from "./remarks.js";
import { count, duration, percent, text } from "./words.js";

const RARE = 0.001; // the share of errors that is not worth a word
const VERDICTS = { wrong: "These settings do not hold.", risk: "These settings hold, with a risk.", fine: "These settings hold." };

/** Give the verdict and the findings on a wish's settings, the gravest first; `advice` is null without a load. */
export function check(wish, advice) {
  const unlimited = wish.pool_size === 0 || wish.max_overflow === -1;
  const most = unlimited ? Infinity : wish.pool_size + wish.max_overflow;
  const findings = [];
  const say = {};
  for (const level of ["wrong", "risk", "fine", "note"]) say[level] = (what, see = "") => findings.push({ level, what, see });
  checkBudget(wish, most, say);
  checkThreads(wish, most, say);
  if (advice === null) say.note("Give rate and hold as well, to learn whether these settings suffice for your load.");
  else checkLoad(wish, most, advice, say);
  const order = ["wrong", "risk", "fine", "note"];
  findings.sort((one, other) => order.indexOf(one.level) - order.indexOf(other.level));
  const level = ["wrong", "risk"].find((grave) => findings.some((finding) => finding.level === grave)) ?? "fine";
  return { level, verdict: VERDICTS[level], settings: settingsOf(wish), findings };
}

function settingsOf(wish) {
  return `pool_size=${wish.pool_size}, max_overflow=${wish.max_overflow}, pool_timeout=${text(wish.pool_timeout)}`;
}

function checkBudget(wish, most, say) {
  const budget = budgetOf(wish);
  const { pools, together, available, room } = budget;
  const see = "p3_breaks/l14_forks_and_workers";
  const remedy = room < 1
    ? "Nothing fits: take fewer processes, or put a pooler such as PgBouncer between."
    : `What fits into each: pool_size + max_overflow of at most ${room}.`;
  if (most === Infinity) {
    const zero = wish.pool_size === 0 ? "pool_size=0" : "max_overflow=-1";
    say.wrong(`${zero} means no limit: a connection for each request that comes, until all ${available} that the database has are taken. ${remedy}`, "p2_how/l04_engine_and_pool");
    return;
  }
  const others = wish.other_engines ? ` + ${wish.other_engines} of other engines` : "";
  const each = most + wish.other_engines;
  const sum = (processes) => `${processes} × (${wish.pool_size} + ${wish.max_overflow}${others}) = ${processes * each}`;
  if (pools * each > available) {
    const full = Math.floor(available / each);
    const refused = full === 0
      ? "One process alone can take them all."
      : `When ${full} ${full === 1 ? "has filled its pool" : "have filled their pools"}, ${areLeft(available - full * each)} for all others.`;
    say.wrong(`${pools === 1 ? "One process" : `${pools} processes`} may open ${sum(pools)} connections, and the database has ${available}. ` +
      `${refused} Then PostgreSQL refuses. ${remedy}`, see);
  } else if (together * each > available) {
    say.wrong(`In normal times the database has enough: ${sum(pools)} of ${available}. During a deploy old and new are there together: ${sum(together)}. ${remedy}`, see);
  } else {
    say.fine(`The database has enough connections: ${crowd(budget)} open at most ${sum(together)} of ${available}.`, see);
  }
}

const areLeft = (number) => (number === 1 ? "one is left" : `${number || "none"} are left`);

function checkThreads(wish, most, say) {
  if (!wish.threads) return;
  const see = "p2_how/l06_threads_and_the_cliff";
  if (most > wish.threads) {
    say.risk(`FastAPI runs at most ${wish.threads} \`def\` functions of a process at once, so no more than ${wish.threads} can query: ` +
      `${most === Infinity ? "all beyond that" : `${most - wish.threads} of the ${most}`} can only be held by requests that wait for a thread.`, see);
  }
  if (most === Infinity || wish.pool_timeout === 0) return; // without a limit, or without a wait, nobody keeps a thread
  const { at, after } = cliffOf(wish, most);
  const soon = after === null ? "" : ` At your rate that many are there after ${duration(after)} without an answer, as behind a locked table.`;
  say.note(`The cliff is at ${count(wish.threads, "thread")} + ${count(most, "connection")} = ${at} requests at once in one process: if a session stays open after its \`def\` function, ` +
    `they stand still until pool_timeout (${duration(wish.pool_timeout)}).${soon} End the transaction in the function, or admit only ${most}: \`Depends(get_session, max_concurrency=${most})\`.`, see);
}

function checkLoad(wish, most, advice, say) {
  const share = wish.rate / advice.pools;
  const busy = share * wish.hold;
  if (wish.threads && busy >= wish.threads) {
    say.wrong(`${text(busy)} requests are under way in each process on average, and it has ${wish.threads} threads: whatever the pool, the queue is unbounded.`, "p2_how/l06_threads_and_the_cliff");
  }
  if (advice.released) say.risk(advice.released.what, "p3_breaks/l12_streaming_and_sockets");
  if (most === Infinity) return;
  const before = `On average ${text(busy)} connections are busy in each process`;
  const now = queue(most, share, wish.hold, wish.spread);
  if (wish.pool_timeout === 0) checkRefusals(most, busy, say);
  else if (now.p95 === Infinity) say.wrong(`${before}, and the pool may open ${most}: the queue is unbounded.${toTheCliff(wish, most, share)}`, "p4_scale/l15_sizing");
  else checkWait(wish, most, { share, before, now }, say);
  if (most >= advice.wanted && wish.pool_size < advice.wanted) {
    say.risk(`pool_size=${wish.pool_size} alone does not carry this load: ${percent(findInUse(wish.pool_size, most, busy))} of all requests find so many in use ` +
      `and need the overflow, which is opened and closed again. pool_size=${advice.wanted} stays open.`, "p2_how/l04_engine_and_pool");
  }
  if (wish.cores > 0 && advice.pools * most > 2 * wish.cores + 1) sayOfCores(say.note, wish.cores);
}

function toTheCliff(wish, most, share) {
  const more = share - most / wish.hold; // requests per second that come and are not served
  if (!wish.threads || more <= 0) return "";
  return ` ${text(more)} requests per second more come than are served: within about ${duration((wish.threads + most) / more)} the process is at its cliff.`;
}

function checkRefusals(most, busy, say) {
  const refused = erlangB(most, busy);
  if (refused > RARE) say.wrong(`pool_timeout=0: nobody waits, and ${percent(refused)} of all requests find no connection free and get an error.`, "p3_breaks/l11_when_the_pool_is_full");
  else say.fine(`pool_timeout=0: nobody waits. Errors because none is free: ${percent(refused)} of all requests.`, "p3_breaks/l11_when_the_pool_is_full");
}

function checkWait(wish, most, { share, before, now }, say) {
  const see = "p4_scale/l15_sizing";
  const p95 = `with up to ${most} the p95 wait is ${duration(now.p95)}, wished for: at most ${duration(wish.wait)}`;
  const wanted = fewest(share, wish.hold, wish.spread, wish.wait);
  if (now.p95 > wish.wait + EDGE) say.wrong(`The wait is too long. ${before}; ${p95}.${wanted === null ? "" : ` Enough would be ${wanted}.`}`, see);
  else if (now.utilisation > KNEE) say.risk(`${before}; ${p95}. At ${percent(now.utilisation)} use it stands at the knee: a little more load means much more waiting.`, see);
  else say.fine(`They carry the load. ${before}; ${p95}.`, see);
  checkTimeout(wish, most, share, say);
}

function checkTimeout(wish, most, share, say) {
  const see = "p3_breaks/l11_when_the_pool_is_full";
  const late = waitLonger(most, share, wish.hold, wish.spread, wish.pool_timeout);
  const sensible = Math.min(30, Math.max(1, Math.ceil(10 * wish.wait)));
  if (late > RARE) say.risk(`${percent(late)} of all requests would wait longer than pool_timeout=${text(wish.pool_timeout)} and get an error.`, see);
  if (wish.pool_timeout > sensible) {
    say.note(`pool_timeout=${text(wish.pool_timeout)}: in a standstill each shopper waits ${duration(wish.pool_timeout)} for an error. ` +
      `${sensible} s is ${sensible === 1 && wish.wait < 0.1 ? "the least that we advise" : "ten times the wait that you accept"}.`, see);
  }
}
