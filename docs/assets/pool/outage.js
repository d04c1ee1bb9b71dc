/* A store whose table is locked for a moment while shoppers go on coming: what became of those who came in each second.
 * A test holds it to FastAPI, SQLAlchemy and a real lock. Times are whole microseconds. */

import { Hops } from "./hops.js";

export const SECOND = 1e6;
const ENDED = ["done", "failed", "refused"];
const SOON = SECOND, PATIENCE = 10 * SECOND; // until when an answer is quick, and until when a shopper waits

/** The stores to choose from, by what is different in each. */
export const STORES = [
  { pattern: "tutorial", timeout: 30 * SECOND },
  { pattern: "tutorial", timeout: 2 * SECOND },
  { pattern: "commit", timeout: 30 * SECOND },
  { pattern: "admit", timeout: 30 * SECOND, room: 30 },
];

export class Outage {
  /** `rate` shoppers come each second, until `end`; the rest is for Hops. */
  constructor({ rate = 80, end = 30 * SECOND, locked = [3 * SECOND, 4.5 * SECOND], threads = 40, connections = 15, ...store }) {
    Object.assign(this, { every: Math.round(SECOND / rate), last: end, locked, next: 0, seconds: [] });
    this.hops = new Hops({ threads, connections, locked, ...store, ended: (request) => this.#count(request) });
  }

  get now() { return this.hops.now; }

  get untilNext() { return this.now < this.last ? Math.min(this.next, this.last) - this.now : null; }

  advance(micros) {
    const end = Math.min(this.last, this.now + micros);
    while (this.next < end) {
      this.hops.advance(this.next - this.now);
      (this.seconds[Math.floor(this.now / SECOND)] ??= { came: 0, quick: 0, slow: 0, refused: 0 }).came += 1;
      this.hops.arrive(1);
      this.next += this.every;
    }
    this.hops.advance(end - this.now);
    this.hops.requests = this.hops.requests.filter(({ step }) => !ENDED.includes(step)); // they are counted
  }

  /** What an answer is to the shopper; one that comes when the shopper has left is none. */
  #count({ step, came }) {
    const took = this.now - came;
    if (took > PATIENCE) return;
    this.seconds[Math.floor(came / SECOND)][step !== "done" ? "refused" : took > SOON ? "slow" : "quick"] += 1;
  }

  /** For each second what became of those who came in it; who has left is `gone`, who has no answer yet `waits`. */
  columns() {
    return this.seconds.map(({ came, quick, slow, refused }, second) => {
      const left = came - quick - slow - refused;
      const gone = this.now - second * SECOND > PATIENCE ? left : 0;
      return { quick, slow, refused, gone, waits: left - gone };
    });
  }

  /** The second, counted from the end of the lock, from which on all answers are quick; null if there is none yet. */
  wellAfter() {
    const lasting = this.columns().slice(0, Math.floor((this.now - SOON) / SECOND)); // the last ones may still be on their way
    const bad = lasting.findLastIndex(({ quick }, second) => quick < this.seconds[second].came);
    return bad === lasting.length - 1 ? null : Math.max(0, bad + 1 - this.locked[1] / SECOND);
  }
}
