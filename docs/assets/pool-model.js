/* SQLAlchemy's QueuePool and NullPool as a deterministic model: no page, no clock of its own, no chance.
 *
 * Time is in seconds and moves only by advance(). A loan is what connect() gives: its `state` is lent, waiting,
 * failed or returned. tests/content/test_pool_model.py runs the same scripts through this and through the real pool. */

export const LENT = "lent", WAITING = "waiting", FAILED = "failed", RETURNED = "returned";

export class QueuePool {
  /** pool_timeout: null waits for ever. pool_size 0 lifts every limit and keeps pooling on, as in SQLAlchemy. */
  constructor({ poolSize = 5, maxOverflow = 10, timeout = 30, lifo = false } = {}) {
    this.poolSize = poolSize;
    this.maxOverflow = poolSize === 0 ? -1 : maxOverflow;
    this.timeout = timeout;
    this.lifo = lifo;
    this.now = 0;
    this.asked = this.opened = this.closed = 0;
    this.idle = [];    // numbers of connections, longest idle first
    this.waiting = []; // loans, longest waiting first
    this.lent = [];    // loans, oldest first
    this.counter = -poolSize; // SQLAlchemy's _overflow: open connections minus pool_size
  }

  connect() {
    const loan = { caller: ++this.asked, state: WAITING, connection: null, since: this.now, deadline: null, error: null };
    const full = this.maxOverflow > -1 && this.counter >= this.maxOverflow;
    if (full && this.timeout !== null && this.timeout < 0) {
      return fail(loan, "ValueError", "'timeout' must be a positive number");
    }
    if (this.idle.length) this.#lend(loan, this.lifo ? this.idle.pop() : this.idle.shift());
    else if (!full) {
      this.counter += 1;
      this.#lend(loan, ++this.opened);
    } else if (this.timeout === 0) this.#giveUp(loan);
    else {
      loan.deadline = this.timeout === null ? Infinity : this.now + this.timeout;
      this.waiting.push(loan);
    }
    return loan;
  }

  /** Give back; like SQLAlchemy's close(), doing it twice is harmless. Who waits thread-blocked cannot close. */
  close(loan) {
    if (loan.state !== LENT) return;
    loan.state = RETURNED;
    this.lent.splice(this.lent.indexOf(loan), 1);
    if (this.waiting.length) this.#lend(this.waiting.shift(), loan.connection);
    else if (this.poolSize > 0 && this.idle.length >= this.poolSize) {
      this.counter -= 1; // no place among the idle ones: this one is closed
      this.closed += 1;
    } else this.idle.push(loan.connection);
  }

  /** Let seconds pass; whoever reaches the end of pool_timeout gives up, in the order of deadlines. */
  advance(seconds) {
    const end = this.now + seconds;
    while (this.waiting.length && this.waiting[0].deadline <= end) {
      this.now = this.waiting[0].deadline;
      this.#giveUp(this.waiting.shift());
    }
    this.now = end;
  }

  /** Seconds until something happens by itself; null if nothing will. */
  get untilNext() {
    const deadline = this.waiting[0]?.deadline;
    return Number.isFinite(deadline) ? deadline - this.now : null;
  }

  get overflow() { return this.poolSize ? this.counter : 0; }
  get checkedout() { return this.poolSize - this.idle.length + this.counter; }

  status() {
    return `Pool size: ${this.poolSize}  Connections in pool: ${this.idle.length} ` +
      `Current Overflow: ${this.overflow} Current Checked out connections: ${this.checkedout}`;
  }

  #lend(loan, connection) {
    Object.assign(loan, { state: LENT, connection, deadline: null });
    this.lent.push(loan);
  }

  #giveUp(loan) {
    fail(loan, "TimeoutError", `QueuePool limit of size ${this.poolSize} overflow ${this.overflow} reached, ` +
      `connection timed out, timeout ${this.timeout.toFixed(2)} (Background on this error at: https://sqlalche.me/e/21/3o7r)`);
  }
}

/** No pool: every connect() opens, every close() closes, nobody waits and nothing limits. */
export class NullPool {
  constructor() {
    this.now = this.asked = this.opened = this.closed = 0;
    this.poolSize = 0;
    this.maxOverflow = -1;
    this.idle = [];
    this.waiting = [];
    this.lent = [];
    this.untilNext = null;
  }

  connect() {
    const loan = { caller: ++this.asked, state: LENT, connection: ++this.opened, since: this.now, deadline: null, error: null };
    this.lent.push(loan);
    return loan;
  }

  close(loan) {
    if (loan.state !== LENT) return;
    loan.state = RETURNED;
    this.lent.splice(this.lent.indexOf(loan), 1);
    this.closed += 1;
  }

  advance(seconds) { this.now += seconds; }

  status() { return "NullPool"; }
}

function fail(loan, kind, text) {
  return Object.assign(loan, { state: FAILED, deadline: null, error: { kind, text } });
}
