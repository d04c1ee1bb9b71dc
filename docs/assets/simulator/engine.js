// Requests, a pool of connections and a database, as a discrete-event simulation. No page, no clock, no chance but by seed.
//
//   new Simulation(settings, tell?) · run(until) · step() · snapshot() · result()
//
//   Requests (slots) <─ PoolRules (who gets a connection) <─ Simulation (time, who comes, who ends) ─> snapshot, result
//
// The rules are those of SQLAlchemy 2's QueuePool; each names what it copies (pool/impl.py, pool/base.py, util/queue.py).
// Times are seconds, shares are from 0 to 1. The tests hold it to queueing theory, to the real QueuePool step by step, and to
// recorded runs against PostgreSQL.

import { Histogram, Random } from "./parts.js";
import { PoolRules } from "./rules.js";
import { ARRIVE, DEFAULTS, END, LEAK, LEAKED, QUEUED, RETRY, RETURN, TIMEOUT, WAKE } from "./settings.js";
import { idle, result, snapshot } from "./snapshot.js";

export { DEFAULTS };

export class Simulation extends PoolRules {
  // `tell(event)` hears of everything: {kind, time, request, connection, process}; numbers begin at 1, 0 means none.
  constructor(settings = {}, tell = null) {
    const unknown = Object.keys(settings).filter((name) => !(name in DEFAULTS));
    if (unknown.length) throw new RangeError(`There is no setting ${unknown.join(", ")}.`);
    const own = { ...DEFAULTS, ...settings };
    if (own.pool_timeout !== null && own.pool_timeout < 0) throw new RangeError("pool_timeout must not be negative.");
    super(own, tell);
    this.total = new Histogram(); // from arrival to the end, of the requests that were served
    // Who comes when does not depend on the pool: each purpose has its own stream of chance.
    [this.coming, this.work, this.luck, this.route, this.thinking] = [1, 2, 3, 4, 5].map((stream) => new Random(own.seed, stream));
    this.replayed = 0;
    this.nextArrival = this._firstArrival();
  }

  // ---- time ----

  /** When the next thing happens, in seconds; Infinity if nothing will. */
  get next() {
    const { events, deadlines } = this;
    let time = events.size ? events.times[0] : Infinity;
    if (deadlines.first[0] >= 0) time = Math.min(time, this.deadline[deadlines.first[0]]);
    return Math.min(time, this.nextArrival, this.restartAt);
  }

  /** Let the next thing happen if it does so until then; false if it does not. At one time: ends, time-outs, arrivals. */
  step(until = Number.MAX_VALUE) {
    const { events, nextArrival, restartAt } = this;
    const waiter = this.deadlines.first[0];
    const limit = waiter < 0 ? Infinity : this.deadline[waiter];
    const queued = events.size ? events.times[0] : Infinity;
    if (queued <= limit && queued <= nextArrival && queued <= restartAt) {
      if (queued > until) return false;
      this.now = queued;
      const what = events.pop(), slot = what >> 2, kind = what & 3;
      if (kind === END) this._end(slot);
      else if (kind === WAKE) this._wake(slot);
      else this._arrive();
    } else if (limit <= nextArrival && limit <= restartAt) {
      if (limit > until) return false;
      this.now = limit;
      this._giveUp(waiter);
    } else if (nextArrival <= restartAt) {
      if (nextArrival > until) return false;
      this.now = nextArrival;
      this._come();
    } else {
      if (restartAt > until) return false;
      this.now = restartAt;
      this._restart();
    }
    return true;
  }

  /** Run until this time, in seconds, or until as many requests as `arrivals` have come. */
  run(until = Number.MAX_VALUE, arrivals = Infinity) {
    const { counts } = this;
    while (counts.arrived < arrivals) {
      if (!this.step(until)) {
        if (until < Number.MAX_VALUE) this.now = Math.max(this.now, until);
        break;
      }
    }
    return this;
  }

  /** Forget what was measured so far, not what goes on: for leaving out the beginning. */
  forget() {
    this.wait.clear();
    this.total.clear();
    for (const name of Object.keys(this.counts)) this.counts[name] = 0;
    return this;
  }

  // ---- who comes ----

  _firstArrival() {
    const own = this.settings;
    if (own.pattern === "steady") return own.rate > 0 ? this.coming.exponential(1 / own.rate) : Infinity;
    if (own.pattern === "even") return own.rate > 0 ? 1 / own.rate : Infinity;
    if (own.pattern === "burst") return 0;
    if (own.pattern === "replay") return own.arrivals.length ? own.arrivals[0] : Infinity;
    if (own.pattern === "closed") {
      for (let shopper = 0; shopper < own.shoppers; shopper += 1) this.events.push(own.think * this.thinking.next(), RETRY);
    } else if (own.pattern !== "none") throw new RangeError(`There is no pattern ${own.pattern}.`);
    return Infinity;
  }

  _come() {
    const own = this.settings;
    let at = this.nextArrival;
    if (own.pattern === "steady") at += this.coming.exponential(1 / own.rate);
    else if (own.pattern === "even") at += 1 / own.rate;
    else if (own.pattern === "burst") at += own.every;
    else at = own.arrivals[this.replayed + 1] ?? Infinity;
    this.nextArrival = at;
    if (own.pattern === "burst") for (let count = 0; count < own.burst; count += 1) this._arrive();
    else this._arrive();
  }

  _arrive() {
    const own = this.settings;
    let hold = own.pattern === "replay" ? own.holds[this.replayed++] : this.work.duration(own.hold, own.spread);
    if (own.slow > 0 && this.luck.next() < own.slow) hold = own.slow_hold;
    const slot = this._slot(hold, own.processes > 1 ? (this.route.next() * own.processes) | 0 : 0);
    this.leaks[slot] = own.leak > 0 && this.luck.next() < own.leak ? 1 : 0;
    if (this.tell !== null) this._report(ARRIVE, slot);
    const pool = this.pools[this.process[slot]];
    if (own.threads > 0 && pool.threads >= own.threads) {
      this.state[slot] = QUEUED; // for a thread, in order: anyio's CapacityLimiter, which FastAPI's `def` endpoints share
      this.lines.append(own.processes + this.process[slot], slot);
    } else this._begin(slot, pool);
  }

  _begin(slot, pool) {
    pool.threads += 1;
    this.asked[slot] = this.now;
    this._checkout(slot, pool);
  }

  // ---- ends ----

  _end(slot) {
    const pool = this.pools[this.process[slot]];
    const place = this.record[slot];
    this.total.add(this.now - this.arrived[slot]);
    this.counts.served += 1;
    this.counts.busy += this.now - this.from[slot];
    if (this.leaks[slot]) {
      this.counts.leaked += 1;
      this.state[slot] = LEAKED;
      if (this.tell !== null) this._report(LEAK, slot, pool.records[place].connection);
      this._after(slot, pool);
      return;
    }
    const record = pool.records[place];
    record.request = -1;
    if (this.tell !== null) this._report(RETURN, slot, record.connection);
    this._release(slot);
    this._putBack(place, pool);
    this._after(slot, pool);
  }

  _fail(slot, pool, kind) {
    this.counts[kind === TIMEOUT ? "timeouts" : kind] += 1;
    if (this.tell !== null) this._report(kind, slot);
    this._release(slot);
    this._after(slot, pool);
  }

  // The thread is free for who waits for one; in a closed loop the shopper thinks and comes again.
  _after(slot, pool) {
    const own = this.settings;
    pool.threads -= 1;
    if (own.pattern === "closed") this.events.push(this.now + (own.think > 0 ? this.thinking.exponential(own.think) : 0), RETRY);
    if (own.threads > 0) {
      const line = own.processes + this.process[slot];
      const next = this.lines.first[line];
      if (next >= 0) {
        this.lines.remove(line, next);
        this._begin(next, pool);
      }
    }
  }

  // ---- by hand: pattern "none" ----

  /** Ask for a connection now; gives a slot for checkin(). It is kept until that. */
  checkout() {
    const slot = this._slot(Infinity, 0);
    this.leaks[slot] = 0;
    this._begin(slot, this.pools[0]);
    return slot;
  }

  /** Give back what checkout() lent. */
  checkin(slot) { this._end(slot); }

  // ---- what can be seen ----

  /** The numbers of the idle connections of a process, longest idle first. */
  idle(process = 0) { return idle(this, process); }

  /** What is now, as plain data: for each process its connections by place, who waits and since when. */
  snapshot() { return snapshot(this); }

  /** What was measured, as plain data; durations in seconds, null without values. */
  result() { return result(this); }
}
