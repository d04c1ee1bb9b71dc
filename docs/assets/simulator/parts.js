// What the simulator is made of: chance by seed, an event queue, linked lists and a histogram. All of it in typed arrays,
// so that memory stays flat however long a simulation runs.

// Uniform numbers in (0, 1) from a seed: xorshift128 (Marsaglia 2003), seeded by splitmix32. One stream per purpose.
export class Random {
  constructor(seed, stream) {
    let state = (seed ^ Math.imul(stream + 1, 0x9e3779b9)) >>> 0;
    const next = () => {
      state = (state + 0x9e3779b9) | 0;
      let mixed = Math.imul(state ^ (state >>> 16), 0x85ebca6b);
      mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
      return mixed ^ (mixed >>> 16);
    };
    [this.x, this.y, this.z, this.w] = [next(), next(), next(), next() | 1];
  }

  next() {
    const t = this.x ^ (this.x << 11);
    this.x = this.y;
    this.y = this.z;
    this.z = this.w;
    this.w = this.w ^ (this.w >>> 19) ^ t ^ (t >>> 8);
    return ((this.w >>> 0) + 0.5) / 4294967296;
  }

  exponential(mean) { return -Math.log(this.next()) * mean; }

  // A duration with this mean and coefficient of variation: constant at 0, exponential at 1, else log-normal.
  duration(mean, spread) {
    if (spread === 1) return this.exponential(mean);
    if (spread === 0) return mean;
    const variance = Math.log(1 + spread * spread);
    const normal = Math.sqrt(-2 * Math.log(this.next())) * Math.cos(2 * Math.PI * this.next());
    return mean * Math.exp(Math.sqrt(variance) * normal - variance / 2);
  }
}

// The events to come: a binary heap by time; those of the same time come out in the order in which they went in.
export class EventQueue {
  constructor() {
    this.size = this.count = 0;
    this.times = new Float64Array(64);
    this.order = new Float64Array(64);
    this.what = new Int32Array(64);
  }

  push(time, what) {
    if (this.size === this.times.length) for (const key of ["times", "order", "what"]) this[key] = longer(this[key]);
    const { times, order, what: events } = this;
    const number = this.count++;
    let at = this.size++;
    while (at > 0) {
      const above = (at - 1) >> 1;
      if (times[above] <= time) break;
      times[at] = times[above];
      order[at] = order[above];
      events[at] = events[above];
      at = above;
    }
    times[at] = time;
    order[at] = number;
    events[at] = what;
  }

  pop() {
    const { times, order, what } = this;
    const first = what[0];
    const last = --this.size;
    const time = times[last], number = order[last], event = what[last];
    let at = 0;
    for (let below = 1; below < last; below = 2 * at + 1) {
      const right = below + 1;
      if (right < last && (times[right] < times[below] || (times[right] === times[below] && order[right] < order[below]))) below = right;
      if (times[below] > time || (times[below] === time && order[below] > number)) break;
      times[at] = times[below];
      order[at] = order[below];
      what[at] = what[below];
      at = below;
    }
    times[at] = time;
    order[at] = number;
    what[at] = event;
    return first;
  }

  // Keep only the events for which `keep(what)` holds.
  filter(keep) {
    const kept = [];
    for (let at = 0; at < this.size; at += 1) if (keep(this.what[at])) kept.push([this.times[at], this.order[at], this.what[at]]);
    this.size = 0;
    for (const [time, , what] of kept.sort((a, b) => a[0] - b[0] || a[1] - b[1])) this.push(time, what);
  }
}

// Doubly linked lists over slots: a slot is in at most one list of these, and leaves it from anywhere at once.
export class Lists {
  constructor(lists, slots) {
    this.first = new Int32Array(lists).fill(-1);
    this.last = new Int32Array(lists).fill(-1);
    this.length = new Int32Array(lists);
    this.next = new Int32Array(slots);
    this.previous = new Int32Array(slots);
  }

  grow() {
    this.next = longer(this.next);
    this.previous = longer(this.previous);
  }

  append(list, slot) {
    const last = this.last[list];
    this.previous[slot] = last;
    this.next[slot] = -1;
    if (last < 0) this.first[list] = slot;
    else this.next[last] = slot;
    this.last[list] = slot;
    this.length[list] += 1;
  }

  remove(list, slot) {
    const before = this.previous[slot], after = this.next[slot];
    if (before < 0) this.first[list] = after;
    else this.next[before] = after;
    if (after < 0) this.last[list] = before;
    else this.previous[after] = before;
    this.length[list] -= 1;
  }

  * each(list) { for (let slot = this.first[list]; slot >= 0; slot = this.next[slot]) yield slot; }
}

const LEAST = 2 ** -20; // seconds, about a microsecond; what is shorter counts as nothing
const FINE = 7; // each doubling is cut into 2 ** 7 classes: none is wider than 0.8 %
const DOUBLINGS = 41;
const float = new Float64Array(1);
const bits = new Int32Array(float.buffer, new Uint8Array(new Uint16Array([1]).buffer)[0] ? 4 : 0, 1); // its upper half
const classOf = (seconds) => {
  float[0] = seconds;
  return bits[0] >> (20 - FINE); // exponent and first binary places, as they stand in the number: no logarithm needed
};
const LOWEST = classOf(LEAST);
const CLASSES = DOUBLINGS << FINE;
const edge = (place) => {
  bits[0] = (place + LOWEST) << (20 - FINE);
  new Int32Array(float.buffer)[bits.byteOffset ? 0 : 1] = 0;
  return float[0];
};

// Durations in seconds, in classes of which none is wider than 0.8 %: it takes no memory per value.
export class Histogram {
  constructor() {
    this.classes = new Float64Array(CLASSES);
    this.clear();
  }

  clear() {
    this.classes.fill(0);
    this.count = this.sum = this.zeros = this.most = 0;
  }

  add(seconds) {
    this.count += 1;
    if (seconds < LEAST) {
      this.zeros += 1;
      return;
    }
    this.sum += seconds;
    if (seconds > this.most) this.most = seconds;
    const place = classOf(seconds) - LOWEST;
    this.classes[place < CLASSES ? place : CLASSES - 1] += 1;
  }

  get mean() { return this.count ? this.sum / this.count : 0; }

  // The value that a share of all values does not exceed, interpolated within its class; null without values.
  quantile(share) {
    if (!this.count) return null;
    let left = share * this.count - this.zeros;
    if (left <= 0) return 0;
    for (let place = 0; place < CLASSES; place += 1) {
      const here = this.classes[place];
      if (here >= left) return Math.min(this.most, edge(place) + (edge(place + 1) - edge(place)) * (left / here));
      left -= here;
    }
    return this.most;
  }

  // How many values lie in each of these ranges: from one edge (included) to the next; edges in seconds, rising.
  between(edges) {
    const counts = new Array(edges.length - 1).fill(0);
    const put = (seconds, many) => {
      let place = 0;
      while (place < counts.length - 1 && seconds >= edges[place + 1]) place += 1;
      counts[place] += many;
    };
    if (this.zeros) put(0, this.zeros);
    this.classes.forEach((many, place) => many && put((edge(place) + edge(place + 1)) / 2, many));
    return counts;
  }
}

export function longer(array) {
  const twice = new array.constructor(array.length * 2);
  twice.set(array);
  return twice;
}
