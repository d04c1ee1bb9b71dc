// What a simulation is set to, and the names of what happens in it.

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
export const ARRIVE = "arrive", BORROW = "borrow", OPEN = "open", WAIT = "wait", TIMEOUT = "timeout", RETURN = "return",
  CLOSE = "close", REFUSED = "refused", BROKEN = "broken", LEAK = "leak", RESTART = "restart";

export const FREE = 0, QUEUED = 1, WAITING = 2, WOKEN = 3, HOLDING = 4, LEAKED = 5; // states of a request
export const END = 0, WAKE = 1, RETRY = 2; // kinds of events in the queue: a request ends, a woken thread runs, a shopper is back
