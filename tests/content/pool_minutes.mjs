// Ten recordings of a pool, minute by minute, by the discrete-event model: five incidents and five busy but healthy hours' worth.
// tests/content/test_pool_minutes.py holds the checker's and the figure's recordings to them.

import { Simulation } from "../../docs/assets/simulator/engine.js";
import { Histogram } from "../../docs/assets/simulator/parts.js";

const MINUTES = 10, BREAKS = 3; // minutes in all, and after which of them the incident begins

/** A simulation that also knows how long it took to have an open connection, how long each was kept, and a lock. */
class Watched extends Simulation {
  obtain = new Histogram(); // seconds from asking to an open connection, the opening included
  kept = new Histogram();   // seconds until the return; a leak never gets here
  lockedUntil = 0;          // whoever begins a query before this moment waits for it

  _lend(slot, ...rest) {
    if (this.lockedUntil > this.now) this.hold[slot] += this.lockedUntil - this.now;
    super._lend(slot, ...rest);
    this.obtain.add(this.ready[slot] - this.asked[slot]);
  }

  _end(slot) {
    if (!this.leaks[slot]) this.kept.add(this.now - this.ready[slot]);
    super._end(slot);
  }

  burst(many) { for (let count = 0; count < many; count += 1) this._arrive(); }
}

const STORE = { seed: 16, threads: 40, rate: 40, hold: 0.1 }; // the default pool, 5 + 10, and FastAPI's 40 threads

// settings, what happens at a second of its own, and what happens then
const RECORDED = {
  leak: [{ ...STORE }, 180, (store) => { store.settings.leak = 0.002; }],
  slow_query: [{ ...STORE }, 180, (store) => { store.settings.hold = 0.6; }],
  table_lock: [{ ...STORE }, 190, (store) => { store.lockedUntil = 430; }],
  database_gone: [{ ...STORE, restart: 185, downtime: 600 }, 180, () => {}],
  pool_too_small: [{ ...STORE, pool_size: 5, max_overflow: 0, rate: 15, hold: 0.2 }, 180, () => {}, 40],
  always_full: [{ ...STORE, pattern: "closed", shoppers: 15, think: 0 }, 180, () => {}],
  cold_start: [{ ...STORE, rate: 8, open: 5 }, 30, (store) => { store.settings.open = 0.006; }],
  short_burst: [{ ...STORE }, 299, (store) => store.burst(400)],
  slow_but_few: [{ ...STORE, rate: 0.5, hold: 6 }, 180, () => {}],
  overflow_used: [{ ...STORE, hold: 0.22 }, 180, () => {}],
};

function minute(store, before) {
  const [{ connections, waiting }] = store.snapshot().pools;
  const milliseconds = (histogram) => (histogram.count ? Math.round(histogram.quantile(0.95) * 1000) : null);
  const since = (name) => store.counts[name] - before[name];
  return {
    used: connections.filter(({ state }) => state !== "idle" && state !== "dead").length, pending: waiting.length,
    timeouts: since("timeouts"), failed: since("refused"), obtained: store.obtain.count,
    wait: milliseconds(store.obtain), use: milliseconds(store.kept),
  };
}

/** Give the ten recordings by name: for each minute what a scraper reads at its end, times as p95 in milliseconds. */
export function minutes() {
  return Object.fromEntries(Object.entries(RECORDED).map(([name, [settings, at, happens, rate]]) => {
    const store = new Watched(settings);
    let happened = false;
    const recorded = Array.from({ length: MINUTES }, (_, number) => {
      const before = { ...store.counts }, end = (number + 1) * 60;
      if (!happened && at < end) {
        store.run(at);
        happens(store);
        if (rate) store.settings.rate = rate;
        happened = true;
      }
      store.run(end);
      const read = minute(store, before);
      store.obtain.clear();
      store.kept.clear();
      return Object.values(read);
    });
    return [name, recorded];
  }));
}

export const breaks = () => BREAKS;
