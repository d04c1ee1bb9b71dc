// The pool's rules, as SQLAlchemy 2's QueuePool has them; each names what it copies (pool/impl.py, pool/base.py, util/queue.py).
// What brings requests and ends them is the engine's: _begin, _fail, _after.

import { Histogram, EventQueue } from "./parts.js";
import { Requests } from "./requests.js";
import {
  BORROW, BROKEN, CLOSE, END, HOLDING, OPEN, REFUSED, RESTART, TIMEOUT, WAIT, WAITING, WAKE, WOKEN,
} from "./settings.js";

export class PoolRules extends Requests {
  // `tell(event)` hears of everything: {kind, time, request, connection, process}; numbers begin at 1, 0 means none.
  constructor(settings, tell) {
    super(settings);
    const own = settings;
    this.tell = tell;
    this.events = new EventQueue();
    this.wait = new Histogram();  // from asking the pool to having a connection in turn; opening it comes on top
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
  }

  // QueuePool._do_get: an idle connection if there is one; else open one if the limit allows; else wait.
  // Whoever asks first gets: the queue has no memory of who was woken (util/queue.py, get: `while self._empty(): wait`).
  _checkout(slot, pool) {
    const own = this.settings;
    if (pool.idle.length > pool.first) this._take(slot, pool);
    else if (pool.open < this.limit) this._grow(slot, pool);
    else {
      this.deadline[slot] = this.now + this.patience;
      if (this.patience === 0) return void this._fail(slot, pool, TIMEOUT);
      this.counts.waited += 1;
      this.state[slot] = WAITING;
      this.lines.append(this.process[slot], slot);
      if (own.pool_timeout !== null) this.deadlines.append(0, slot);
      if (this.tell !== null) this._report(WAIT, slot);
    }
  }

  // Queue.get: the one that came back first, or with pool_use_lifo the one that came back last.
  _take(slot, pool) {
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
      if (record.connection) this._drop(record, slot);
      if (!this._connect(record, slot)) {
        this._fail(slot, pool, REFUSED); // _checkin_failed: the empty record goes back
        this._putBack(place, pool);
      } else this._lend(slot, record, pause + own.open);
    } else if (!record.alive) {
      // Nobody asked before: the query fails, the error counts as a disconnect, and the whole pool becomes stale.
      pool.stale = this.now;
      this._drop(record, slot);
      this._fail(slot, pool, BROKEN);
      this._putBack(place, pool);
    } else {
      this.counts.reused += 1;
      this._lend(slot, record, pause, BORROW);
    }
  }

  // QueuePool._inc_overflow and _create_connection; if it cannot be opened, _dec_overflow, and nobody who waits is told.
  _grow(slot, pool) {
    pool.open += 1;
    const place = pool.vacant.pop() ?? pool.records.length;
    const record = { connection: 0, started: 0, alive: false, request: -1 };
    pool.records[place] = record;
    this.record[slot] = place;
    if (this._connect(record, slot)) return void this._lend(slot, record, this.settings.open);
    this._remove(place, pool);
    this._fail(slot, pool, REFUSED);
  }

  _connect(record, slot) {
    if (this.sessions >= this.ceiling || this.now < this.downUntil) return false;
    this.sessions += 1;
    record.connection = ++this.counts.opened;
    record.started = this.now;
    record.alive = true;
    if (this.tell !== null) this._report(OPEN, slot, record.connection);
    return true;
  }

  _drop(record, slot) {
    this.counts.closed += 1;
    if (record.alive) this.sessions -= 1;
    if (this.tell !== null) this._report(CLOSE, slot, record.connection);
    record.connection = 0;
    record.alive = false;
  }

  _lend(slot, record, pause, kind = "") {
    const waited = this.now - this.asked[slot];
    this.wait.add(waited);
    this.state[slot] = HOLDING;
    this.from[slot] = this.now;
    this.ready[slot] = this.now + pause;
    record.request = slot;
    if (kind && this.tell !== null) this._report(kind, slot, record.connection);
    this.until[slot] = this.now + pause + this.hold[slot];
    if (this.until[slot] < Infinity) this.events.push(this.until[slot], (slot << 2) | END);
  }

  // QueuePool._do_return_conn: into the queue; if that is full, closed. Queue.put wakes the one who waits longest.
  _putBack(place, pool) {
    const own = this.settings;
    if (!own.pooled || pool.idle.length - pool.first >= this.keep) {
      const record = pool.records[place];
      if (record.connection) this._drop(record, -1);
      this._remove(place, pool);
      return;
    }
    pool.idle.push(place);
    const line = own.processes === 1 ? 0 : this.pools.indexOf(pool);
    const waiter = this.lines.first[line];
    if (waiter < 0) return;
    this._leaveLine(waiter, line);
    if (own.fair || own.wake === 0) this._take(waiter, pool);
    else {
      this.state[waiter] = WOKEN;
      this.events.push(this.now + own.wake, (waiter << 2) | WAKE);
    }
  }

  // A woken thread looks again. If a running one was faster it waits anew, last in line, for what is left of its time-out.
  _wake(slot) {
    const pool = this.pools[this.process[slot]];
    if (pool.idle.length > pool.first) this._take(slot, pool);
    else if (this.deadline[slot] <= this.now) this._late(slot, pool);
    else {
      this.state[slot] = WAITING;
      this.lines.append(this.process[slot], slot);
      if (this.settings.pool_timeout !== null) this._queueDeadline(slot);
    }
  }

  _queueDeadline(slot) {
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

  _giveUp(slot) {
    this._leaveLine(slot, this.process[slot]);
    this._late(slot, this.pools[this.process[slot]]);
  }

  // QueuePool._do_get after Empty: if there is room by now it opens one after all, else TimeoutError.
  _late(slot, pool) {
    if (pool.open < this.limit) this._grow(slot, pool);
    else this._fail(slot, pool, TIMEOUT);
  }

  _leaveLine(slot, line) {
    this.lines.remove(line, slot);
    if (this.settings.pool_timeout !== null) this.deadlines.remove(0, slot);
  }

  _remove(place, pool) {
    pool.open -= 1;
    pool.records[place] = null;
    pool.vacant.push(place);
  }

  // ---- the database ----

  _restart() {
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
      this._drop(record, slot);
      record.request = -1;
      this._fail(slot, pool, BROKEN);
      this._putBack(place, pool);
    }
  }

  _report(kind, slot, connection = 0) {
    const known = slot >= 0;
    this.tell({ kind, time: this.now, request: known ? this.number[slot] : 0, connection, process: known ? this.process[slot] + 1 : 0 });
  }
}
