/* SQLAlchemy's pool when the server goes away: what is idle, in use or lost, and when it is replaced.
 *
 * tests/content/test_stale_model.py runs the same scripts through this and through the real pool. */

export class StalePool {
  #moment = 0;
  #lostAt = -1; // what was opened before is replaced at its next checkout

  constructor({ size = 5, ping = false } = {}) {
    Object.assign(this, { size, ping, idle: [], used: [], opened: 0, answered: 0, failed: 0 });
  }

  #open(place) { return Object.assign(place, { number: ++this.opened, born: ++this.#moment, dead: false }); }

  /** Check out: the one that has been idle longest, else a new one; null if all are in use. */
  take() {
    if (!this.idle.length && this.used.length === this.size) return null;
    const place = this.idle.shift() ?? { born: -1 };
    if (this.ping && place.born > this.#lostAt && place.dead) this.#lostAt = ++this.#moment;
    if (place.born <= this.#lostAt || !place.number) this.#open(place);
    this.used.push(place);
    return place;
  }

  /** Run a query on a connection in use; false if it is lost: then its place is free, and all older ones are marked. */
  query(place) {
    if (!place.dead) return true;
    if (place.born > this.#lostAt) this.#lostAt = ++this.#moment; // an older one tells nothing new
    place.number = 0;
    this.give(place);
    return false;
  }

  /** Return a connection that is in use. */
  give(place) {
    const at = this.used.indexOf(place);
    if (at >= 0) this.idle.push(...this.used.splice(at, 1));
  }

  /** Take, query, return. */
  request() {
    const place = this.take();
    if (!place) return null;
    const answered = this.query(place);
    if (answered) this.give(place);
    this[answered ? "answered" : "failed"] += 1;
    return answered;
  }

  /** The server ends every connection. */
  restart() { for (const place of [...this.idle, ...this.used]) place.dead = place.number > 0; }
}
