/* Requests on their way through FastAPI: which of them have a thread, which hold a connection, who waits for what.
 *
 * The way of one request:  wait for a thread → make the session → wait for a thread → (in it) wait for a connection → query
 *                          → wait for a thread, still with the connection → check the answer → end, connection returned
 * Threads are given in the order of asking, as AnyIO's limiter does, and connections too. Whoever has waited `timeout` for a
 * connection fails; queries that begin while `locked`, from one time to another, wait for its end. Times are whole microseconds. */

export const QUERY = 20000, HOP = 500; // a query, and a thread's time for what takes none

export class Hops {
  /** `pattern`: "tutorial"; "commit" returns the connection when the query ends; "admit" lets in as many as there are connections,
   * and lets `room` more wait. `ended(request)` is called for each that was answered, has failed or was refused, as its `step` says. */
  constructor({ threads, connections, pattern, timeout = Infinity, locked = [0, 0], room = Infinity, ended = () => {} }) {
    Object.assign(this, { threads, connections, pattern, timeout, locked, room, ended });
    Object.assign(this, { now: 0, working: 0, held: 0, total: 0, done: 0, end: null });
    this.requests = [];
    this.forThread = [];     // requests that wait for a thread, the first one first
    this.forConnection = []; // requests with a thread that wait for a connection
    this.atTheDoor = [];     // requests that are not admitted yet
    this.admitted = 0;
    this.timed = new Set();  // requests whose next step is a matter of time
  }

  arrive(number) {
    for (let each = 0; each < number; each += 1) {
      const request = { number: (this.total += 1), step: "door", came: this.now, thread: false, connection: false };
      this.requests.push(request);
      this.atTheDoor.push(request);
      if (this.pattern === "admit" && this.admitted + this.atTheDoor.length > this.connections + this.room) this.#end(this.atTheDoor.pop(), "refused");
    }
    this.#settle();
  }

  get untilNext() {
    let next = Infinity;
    for (const { until } of this.timed) next = Math.min(next, until);
    return next < Infinity ? next - this.now : null;
  }

  /** Somebody is not answered, and nothing happens any more: only a time-out ends it. */
  get standsStill() { return this.done < this.total && this.untilNext === null; }

  advance(micros) {
    const end = this.now + micros;
    for (let next = this.untilNext; next !== null && this.now + next <= end; next = this.untilNext) {
      this.now += next;
      for (const request of [...this.timed]) if (request.until === this.now) this.#finish(request);
      this.#settle();
      if (this.done === this.total) this.end ??= this.now;
    }
    this.now = end;
  }

  #finish(request) {
    this.timed.delete(request);
    if (request.step === "endpoint") { // it has waited long enough
      this.forConnection.splice(this.forConnection.indexOf(request), 1);
      this.#leaveThread(request);
      this.admitted -= 1;
      this.#end(request, "failed");
    } else if (request.step === "session") this.#next(request, "endpoint");
    else if (request.step === "query") {
      if (this.pattern === "commit") this.#returnConnection(request);
      this.#next(request, "check");
    } else { // the answer is checked: what follows needs no token
      this.#leaveThread(request);
      this.#returnConnection(request);
      this.admitted -= 1;
      this.#end(request, "done");
    }
  }

  #lasts(request, micros) {
    request.until = this.now + micros;
    this.timed.add(request);
  }

  #end(request, step) {
    request.step = step;
    this.done += 1;
    this.ended(request);
  }

  /** Leave the thread and ask for another. */
  #next(request, step) {
    this.#leaveThread(request);
    request.step = step;
    this.forThread.push(request);
  }

  #leaveThread(request) {
    request.thread = false;
    this.working -= 1;
  }

  #returnConnection(request) {
    if (request.connection) this.held -= 1;
    request.connection = false;
  }

  #settle() {
    while (this.atTheDoor.length && (this.pattern !== "admit" || this.admitted < this.connections)) {
      const request = this.atTheDoor.shift();
      this.admitted += 1;
      request.step = "session";
      this.forThread.push(request);
    }
    while (this.forThread.length && this.working < this.threads) {
      const request = this.forThread.shift();
      this.working += 1;
      request.thread = true;
      if (request.step === "endpoint") {
        this.forConnection.push(request);
        if (this.timeout < Infinity) this.#lasts(request, this.timeout);
      } else this.#lasts(request, HOP);
    }
    while (this.forConnection.length && this.held < this.connections) {
      const request = this.forConnection.shift();
      this.held += 1;
      Object.assign(request, { connection: true, step: "query" });
      const [from, to] = this.locked;
      this.#lasts(request, (this.now >= from && this.now < to ? to - this.now : 0) + QUERY);
    }
  }
}
