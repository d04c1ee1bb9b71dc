/* An evening in which all five connections are in use: a slow report, a leak, a victim, and a detector that tells them apart. */

import { Clock } from "../page/clock.js";
import { booths, mood, Picture, queue, still } from "./drawing.js";
import { FAILED, LENT, QueuePool } from "./model.js";

const SIZE = 5, TIMEOUT = 30, MOMENT = 44; // the still, in seconds: the first request has timed out
const LINES = {
  search: "shop.py:14", report: "reports.py:9", export: "orders.py:52", cancel: "orders.py:31",
};
const HOLDS = { search: 0.4, report: 62, export: Infinity, cancel: 0.2 }; // seconds
// Who asks when, in seconds: the report once, four exports, searches in between, and the order that is to be cancelled.
const ASKS = [
  [0, "report"], [1, "search"], [2, "export"], [3, "search"], [5, "export"], [6, "search"], [8, "export"], [9, "search"],
  [12, "export"], [14, "cancel"], [20, "search"], [34, "search"], [63, "export"], [66, "search"],
];
const ANSWERS = {
  cancel: "orders.py:31 got no connection: it waited for 30 seconds. The error names the victim.",
  search: "shop.py:14 returns its connection within half a second. It is not among those that hold one.",
};

class Evening {
  constructor() {
    this.pool = new QueuePool({ poolSize: SIZE, maxOverflow: 0, timeout: TIMEOUT });
    this.asks = [...ASKS];
    this.calls = []; // { who, loan, taken: the second in which it got its connection }
    this.errors = 0;
    this.news = [];
  }

  get now() { return this.pool.now; }

  /** Let time pass from event to event. */
  advance(seconds) {
    const end = this.now + seconds;
    while (this.now < end) {
      this.pool.advance(Math.min(this.#next(), end) - this.now);
      this.#settle();
    }
  }

  #next() {
    const ends = this.calls.filter((call) => call.taken !== null).map((call) => call.taken + HOLDS[call.who]);
    return Math.min(this.asks[0]?.[0] ?? Infinity, this.now + (this.pool.untilNext ?? Infinity), ...ends.filter((at) => at > this.now));
  }

  #settle() {
    while (this.asks.length && this.asks[0][0] <= this.now) this.calls.push({ who: this.asks.shift()[1], loan: this.pool.connect(), taken: null });
    for (const call of this.calls) {
      if (call.taken === null && call.loan.state === LENT) call.taken = this.now;
      if (call.loan.state === FAILED && !call.over) this.errors += (call.over = true);
      if (call.taken === null || call.over || this.now - call.taken < HOLDS[call.who]) continue;
      call.over = true;
      this.pool.close(call.loan);
      if (HOLDS[call.who] > TIMEOUT) this.news.push(`${LINES[call.who]}: returned after ${HOLDS[call.who]} s`);
      return this.#settle(); // who waited has it now
    }
  }

  get holders() { return this.calls.filter((call) => call.taken !== null && !call.over); }
  get waiting() { return this.calls.filter((call) => call.taken === null && !call.over); }
}

function sceneOf(evening, asked) {
  const held = new Map(evening.holders.map((call) => [call.loan.connection, call]));
  const numbers = [...held.keys(), ...evening.pool.idle].sort((one, other) => one - other);
  const all = Array.from({ length: SIZE }, (_, place) => {
    const call = held.get(numbers[place]);
    const state = call ? "busy" : place < numbers.length ? "idle" : "none";
    const text = call ? (asked ? `${LINES[call.who]}, ${Math.round(evening.now - call.taken)} s` : "in use, by whom?") : state === "idle" ? "idle" : "not open";
    return { state, text };
  });
  const shoppers = evening.waiting.map((call) => ({ key: `call${call.loan.caller}`, mood: mood(evening.now - call.loan.since, 8, 20) }));
  return [...booths(all), ...queue(shoppers, { right: 616, top: 172 })];
}

const words = (evening) => `${evening.holders.length} of ${SIZE} connections in use, ${evening.waiting.length} requests waiting, ${evening.errors} timed out`;

function numbers(evening) {
  return {
    clock: `${Math.round(evening.now)} s into the evening`,
    error: evening.errors ? `TimeoutError in cancel_order, orders.py:31: QueuePool limit of size ${SIZE} overflow 0 reached` : "none",
    news: evening.news.at(-1) ?? "nothing",
    "calls-held": evening.holders.length, "calls-waiting": evening.waiting.length, "calls-failed": evening.errors,
  };
}

function evening(seconds) {
  const one = new Evening();
  one.advance(seconds);
  return one;
}

/** Give the still: five in use, and a victim's error. */
export function stills() {
  const at = evening(MOMENT);
  return { scene: still(sceneOf(at, false)), words: words(at), ...numbers(at) };
}

export function play(figure) {
  const picture = new Picture(figure.part("scene"));
  let now = evening(MOMENT);
  let asked = false; // the detector's notes are shown
  let running = 0;   // the second at which time stops again

  function draw() {
    picture.draw(sceneOf(now, asked));
    figure.part("scene").ariaLabel = asked ? `${words(now)}. ${now.holders.map((call) => `${LINES[call.who]} for ${Math.round(now.now - call.taken)} s`).join(", ")}` : words(now);
    for (const [name, text] of Object.entries(numbers(now))) figure.put(name, text);
  }

  function stopped() {
    const { news } = now;
    figure.say(!asked ? "cancel_order failed: all five were in use. By whom? Your turn: ask the detector."
      : news.length ? `${news.at(-1)}: slow, and no leak. Which line is left?`
        : "Five lines hold a connection. Which of them leaks? Wait, look again, then accuse one.");
  }

  const clock = new Clock(figure, {
    until: () => (now.now < running ? running - now.now : null),
    advance(seconds) {
      now.advance(Math.min(seconds, running - now.now));
      draw();
      if (now.now >= running) stopped();
    },
    speed: () => 0.014,
    leap: () => running - now.now,
    first: () => begin(),
  });

  function begin() {
    [now, asked] = [new Evening(), false];
    running = MOMENT;
    draw();
    figure.say("The evening begins: shoppers search, a report and some exports run.");
    clock.wake();
  }

  function wait(seconds) {
    running = Math.max(running, now.now) + seconds;
    if (Clock.calm) clock.advance(running - now.now);
    else clock.wake();
  }

  figure.on("ask", () => {
    asked = true;
    draw();
    stopped();
  });
  figure.on("wait", () => wait(10));
  figure.on("accuse", () => {
    const [who, returned] = [figure.element.querySelector('[data-set="line"]').value, now.news.length > 0];
    if (!asked) return figure.say("On what grounds? Ask the detector first.");
    if (who === "report") return figure.say(returned ? "reports.py:9 returned its connection after 62 s: slow, and no leak." : "reports.py:9 has held one for longest, and that is all you know. Wait, and look again.");
    if (who !== "export") return figure.say(ANSWERS[who]);
    figure.say(returned ? "Reached: orders.py:52 takes one connection after the other and never returns it. The slow report did." : "Right, but you cannot know it yet: reports.py:9 looks the same. Wait until one of them is returned.");
    figure.element.toggleAttribute("data-reached", returned);
  });
  figure.on("reset", () => {
    figure.element.removeAttribute("data-reached");
    if (!Clock.calm) return begin();
    [now, asked] = [evening(MOMENT), false];
    draw();
    stopped();
  });
  draw();
  stopped();
}
