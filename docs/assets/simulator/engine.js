// Requests, a pool of connections and a database, as a discrete-event simulation. No page, no clock, no chance but by seed.
//
//   new Simulation(settings, tell?) · run(until) · step() · snapshot() · result()
//
// The rules are those of SQLAlchemy 2's QueuePool; each names what it copies (pool/impl.py, pool/base.py, util/queue.py).
// Times are seconds, shares are from 0 to 1. The tests hold it to queueing theory, to the real QueuePool step by step, and to
// recorded runs against PostgreSQL.

import { EventQueue, Histogram, Lists, longer, Random } from "./parts.js";

export const DEFAULTS = Object.freeze({
  seed: 1,
  // the pool, under SQLAlchemy's names
  pooled: true,        // false: NullPool, every loan opens and closes
  pool_size: 5,        // 0 lifts every limit
  max_overflow: 10,    // -1 lifts the limit
  pool_timeout: 30,    // seconds; null waits for ever
  pool_use_lifo: false,
  pool_recycle: -1,    // seconds; -1: never
  pool_pre_ping: false,
  fair: false,         // true: a returned connection belongs to who waits longest, as in psycopg_pool
  // the service
  processes: 1,        // each has a pool of its own
  threads: 0,          // of each process: a request needs one from start to end; 0: as many as it likes
  pattern: "steady",   // steady (Poisson) | even | burst | closed | replay | none
  rate: 100,           // requests per second, of all processes together (steady, even)
  burst: 50,           // requests at once …
  every: 1,            // … every so many seconds
  shoppers: 50,        // closed loop: so many, each of whom thinks between two requests
  think: 0.1,          // seconds at the mean, exponential
  arrivals: null,      // replay: seconds, rising
  holds: null,         // replay: seconds for each of the arrivals
  hold: 0.02,          // seconds for which a request keeps its connection, at the mean
  spread: 1,           // coefficient of variation of it: 0 constant, 1 exponential, else log-normal
  open: 0.006,         // seconds to open a connection
  ping: 0.0003,        // seconds for a pre-ping
  wake: 0,             // seconds until a thread that was woken runs again
  // the database and what goes wrong
  max_connections: 0,  // of the database; 0: no limit
  leak: 0,             // share of the requests that never give back
  slow: 0,             // share of the requests that hold …
  slow_hold: 2,        // … so long instead
  restart: 0,          // when the database restarts; 0: never
  downtime: 0,         // seconds for which it then refuses connections
});

// What may happen; the names of events.
const ARRIVE = "arrive", BORROW = "borrow", OPEN = "open", WAIT = "wait", TIMEOUT = "timeout", RETURN = "return",
  CLOSE = "close", REFUSED = "refused", BROKEN = "broken", LEAK = "leak", RESTART = "restart";

const FREE = 0, QUEUED = 1, WAITING = 2, WOKEN = 3, HOLDING = 4, LEAKED = 5; // states of a request
const END = 0, WAKE = 1, RETRY = 2; // kinds of events in the queue: a request ends, a woken thread runs, a shopper is back

export class Simulation {
  // `tell(event)` hears of everything: {kind, time, request, connection, process}; numbers begin at 1, 0 means none.
  constructor(settings = {}, tell = null) {
    const unknown = Object.keys(settings).filter((name) => !(name in DEFAULTS));
    if (unknown.length) throw new RangeError(`There is no setting ${unknown.join(", ")}.`);
    this.settings = { ...DEFAULTS, ...settings };
    const own = this.settings;
    if (own.pool_timeout !== null && own.pool_timeout < 0) throw new RangeError("pool_timeout must not be negative.");
    this.tell = tell;
    this.now = 0;
    this.events = new EventQueue();
    this.wait = new Histogram();  // from asking the pool to having a connection in turn; opening it comes on top
    this.total = new Histogram(); // from arrival to the end, of the requests that were served
    this.counts = { arrived: 0, served: 0, timeouts: 0, refused: 0, broken: 0, opened: 0, closed: 0, reused: 0, leaked: 0, waited: 0, busy: 0 };

    // Who comes when does not depend on the pool: each purpose has its own stream of chance.
    [this.coming, this.work, this.luck, this.route, this.thinking] = [1, 2, 3, 4, 5].map((stream) => new Random(own.seed, stream));

    // Requests live in slots that are used again.
    this.free = [];
    this.slots = 64;
    this.state = new Uint8Array(64);
    this.number = new Float64Array(64);
    this.arrived = new Float64Array(64);
    this.asked = new Float64Array(64);
    this.hold = new Float64Array(64);
    this.from = new Float64Array(64);  // when it got its connection, or began to open one
    this.until = new Float64Array(64);
    this.ready = new Float64Array(64); // when the connection it opens is open
    this.deadline = new Float64Array(64);
    this.process = new Int32Array(64);
    this.record = new Int32Array(64);
    this.leaks = new Uint8Array(64);
    for (let slot = 63; slot >= 0; slot -= 1) this.free.push(slot);
    // For each process one list of those who wait for its pool, one of those who wait for a thread.
    this.lines = new Lists(2 * own.processes, 64);
    this.deadlines = new Lists(1, 64);

    this.pools = Array.from({ length: own.processes }, () => ({
      idle: [],       // records, longest idle first
      first: 0,       // where the idle ones begin in that array
      records: [],    // every record by its place: {connection, started, alive, request}
      vacant: [],     // places without a record
      open: 0,        // SQLAlchemy's _overflow + pool_size: records there are, or are being made
      stale: -1,      // connections opened before this are renewed (Pool._invalidate_time)
      threads: 0,     // threads in use
    }));
    this.limit = own.pool_size === 0 || own.max_overflow === -1 || !own.pooled ? Infinity : own.pool_size + own.max_overflow;
    this.keep = own.pool_size === 0 ? Infinity : own.pool_size;
    this.patience = own.pool_timeout ?? Infinity;
    this.sessions = 0; // connections that the database has
    this.ceiling = own.max_connections || Infinity;
    this.restartAt = own.restart || Infinity;
    this.downUntil = 0;
    this.replayed = 0;
    this.nextArrival = this.#firstArrival();
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
      if (kind === END) this.#end(slot);
      else if (kind === WAKE) this.#wake(slot);
      else this.#arrive();
    } else if (limit <= nextArrival && limit <= restartAt) {
      if (limit > until) return false;
      this.now = limit;
      this.#giveUp(waiter);
    } else if (nextArrival <= restartAt) {
      if (nextArrival > until) return false;
      this.now = nextArrival;
      this.#come();
    } else {
      if (restartAt > until) return false;
      this.now = restartAt;
      this.#restart();
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

  #firstArrival() {
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

  #come() {
    const own = this.settings;
    let at = this.nextArrival;
    if (own.pattern === "steady") at += this.coming.exponential(1 / own.rate);
    else if (own.pattern === "even") at += 1 / own.rate;
    else if (own.pattern === "burst") at += own.every;
    else at = own.arrivals[this.replayed + 1] ?? Infinity;
    this.nextArrival = at;
    if (own.pattern === "burst") for (let count = 0; count < own.burst; count += 1) this.#arrive();
    else this.#arrive();
  }

  #arrive() {
    const own = this.settings;
    let hold = own.pattern === "replay" ? own.holds[this.replayed++] : this.work.duration(own.hold, own.spread);
    if (own.slow > 0 && this.luck.next() < own.slow) hold = own.slow_hold;
    const slot = this.#slot(hold, own.processes > 1 ? (this.route.next() * own.processes) | 0 : 0);
    this.leaks[slot] = own.leak > 0 && this.luck.next() < own.leak ? 1 : 0;
    if (this.tell !== null) this.#told(ARRIVE, slot);
    const pool = this.pools[this.process[slot]];
    if (own.threads > 0 && pool.threads >= own.threads) {
      this.state[slot] = QUEUED; // for a thread, in order: anyio's CapacityLimiter, which FastAPI's `def` endpoints share
      this.lines.append(own.processes + this.process[slot], slot);
    } else this.#begin(slot, pool);
  }

  #begin(slot, pool) {
    pool.threads += 1;
    this.asked[slot] = this.now;
    this.#checkout(slot, pool);
  }

  // ---- the pool's rules ----

  // QueuePool._do_get: an idle connection if there is one; else open one if the limit allows; else wait.
  // Whoever asks first gets: the queue has no memory of who was woken (util/queue.py, get: `while self._empty(): wait`).
  #checkout(slot, pool) {
    const own = this.settings;
    if (pool.idle.length > pool.first) this.#take(slot, pool);
    else if (pool.open < this.limit) this.#grow(slot, pool);
    else {
      this.deadline[slot] = this.now + this.patience;
      if (this.patience === 0) return void this.#fail(slot, pool, TIMEOUT);
      this.counts.waited += 1;
      this.state[slot] = WAITING;
      this.lines.append(this.process[slot], slot);
      if (own.pool_timeout !== null) this.deadlines.append(0, slot);
      if (this.tell !== null) this.#told(WAIT, slot);
    }
  }

  // Queue.get: the one that came back first, or with pool_use_lifo the one that came back last.
  #take(slot, pool) {
    const own = this.settings;
    let place;
    if (own.pool_use_lifo) place = pool.idle.pop();
    else {
      place = pool.idle[pool.first++];
      if (pool.first > 1024 && pool.first * 2 > pool.idle.length) {
        pool.idle = pool.idle.slice(pool.first);
        pool.first = 0;
      }
    }
    const record = pool.records[place];
    this.record[slot] = place;
    // _ConnectionRecord.get_connection: renew it if it is gone, older than pool_recycle, or opened before the pool heard of a
    // disconnect. _ConnectionFairy._checkout: with pool_pre_ping ask first; an unanswered ping makes the whole pool stale.
    let pause = 0;
    let renew = record.connection === 0 || record.started < pool.stale;
    if (!renew && own.pool_recycle > -1 && this.now - record.started > own.pool_recycle) renew = true;
    if (!renew && own.pool_pre_ping) {
      pause = own.ping;
      if (!record.alive) {
        pool.stale = this.now;
        renew = true;
      }
    }
    if (renew) {
      if (record.connection) this.#drop(record, slot);
      if (!this.#connect(record, slot)) {
        this.#fail(slot, pool, REFUSED); // _checkin_failed: the empty record goes back
        this.#putBack(place, pool);
      } else this.#lend(slot, record, pause + own.open);
    } else if (!record.alive) {
      // Nobody asked before: the query fails, the error counts as a disconnect, and the whole pool becomes stale.
      pool.stale = this.now;
      this.#drop(record, slot);
      this.#fail(slot, pool, BROKEN);
      this.#putBack(place, pool);
    } else {
      this.counts.reused += 1;
      this.#lend(slot, record, pause, BORROW);
    }
  }

  // QueuePool._inc_overflow and _create_connection; if it cannot be opened, _dec_overflow, and nobody who waits is told.
  #grow(slot, pool) {
    pool.open += 1;
    const place = pool.vacant.pop() ?? pool.records.length;
    const record = { connection: 0, started: 0, alive: false, request: -1 };
    pool.records[place] = record;
    this.record[slot] = place;
    if (this.#connect(record, slot)) return void this.#lend(slot, record, this.settings.open);
    this.#remove(place, pool);
    this.#fail(slot, pool, REFUSED);
  }

  #connect(record, slot) {
    if (this.sessions >= this.ceiling || this.now < this.downUntil) return false;
    this.sessions += 1;
    record.connection = ++this.counts.opened;
    record.started = this.now;
    record.alive = true;
    if (this.tell !== null) this.#told(OPEN, slot, record.connection);
    return true;
  }

  #drop(record, slot) {
    this.counts.closed += 1;
    if (record.alive) this.sessions -= 1;
    if (this.tell !== null) this.#told(CLOSE, slot, record.connection);
    record.connection = 0;
    record.alive = false;
  }

  #lend(slot, record, pause, kind = "") {
    const waited = this.now - this.asked[slot];
    this.wait.add(waited);
    this.state[slot] = HOLDING;
    this.from[slot] = this.now;
    this.ready[slot] = this.now + pause;
    record.request = slot;
    if (kind && this.tell !== null) this.#told(kind, slot, record.connection);
    if (this.leaks[slot]) {
      // The answer is given, the connection is not: it stays lent for ever.
      this.until[slot] = this.now + pause + this.hold[slot];
      this.events.push(this.until[slot], (slot << 2) | END);
    } else if (this.hold[slot] < Infinity) {
      this.until[slot] = this.now + pause + this.hold[slot];
      this.events.push(this.until[slot], (slot << 2) | END);
    } else this.until[slot] = Infinity;
  }

  // QueuePool._do_return_conn: into the queue; if that is full, closed. Queue.put wakes the one who waits longest.
  #putBack(place, pool) {
    const own = this.settings;
    if (!own.pooled || pool.idle.length - pool.first >= this.keep) {
      const record = pool.records[place];
      if (record.connection) this.#drop(record, -1);
      this.#remove(place, pool);
      return;
    }
    pool.idle.push(place);
    const line = own.processes === 1 ? 0 : this.pools.indexOf(pool);
    const waiter = this.lines.first[line];
    if (waiter < 0) return;
    this.#leaveLine(waiter, line);
    if (own.fair || own.wake === 0) this.#take(waiter, pool);
    else {
      this.state[waiter] = WOKEN;
      this.events.push(this.now + own.wake, (waiter << 2) | WAKE);
    }
  }

  // A woken thread looks again. If a running one was faster it waits anew, last in line, for what is left of its time-out.
  #wake(slot) {
    const pool = this.pools[this.process[slot]];
    if (pool.idle.length > pool.first) this.#take(slot, pool);
    else if (this.deadline[slot] <= this.now) this.#late(slot, pool);
    else {
      this.state[slot] = WAITING;
      this.lines.append(this.process[slot], slot);
      if (this.settings.pool_timeout !== null) this.#queueDeadline(slot);
    }
  }

  #queueDeadline(slot) {
    // Those who wait anew keep their deadline, so the list stays sorted only if it is put in its place: mostly the first.
    const { deadlines } = this;
    const later = [];
    while (deadlines.last[0] >= 0 && this.deadline[deadlines.last[0]] > this.deadline[slot]) {
      later.push(deadlines.last[0]);
      deadlines.remove(0, deadlines.last[0]);
    }
    deadlines.append(0, slot);
    while (later.length) deadlines.append(0, later.pop());
  }

  #giveUp(slot) {
    this.#leaveLine(slot, this.process[slot]);
    this.#late(slot, this.pools[this.process[slot]]);
  }

  // QueuePool._do_get after Empty: if there is room by now it opens one after all, else TimeoutError.
  #late(slot, pool) {
    if (pool.open < this.limit) this.#grow(slot, pool);
    else this.#fail(slot, pool, TIMEOUT);
  }

  #leaveLine(slot, line) {
    this.lines.remove(line, slot);
    if (this.settings.pool_timeout !== null) this.deadlines.remove(0, slot);
  }

  #remove(place, pool) {
    pool.open -= 1;
    pool.records[place] = null;
    pool.vacant.push(place);
  }

  // ---- ends ----

  #end(slot) {
    const pool = this.pools[this.process[slot]];
    const place = this.record[slot];
    this.total.add(this.now - this.arrived[slot]);
    this.counts.served += 1;
    this.counts.busy += this.now - this.from[slot];
    if (this.leaks[slot]) {
      this.counts.leaked += 1;
      this.state[slot] = LEAKED;
      if (this.tell !== null) this.#told(LEAK, slot, pool.records[place].connection);
      this.#after(slot, pool);
      return;
    }
    const record = pool.records[place];
    record.request = -1;
    if (this.tell !== null) this.#told(RETURN, slot, record.connection);
    this.#release(slot);
    this.#putBack(place, pool);
    this.#after(slot, pool);
  }

  #fail(slot, pool, kind) {
    this.counts[kind === TIMEOUT ? "timeouts" : kind] += 1;
    if (this.tell !== null) this.#told(kind, slot);
    this.#release(slot);
    this.#after(slot, pool);
  }

  // The thread is free for who waits for one; in a closed loop the shopper thinks and comes again.
  #after(slot, pool) {
    const own = this.settings;
    pool.threads -= 1;
    if (own.pattern === "closed") this.events.push(this.now + (own.think > 0 ? this.thinking.exponential(own.think) : 0), RETRY);
    if (own.threads > 0) {
      const line = own.processes + this.process[slot];
      const next = this.lines.first[line];
      if (next >= 0) {
        this.lines.remove(line, next);
        this.#begin(next, pool);
      }
    }
  }

  #restart() {
    this.restartAt = Infinity;
    this.downUntil = this.now + this.settings.downtime;
    this.sessions = 0;
    if (this.tell !== null) this.tell({ kind: RESTART, time: this.now, request: 0, connection: 0, process: 0 });
    const hit = [];
    for (const pool of this.pools) {
      for (const record of pool.records) {
        if (!record || !record.connection) continue;
        record.alive = false;
        if (record.request >= 0 && this.state[record.request] === HOLDING) hit.push(record.request);
      }
    }
    // Whoever holds a connection hears of it at once; the connection is discarded and its empty record goes back.
    const struck = new Set(hit);
    this.events.filter((what) => (what & 3) !== END || !struck.has(what >> 2));
    for (const slot of hit) {
      const pool = this.pools[this.process[slot]], place = this.record[slot], record = pool.records[place];
      pool.stale = this.now;
      this.#drop(record, slot);
      record.request = -1;
      this.#fail(slot, pool, BROKEN);
      this.#putBack(place, pool);
    }
  }

  // ---- slots ----

  #slot(hold, process) {
    if (!this.free.length) this.#moreSlots();
    const slot = this.free.pop();
    this.number[slot] = ++this.counts.arrived;
    this.arrived[slot] = this.asked[slot] = this.now;
    this.hold[slot] = hold;
    this.process[slot] = process;
    this.record[slot] = -1;
    return slot;
  }

  #release(slot) {
    this.state[slot] = FREE;
    this.free.push(slot);
  }

  #moreSlots() {
    for (const name of ["state", "number", "arrived", "asked", "hold", "from", "until", "ready", "deadline", "process", "record", "leaks"]) {
      this[name] = longer(this[name]);
    }
    this.lines.grow();
    this.deadlines.grow();
    for (let slot = 2 * this.slots - 1; slot >= this.slots; slot -= 1) this.free.push(slot);
    this.slots *= 2;
  }

  #told(kind, slot, connection = 0) {
    const known = slot >= 0;
    this.tell({ kind, time: this.now, request: known ? this.number[slot] : 0, connection, process: known ? this.process[slot] + 1 : 0 });
  }

  // ---- by hand: pattern "none" ----

  /** Ask for a connection now; gives a slot for checkin(). It is kept until that. */
  checkout() {
    const slot = this.#slot(Infinity, 0);
    this.leaks[slot] = 0;
    this.#begin(slot, this.pools[0]);
    return slot;
  }

  /** Give back what checkout() lent. */
  checkin(slot) { this.#end(slot); }

  // ---- what can be seen ----

  /** The numbers of the idle connections of a process, longest idle first. */
  idle(process = 0) {
    const pool = this.pools[process];
    return pool.idle.slice(pool.first).map((place) => pool.records[place].connection);
  }

  /** What stands now, as plain data: for each process its connections by place, who waits and since when. */
  snapshot() {
    const { settings: own, now } = this;
    const words = { [HOLDING]: "lent", [LEAKED]: "leaked" };
    return {
      now, sessions: this.sessions, down: now < this.downUntil,
      pools: this.pools.map((pool, process) => ({
        connections: pool.records.flatMap((record, place) => {
          if (!record) return [];
          const { request, connection, alive } = record;
          if (request < 0) return [{ place, connection, state: connection && !alive ? "dead" : "idle", at: 0, request: 0 }];
          const opening = now < this.ready[request] && this.state[request] === HOLDING;
          const from = opening ? this.from[request] : this.ready[request];
          const until = opening ? this.ready[request] : this.until[request];
          const at = until > from && until < Infinity ? Math.min(1, (now - from) / (until - from)) : 0;
          return [{ place, connection, state: opening ? "opening" : words[this.state[request]] ?? "lent", at, request: this.number[request] }];
        }),
        waiting: [...this.lines.each(process)].map((slot) => ({ request: this.number[slot], seconds: now - this.asked[slot] })),
        queued: this.lines.length[own.processes + process],
        threads: pool.threads,
      })),
    };
  }

  /** What was measured, as plain data; durations in seconds, null without values. */
  result() {
    const summary = (histogram) => ({
      count: histogram.count, mean: histogram.count ? histogram.mean : null, most: histogram.count ? histogram.most : null,
      p50: histogram.quantile(0.5), p95: histogram.quantile(0.95), p99: histogram.quantile(0.99),
    });
    return { seconds: this.now, ...this.counts, open: this.sessions, wait: summary(this.wait), total: summary(this.total) };
  }
}

/** Run a simulation to its end and give its result; the first `warmup` seconds are not measured. */
export function simulate(settings, seconds, warmup = 0) {
  const simulation = new Simulation(settings);
  if (warmup) simulation.run(warmup).forget();
  return simulation.run(warmup + seconds).result();
}
