// How large should a pool be? Formulas only: no page, no chance. The page and `poolschool size` both ask this file.
//
// A wish, all numbers: rate (requests per second, all processes together), hold (seconds that a request keeps its
// connection), spread (its coefficient of variation), processes (per host), hosts, max_connections, reserved, wait (seconds
// that 95 of 100 requests may wait at most), cores (of the database server; 0: not known).

const PATIENT = 0.95; // the share of requests that may wait no longer than wished
const EDGE = 1e-12;

export const LIMITS = Object.freeze({
  rate: [0.001, 1e6], hold: [1e-6, 3600], spread: [0, 20], processes: [1, 10000], hosts: [1, 10000],
  max_connections: [1, 1e6], reserved: [0, 1e6], wait: [0, 3600], cores: [0, 10000],
});
const WHOLE = ["processes", "hosts", "max_connections", "reserved", "cores"];

/** Chance that a request waits in a queue with `servers` connections; `offered` is rate × hold (Erlang C). */
export function erlangC(servers, offered) {
  if (offered >= servers) return 1;
  let blocked = 1; // Erlang B, one connection at a time
  for (let count = 1; count <= servers; count += 1) blocked = (offered * blocked) / (count + offered * blocked);
  return blocked / (1 - (offered / servers) * (1 - blocked));
}

/** What requests meet at a pool of `servers`: utilisation, chance of waiting, waits in seconds (Infinity: without end). */
export function queue(servers, rate, hold, spread) {
  const offered = rate * hold;
  const utilisation = offered / servers;
  if (utilisation >= 1 - EDGE) return { utilisation, chance: 1, mean: Infinity, p95: Infinity, p99: Infinity };
  const chance = erlangC(servers, offered);
  const variability = (1 + spread * spread) / 2; // Allen and Cunneen: work that varies less queues less
  const whoWaits = (hold / servers / (1 - utilisation)) * variability; // the mean of those who do wait
  const quantile = (share) => Math.max(0, Math.log(chance / (1 - share)) * whoWaits);
  return { utilisation, chance, mean: chance * whoWaits, p95: quantile(PATIENT), p99: quantile(0.99) };
}

/** The fewest connections with which 95 of 100 requests wait no longer than `wait`. */
export function fewest(rate, hold, spread, wait, most = 1e5) {
  for (let servers = Math.max(1, Math.ceil(rate * hold + EDGE)); servers <= most; servers += 1) {
    if (queue(servers, rate, hold, spread).p95 <= wait + EDGE) return servers;
  }
  return null;
}

/** What is wrong with a wish: sentences by name; {} if nothing is. */
export function faults(wish) {
  const found = {};
  for (const [name, [least, most]] of Object.entries(LIMITS)) {
    const value = wish[name];
    if (typeof value !== "number" || !Number.isFinite(value)) found[name] = "is not a number.";
    else if (value < least || value > most) found[name] = `must be from ${least} to ${most}.`;
    else if (WHOLE.includes(name) && !Number.isInteger(value)) found[name] = "must be a whole number.";
  }
  if (!found.reserved && !found.max_connections && wish.reserved >= wish.max_connections) {
    found.reserved = "leaves no connection: it must be less than max_connections.";
  }
  return found;
}

/** The advice for a wish without faults, as plain data; durations in seconds, null for "without end". */
export function advise(wish) {
  const { rate, hold, spread, wait } = wish;
  const pools = wish.processes * wish.hosts;
  const share = rate / pools;
  const available = wish.max_connections - wish.reserved;
  const each = Math.floor(available / pools); // connections that every pool may have at most
  const wanted = fewest(share, hold, spread, wait);
  const impossible = whyNot(wish, { pools, available, each, wanted });
  const size = Math.max(1, Math.min(wanted ?? each, each));
  // Room for twice the load, as far as the database has it: these are closed again when they are returned.
  const doubled = fewest(2 * share, hold, spread, wait) ?? each;
  const overflow = Math.max(0, Math.min(doubled, each) - size);
  // Whoever has waited ten times what was wished for will not be helped by waiting on; never longer than the default.
  const timeout = Math.min(30, Math.max(1, Math.ceil(10 * wait)));
  const used = pools * (size + overflow);
  const now = queue(size, share, hold, spread);
  const twice = queue(size + overflow, 2 * share, hold, spread);
  return {
    pool_size: size, max_overflow: overflow, pool_timeout: timeout, wanted, doubled_wanted: doubled, pools,
    line: `create_engine(url, pool_size=${size}, max_overflow=${overflow}, pool_timeout=${timeout})`,
    now: finite(now), twice: finite(twice), without: size > 1 ? finite(queue(size - 1, share, hold, spread)) : null,
    budget: { used, kept: pools * size, available, over: used > available || (wanted !== null && pools * wanted > available) },
    impossible, remarks: remarks(wish, { used, size, pools, now }),
    steps: steps(wish, { pools, share, size, overflow, used, available, now, twice }),
  };
}

const finite = (found) => Object.fromEntries(Object.entries(found).map(([name, value]) => [name, value === Infinity ? null : value]));

function whyNot(wish, { pools, available, each, wanted }) {
  const offered = wish.rate * wish.hold;
  if (each < 1) {
    return `${pools} processes want a connection each, and the database has ${available} for them. ` +
      "Fewer processes, a higher max_connections, or a pooler such as PgBouncer between them.";
  }
  if (offered >= available) {
    return `${text(wish.rate)} requests a second that hold a connection for ${duration(wish.hold)} keep ` +
      `${text(offered)} connections busy on average, and the database has ${available}: the queue is unbounded. ` +
      "Hold connections for a shorter time, or ask the database for more.";
  }
  if (wanted === null || wanted > each) {
    const at = queue(each, wish.rate / pools, wish.hold, wish.spread);
    return `Every pool would need ${wanted ?? "very many"} connections, and ${available} divided by ${pools} processes is ${each}. ` +
      (at.p95 === Infinity ? "With these the queue is unbounded. " : `With these, the p95 wait is ${duration(at.p95)}. `) +
      "Fewer processes share better: one pool for all needs less than many small ones. Or hold for a shorter time, or accept a longer wait.";
  }
  return "";
}

function remarks(wish, { used, size, pools, now }) {
  const said = [];
  if (wish.cores > 0 && used > 2 * wish.cores + 1) {
    said.push(`A database server with ${wish.cores} cores works well with about ${2 * wish.cores + 1} busy connections ` +
      "(cores × 2 + 1 disk; a starting point). If queries keep its cores busy, more connections make each slower: measure.");
  }
  if (now.utilisation > 0.8 && now.utilisation < 1) said.push(`At ${percent(now.utilisation)} use the pool stands at the knee: a little more load means much more waiting.`);
  if (pools > 1 && size > 1) {
    const shared = fewest(wish.rate, wish.hold, wish.spread, wish.wait);
    if (shared !== null && shared < pools * size) {
      said.push(`One pool for all would do with ${shared} instead of ${pools} × ${size} = ${pools * size}: many small pools waste what idles next door.`);
    }
  }
  if (wish.hold >= 0.5) said.push("Half a second is long to hold a connection. What happens in that time that needs none?");
  return said;
}

// Each formula with this wish's numbers, so that it can be done by hand.
function steps(wish, { pools, share, size, overflow, used, available, now, twice }) {
  const offered = share * wish.hold;
  return [
    {
      name: "Busy connections", source: "Little 1961",
      formula: "requests per second ÷ processes × seconds held",
      numbers: `${text(wish.rate)} ÷ ${pools} × ${text(wish.hold)} = ${text(offered)} in each pool`,
    },
    {
      name: "Utilisation", source: "queueing theory",
      formula: "busy connections ÷ pool_size",
      numbers: `${text(offered)} ÷ ${size} = ${text(now.utilisation)}`,
    },
    {
      name: "Chance of waiting", source: "Erlang 1917",
      formula: "B₀ = 1, Bₖ = a·Bₖ₋₁ ÷ (k + a·Bₖ₋₁); C = B ÷ (1 − ρ·(1 − B))",
      numbers: `with a = ${text(offered)}, ρ = ${text(now.utilisation)} and k up to ${size}: C = ${text(now.chance)}`,
    },
    {
      name: "Wait of 95 in 100", source: "Erlang C; the spread by Allen and Cunneen",
      formula: "ln(C ÷ 0.05) × seconds held ÷ (pool_size × (1 − ρ)) × (1 + spread²) ÷ 2, or 0 if C is below 0.05",
      numbers: now.p95 === Infinity ? "without end: the pool is too small" : `${duration(now.p95)}, wished for: at most ${duration(wish.wait)}`,
    },
    {
      name: "At twice the load", source: "the same formulas with pool_size + max_overflow",
      formula: "ρ = 2 × busy ÷ (pool_size + max_overflow)",
      numbers: twice.p95 === Infinity
        ? `2 × ${text(offered)} ÷ ${size + overflow} = ${text(twice.utilisation)}: the queue grows until pool_timeout ends it`
        : `2 × ${text(offered)} ÷ ${size + overflow} = ${text(twice.utilisation)}: p95 wait ${duration(twice.p95)}`,
    },
    {
      name: "Budget", source: "PostgreSQL: max_connections less the reserved ones",
      formula: "processes × hosts × (pool_size + max_overflow) ≤ max_connections − reserved",
      numbers: `${pools} × ${size + overflow} = ${used} ${used <= available ? "≤" : ">"} ${available}`,
    },
  ];
}

/** A number with three significant digits, without a tail of noughts. */
export function text(value) { return String(Number(value.toPrecision(3))); }

/** Seconds as people say them. */
export function duration(seconds) {
  if (seconds === null || seconds === Infinity) return "without end";
  if (seconds === 0) return "0 ms";
  return seconds < 1 ? `${text(seconds * 1000)} ms` : `${text(seconds)} s`;
}

export function percent(share) { return `${text(share * 100)} %`; }
