/* A Python process whose functions borrow from a pool: who gives back, who forgets, and what the collector finds. */

import { FAILED, LENT } from "./model.js";

export class Process {
  constructor(pool) {
    this.pool = pool;
    this.answered = this.failed = 0;
    this.leaked = [];  // loans in a reference cycle: nobody can reach them, and only the collector frees them
    this.calls = [];   // [loan, what the function does with it] while it is on its way
    this.error = null;
  }

  /** Call a function. `ending` is "with", "forgets" (after a query) or "forgets unused" (no query ran). */
  call(ending) {
    const loan = this.pool.connect();
    this.calls.push([loan, ending]);
    this.settle();
    return loan;
  }

  advance(seconds) {
    this.pool.advance(seconds);
    this.settle();
  }

  /** Run the garbage collector: whatever it finds goes back to the pool. Tells how many it found. */
  collect() {
    const found = this.leaked.splice(0);
    for (const loan of found) this.pool.close(loan);
    this.settle();
    return found.length;
  }

  /** Let every function that has its connection, or its error, run to its end. */
  settle() {
    let moved = true;
    while (moved) {
      moved = false;
      for (const call of [...this.calls]) {
        const [loan, ending] = call;
        if (loan.state !== LENT && loan.state !== FAILED) continue;
        moved = true;
        this.calls.splice(this.calls.indexOf(call), 1);
        if (loan.state === FAILED) {
          this.failed += 1;
          this.error = loan.error;
          continue;
        }
        this.answered += 1;
        if (ending === "forgets") this.leaked.push(loan);
        else this.pool.close(loan); // closed by `with`, or freed with its last reference
      }
    }
  }
}
