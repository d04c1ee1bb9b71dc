/* A pool without overflow under traffic that comes independently: who waits how long, moment by moment. Times are milliseconds.
 *
 * tests/content/test_knee_model.py takes the same requests through a real QueuePool, in a time of the test's own. */

export const HOLD = 20; // milliseconds that a connection is held, on average

/** Draw requests: `number` of them, `rate` per second on average; the same ones at each call, for each rate the same holds. */
export function traffic(rate, number) {
  let state = 95028; // drawn so that this short run waits about as long as the formula says
  // Park and Miller's minimal standard generator: enough for a drawing, and in whole numbers the same everywhere.
  const uniform = () => (state = (state * 48271) % 2147483647) / 2147483647;
  let at = 0;
  return Array.from({ length: number }, (_, index) => {
    at -= (Math.log(uniform()) * 1000) / rate;
    return { number: index, at, held: -Math.log(uniform()) * HOLD };
  });
}

export class Rush {
  constructor(connections, requests) {
    this.requests = requests;
    this.lanes = Array(connections).fill(null); // by connection: the request that holds it, with `until`
    this.queue = [];
    this.waits = [];
    this.now = this.come = this.done = this.busy = 0;
  }

  get over() { return this.done === this.requests.length; }

  get untilNext() {
    const ends = this.lanes.flatMap((request) => (request ? [request.until] : []));
    const next = Math.min(this.requests[this.come]?.at ?? Infinity, ...ends);
    return next === Infinity ? null : next - this.now;
  }

  /** Let time pass from event to event; the last of them is at the end or before it. */
  advance(passed) {
    const end = this.now + passed;
    for (let next = this.untilNext; next !== null && this.now + next <= end + 1e-9; next = this.untilNext) {
      this.#pass(next);
      this.lanes.forEach((request, lane) => {
        if (!request || request.until > this.now) return;
        this.lanes[lane] = null;
        this.done += 1;
      });
      while (this.requests[this.come]?.at <= this.now) this.queue.push({ ...this.requests[this.come++] });
      this.#seat();
    }
    if (!this.over) this.#pass(Math.max(0, end - this.now));
  }

  #pass(time) {
    this.busy += time * this.lanes.filter(Boolean).length;
    this.now += time;
  }

  #seat() {
    for (let lane = this.lanes.indexOf(null); this.queue.length && lane >= 0; lane = this.lanes.indexOf(null)) {
      const request = this.queue.shift();
      this.waits.push(this.now - request.at);
      this.lanes[lane] = { ...request, until: this.now + request.held };
    }
  }

  /** The share of the connections' time in which they were in use. */
  get use() { return this.now ? this.busy / this.now / this.lanes.length : 0; }

  /** The wait that 95 % of those served so far have not exceeded. */
  get p95() {
    const sorted = [...this.waits].sort((one, other) => one - other);
    return sorted[Math.ceil(sorted.length * 0.95) - 1] ?? 0;
  }
}
