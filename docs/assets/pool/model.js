/* SQLAlchemy's QueuePool and NullPool under the reader's hand, one call at a time, on the simulator's engine.
 *
 * Time is in seconds and moves only by advance(). A loan is what connect() gives: its `state` is lent, waiting,
 * failed or returned. tests/content/test_pool_model.py runs the same scripts through this and through the real pool. */

import { Simulation } from "../simulator/engine.js";

export const LENT = "lent", WAITING = "waiting", FAILED = "failed", RETURNED = "returned";

class ByHand {
  #simulation;
  #slots = new Map(); // loans that are lent or wait, with the simulation's slot
  #waiters = new Map(); // loans that wait, by the simulation's number of the request
  #asking = null;

  constructor(settings) {
    this.#simulation = new Simulation({ pattern: "none", open: 0, ...settings }, (event) => this.#hear(event));
    this.lent = [];    // loans, oldest first
    this.waiting = []; // loans, longest waiting first
    this.asked = 0;
  }

  get now() { return this.#simulation.now; }
  get opened() { return this.#simulation.counts.opened; }
  get closed() { return this.#simulation.counts.closed; }
  get idle() { return this.#simulation.idle(); } // numbers of connections, longest idle first

  connect() {
    const loan = { caller: ++this.asked, state: WAITING, connection: null, since: this.now, deadline: null, error: null };
    this.#asking = loan;
    const slot = this.#simulation.checkout();
    if (loan.state !== FAILED) this.#slots.set(loan, slot);
    return loan;
  }

  /** Give back; like SQLAlchemy's close(), doing it twice is harmless. Who waits thread-blocked cannot close. */
  close(loan) {
    if (loan.state !== LENT) return;
    loan.state = RETURNED;
    this.lent.splice(this.lent.indexOf(loan), 1);
    const slot = this.#slots.get(loan);
    this.#slots.delete(loan);
    this.#simulation.checkin(slot);
  }

  /** Let seconds pass; whoever reaches the end of pool_timeout gives up, in the order of deadlines. */
  advance(seconds) { this.#simulation.run(this.now + seconds); }

  /** Seconds until something happens by itself; null if nothing will. */
  get untilNext() {
    const { next } = this.#simulation;
    return next < Infinity ? next - this.now : null;
  }

  #hear({ kind, request, connection, time }) {
    const loan = this.#waiters.get(request) ?? this.#asking;
    if (kind === "wait") {
      loan.deadline = this.timeout === null ? Infinity : time + this.timeout;
      this.waiting.push(loan);
      this.#waiters.set(request, loan);
    } else if (kind === "open" || kind === "borrow") {
      this.#leaveLine(loan, request);
      Object.assign(loan, { state: LENT, connection, deadline: null });
      this.lent.push(loan);
    } else if (kind === "timeout") {
      this.#leaveLine(loan, request);
      this.#slots.delete(loan);
      fail(loan, "TimeoutError", `QueuePool limit of size ${this.poolSize} overflow ${this.overflow} reached, ` +
        `connection timed out, timeout ${this.timeout.toFixed(2)} (Background on this error at: https://sqlalche.me/e/21/3o7r)`);
    }
  }

  #leaveLine(loan, request) {
    if (this.#waiters.delete(request)) this.waiting.splice(this.waiting.indexOf(loan), 1);
  }
}

export class QueuePool extends ByHand {
  /** pool_timeout: null waits for ever. pool_size 0 lifts every limit and keeps pooling on, as in SQLAlchemy. */
  constructor({ poolSize = 5, maxOverflow = 10, timeout = 30, lifo = false } = {}) {
    const max_overflow = poolSize === 0 ? -1 : maxOverflow;
    const pool_timeout = timeout === null ? null : Math.max(timeout, 0);
    super({ pool_size: poolSize, max_overflow, pool_timeout, pool_use_lifo: lifo });
    Object.assign(this, { poolSize, maxOverflow: max_overflow, timeout });
  }

  connect() {
    // A negative time-out is noticed only by whoever has to wait.
    if (this.timeout !== null && this.timeout < 0 && this.maxOverflow > -1 && !this.idle.length && this.#counter >= this.maxOverflow) {
      const loan = { caller: ++this.asked, state: WAITING, connection: null, since: this.now, deadline: null, error: null };
      return fail(loan, "ValueError", "'timeout' must be a positive number");
    }
    return super.connect();
  }

  get #counter() { return this.opened - this.closed - this.poolSize; } // SQLAlchemy's _overflow
  get overflow() { return this.poolSize ? this.#counter : 0; }
  get checkedout() { return this.poolSize - this.idle.length + this.#counter; }

  status() {
    return `Pool size: ${this.poolSize}  Connections in pool: ${this.idle.length} ` +
      `Current Overflow: ${this.overflow} Current Checked out connections: ${this.checkedout}`;
  }
}

/** No pool: every connect() opens, every close() closes, nobody waits and nothing limits. */
export class NullPool extends ByHand {
  constructor() {
    super({ pooled: false });
    Object.assign(this, { poolSize: 0, maxOverflow: -1 });
  }

  status() { return "NullPool"; }
}

function fail(loan, kind, text) {
  return Object.assign(loan, { state: FAILED, deadline: null, error: { kind, text } });
}
