/* Requests that arrive together in one event loop: who has a connection, who waits where, and when a ping gets a turn.
 *
 * Each request takes a connection and keeps it while another service works for it. Times are in seconds.
 * tests/content/test_frozen_loop.py holds these rules to SQLAlchemy's pools. */

export const SYNC = 0, ASYNC = 1, THREADS = 2; // a sync engine in async def, an async engine, a sync engine in def
export const CAPACITY = 15, TIMEOUT = 30; // SQLAlchemy's defaults: 5 + 10 connections, and pool_timeout
const WORK = 1, BEAT = 0.5; // of the other service; from ping to ping

export class Rush {
  constructor(how, requests, { capacity = CAPACITY, timeout = TIMEOUT } = {}) {
    const more = Math.max(0, requests - capacity);
    this.frozen = how === SYNC ? more * timeout : 0;
    this.end = Math.max(this.frozen, more && !this.frozen ? 2 * WORK : WORK);
    this.failed = how === SYNC ? more : 0;
    // In a blocked loop those who have a connection return it when the last who waits has failed, one after the other.
    this.requests = Array.from({ length: requests }, (_, place) => {
      if (place < capacity) return { from: 0, to: Math.max(WORK, this.frozen), failed: false };
      const late = place - capacity;
      return how === SYNC
        ? { from: late * timeout, to: (late + 1) * timeout, failed: true }
        : { from: WORK, to: 2 * WORK, failed: false };
    });
  }

  /** Tell what is so at a moment; `blocked` is the number of the request in whose connect() the loop stands, or 0. */
  at(time) {
    const states = this.requests.map(({ from, to, failed }) =>
      time >= to ? (failed ? "failed" : "answered") : time < from ? "waits" : failed ? "blocks" : "has one");
    const due = Math.floor(time / BEAT);
    return { states, blocked: states.indexOf("blocks") + 1, due, pings: time < this.frozen ? 0 : due };
  }

  /** The moments at which something changes. */
  get moments() {
    return [...new Set(this.requests.flatMap(({ from, to }) => [from, to]))].sort((one, other) => one - other);
  }
}
