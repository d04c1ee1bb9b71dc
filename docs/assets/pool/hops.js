/* Requests on their way through FastAPI: which of them have a thread, which hold a connection, who waits for what.
 *
 * The way of one request:  wait for a thread → make the session → wait for a thread → (in it) wait for a connection → query
 *                          → wait for a thread, still with the connection → check the answer → end, connection returned
 * Threads are given in the order of asking, as AnyIO's limiter does, and connections too. Times are whole microseconds. */

export const QUERY = 20000, HOP = 500; // a query, and a thread's time for what takes none

export const PATTERNS = ["tutorial", "commit", "admit"];

export class Hops {
  /** `pattern`: "tutorial"; "commit" returns the connection when the query ends; "admit" lets in as many as there are connections. */
  constructor({ threads, connections, pattern }) {
    Object.assign(this, { threads, connections, pattern, now: 0, working: 0, held: 0, total: 0, done: 0, end: null });
    this.requests = [];
    this.forThread = [];     // requests that wait for a thread, the first one first
    this.forConnection = []; // requests with a thread that wait for a connection
    this.atTheDoor = [];     // requests that are not admitted yet
    this.admitted = 0;
  }

  arrive(number) {
    for (let each = 0; each < number; each += 1) {
      const request = { number: (this.total += 1), step: "door", thread: false, connection: false, until: null };
      this.requests.push(request);
      this.atTheDoor.push(request);
    }
    this.#settle();
  }

  get untilNext() {
    const ends = this.requests.flatMap(({ until }) => (until === null ? [] : [until]));
    return ends.length ? Math.min(...ends) - this.now : null;
  }

  /** Somebody is not answered, and nothing happens any more: only a time-out ends it. */
  get standsStill() { return this.done < this.total && this.untilNext === null; }

  advance(micros) {
    const end = this.now + micros;
    for (let next = this.untilNext; next !== null && this.now + next <= end; next = this.untilNext) {
      this.now += next;
      for (const request of this.requests) if (request.until === this.now) this.#finish(request);
      this.#settle();
      if (this.done === this.total) this.end ??= this.now;
    }
    this.now = end;
  }

  #finish(request) {
    request.until = null;
    if (request.step === "session") this.#next(request, "endpoint");
    else if (request.step === "query") {
      if (this.pattern === "commit") this.#returnConnection(request);
      this.#next(request, "check");
    } else { // the answer is checked: what follows needs no token
      this.#leaveThread(request);
      this.#returnConnection(request);
      request.step = "done";
      this.done += 1;
      this.admitted -= 1;
    }
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
      if (request.step === "endpoint") this.forConnection.push(request);
      else request.until = this.now + HOP;
    }
    while (this.forConnection.length && this.held < this.connections) {
      const request = this.forConnection.shift();
      this.held += 1;
      Object.assign(request, { connection: true, step: "query", until: this.now + QUERY });
    }
  }
}
