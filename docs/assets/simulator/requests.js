// Requests in a simulation: typed arrays of slots that are used again, so that memory stays flat.

import { longer, Lists } from "./parts.js";
import { FREE } from "./settings.js";

export class Requests {
  constructor(settings) {
    this.settings = settings;
    this.now = 0;
    this.counts = { arrived: 0, served: 0, timeouts: 0, refused: 0, broken: 0, opened: 0, closed: 0, reused: 0, leaked: 0, waited: 0, busy: 0 };
    this.free = [];
    this.slots = 64;
    this.state = new Uint8Array(64);
    this.number = new Float64Array(64);
    this.arrived = new Float64Array(64);
    this.asked = new Float64Array(64);
    this.hold = new Float64Array(64);
    this.from = new Float64Array(64);  // when it got its connection, or began to open one
    this.until = new Float64Array(64);
    this.ready = new Float64Array(64); // when the connection it opens is open
    this.deadline = new Float64Array(64);
    this.process = new Int32Array(64);
    this.record = new Int32Array(64);
    this.leaks = new Uint8Array(64);
    for (let slot = 63; slot >= 0; slot -= 1) this.free.push(slot);
    // For each process one list of those who wait for its pool, one of those who wait for a thread.
    this.lines = new Lists(2 * settings.processes, 64);
    this.deadlines = new Lists(1, 64);
  }

  _slot(hold, process) {
    if (!this.free.length) this._moreSlots();
    const slot = this.free.pop();
    this.number[slot] = ++this.counts.arrived;
    this.arrived[slot] = this.asked[slot] = this.now;
    this.hold[slot] = hold;
    this.process[slot] = process;
    this.record[slot] = -1;
    return slot;
  }

  _release(slot) {
    this.state[slot] = FREE;
    this.free.push(slot);
  }

  _moreSlots() {
    for (const name of ["state", "number", "arrived", "asked", "hold", "from", "until", "ready", "deadline", "process", "record", "leaks"]) {
      this[name] = longer(this[name]);
    }
    this.lines.grow();
    this.deadlines.grow();
    for (let slot = 2 * this.slots - 1; slot >= this.slots; slot -= 1) this.free.push(slot);
    this.slots *= 2;
  }
}
