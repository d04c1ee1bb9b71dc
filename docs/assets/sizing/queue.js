// The formulas: how long requests wait for a pool. No page, no chance. Rates are per second, times in seconds.

const PATIENT = 0.95; // the share of requests that may wait no longer than wished
export const EDGE = 1e-12;

/** Chance that a request finds none of `servers` connections free, where nobody waits; `offered` is rate × hold (Erlang B). */
export function erlangB(servers, offered) {
  let blocked = 1;
  for (let count = 1; count <= servers; count += 1) blocked = (offered * blocked) / (count + offered * blocked);
  return blocked;
}

/** Chance that a request waits in a queue with `servers` connections (Erlang C). */
export function erlangC(servers, offered) {
  if (offered >= servers) return 1;
  const blocked = erlangB(servers, offered);
  return blocked / (1 - (offered / servers) * (1 - blocked));
}

/** What requests meet at a pool of `servers`: utilisation, chance of waiting, waits in seconds (Infinity: without end). */
export function queue(servers, rate, hold, spread) {
  const offered = rate * hold;
  const utilisation = offered / servers;
  if (utilisation >= 1 - EDGE) return { utilisation, chance: 1, mean: Infinity, p95: Infinity, p99: Infinity };
  const chance = erlangC(servers, offered);
  const whoWaits = meanOfWhoWaits(servers, utilisation, hold, spread);
  const quantile = (share) => Math.max(0, Math.log(chance / (1 - share)) * whoWaits);
  return { utilisation, chance, mean: chance * whoWaits, p95: quantile(PATIENT), p99: quantile(0.99) };
}

// Allen and Cunneen: work that varies less queues less.
function meanOfWhoWaits(servers, utilisation, hold, spread) {
  return (hold / servers / (1 - utilisation)) * ((1 + spread * spread) / 2);
}

/** The share of requests that wait longer than `limit` seconds, if nobody gives up. */
export function waitLonger(servers, rate, hold, spread, limit) {
  const { utilisation, chance } = queue(servers, rate, hold, spread);
  if (utilisation >= 1 - EDGE) return 1;
  return chance * Math.exp(-limit / meanOfWhoWaits(servers, utilisation, hold, spread));
}

/** The share of requests that find `number` or more of `servers` connections in use. */
export function findInUse(number, servers, offered) {
  if (offered >= servers) return 1;
  let weight = 1, below = 0, total = 0; // of 0, 1, 2 … in use, up to a common factor
  for (let inUse = 0; inUse < servers; inUse += 1) {
    total += weight;
    if (inUse < number) below += weight;
    weight *= offered / (inUse + 1);
    if (weight > 1e200) [weight, below, total] = [weight, below, total].map((value) => value / 1e200);
  }
  return 1 - below / (total + weight / (1 - offered / servers)); // all in use, with 0, 1, 2 … waiting
}

/** The fewest connections with which 95 of 100 requests wait no longer than `wait`. */
export function fewest(rate, hold, spread, wait, most = 1e5) {
  for (let servers = Math.max(1, Math.ceil(rate * hold + EDGE)); servers <= most; servers += 1) {
    if (queue(servers, rate, hold, spread).p95 <= wait + EDGE) return servers;
  }
  return null;
}

/** Numbers for JSON, which has no Infinity: null is "without end". */
export function finite(found) {
  return Object.fromEntries(Object.entries(found).map(([name, value]) => [name, value === Infinity ? null : value]));
}
