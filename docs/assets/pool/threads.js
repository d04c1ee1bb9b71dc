/* Two threads in the checkout() of an own pool, one line at a time. A test holds this to Python's threads. */

export const LINES = { lock: 2, look: 3, take: 4, give: 5 }; // as they are numbered in the figure's listing

export class Threads {
  constructor({ locked }) {
    this.locked = locked;
    this.idle = [1, 2];
    this.owner = null; // of the lock
    this.at = { A: locked ? "lock" : "look", B: locked ? "lock" : "look" }; // the line that each runs next; "end" afterwards
    this.sees = { A: null, B: null };
    this.has = { A: null, B: null };
  }

  get ended() { return this.at.A === "end" && this.at.B === "end"; }

  /** Whether two have the same connection. */
  get shared() { return this.has.A !== null && this.has.A === this.has.B; }

  /** Let a thread run one line; tell which it was, "waits" if the other has the lock, "ended" if there is none. */
  run(name) {
    const line = this.at[name];
    switch (line) {
      case "lock":
        if (this.owner) return "waits";
        this.owner = name;
        this.at[name] = "look";
        break;
      case "look":
        this.sees[name] = this.idle.at(-1) ?? null;
        this.at[name] = "take";
        break;
      case "take":
        this.idle = this.idle.slice(0, -1);
        if (this.owner === name) this.owner = null; // the end of the `with` block
        this.at[name] = "give";
        break;
      case "give":
        this.has[name] = this.sees[name];
        this.at[name] = "end";
        break;
      default:
        return "ended";
    }
    return line;
  }
}

/** Play an order such as "ABAB", then each to its end, A first; tell who has what, and what is idle. */
export function play(order, locked) {
  const threads = new Threads({ locked });
  for (const name of order) threads.run(name);
  for (const name of ["A", "B", "A", "B"]) while (!["waits", "ended"].includes(threads.run(name)));
  return { has: threads.has, idle: threads.idle };
}
