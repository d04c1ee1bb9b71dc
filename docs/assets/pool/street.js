/* A street of phone booths as a model: shoppers come, booths are built, and torn down or kept. Times are whole microseconds. */

export const CONNECT = 6000; // measured: TCP and password, loopback; see the lesson on the cost of connecting
export const QUERY = 300;    // measured: a short query through SQLAlchemy on an open connection

export class Street {
  constructor({ places, keeps, built = 0 }) {
    this.keeps = keeps;
    this.now = this.done = this.opened = this.waited = this.served = this.total = 0;
    this.end = null; // when the last of all shoppers had been served
    this.queue = []; // shoppers: a number and the time of arrival
    this.lanes = Array.from({ length: places }, (_, place) => ({ state: place < built ? "idle" : "none", since: 0, until: null, shopper: null }));
  }

  arrive() {
    this.queue.push({ number: (this.total += 1), came: this.now });
    this.end = null;
    this.#seat();
  }

  get untilNext() {
    const ends = this.lanes.flatMap((lane) => (lane.until === null ? [] : [lane.until]));
    return ends.length ? Math.min(...ends) - this.now : null;
  }

  get built() { return this.lanes.filter((lane) => lane.state === "idle" || lane.state === "lent").length; }

  advance(micros) {
    const end = this.now + micros;
    for (let next = this.untilNext; next !== null && this.now + next <= end; next = this.untilNext) {
      this.now += next;
      for (const lane of this.lanes) if (lane.until === this.now) this.#finish(lane);
      this.#seat();
      if (this.done === this.total) this.end ??= this.now;
    }
    this.now = end;
  }

  #seat() {
    while (this.queue.length) {
      const lane = this.lanes.find(({ state }) => state === "idle") ?? this.lanes.find(({ state }) => state === "none");
      if (!lane) return;
      lane.shopper = this.queue.shift();
      if (lane.state === "idle") this.#call(lane);
      else Object.assign(lane, { state: "building", since: this.now, until: this.now + CONNECT });
    }
  }

  #call(lane) {
    this.served += 1;
    this.waited += this.now - lane.shopper.came;
    Object.assign(lane, { state: "lent", since: this.now, until: this.now + QUERY });
  }

  #finish(lane) {
    if (lane.state === "building") {
      this.opened += 1;
      this.#call(lane);
    } else {
      this.done += 1;
      Object.assign(lane, { state: this.keeps ? "idle" : "none", until: null, shopper: null });
    }
  }
}
