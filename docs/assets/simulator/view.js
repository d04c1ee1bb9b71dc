// The simulator on a page: controls become settings, time flows, and what stands is drawn: connections, who waits, how long.

import { make } from "../page/elements.js";
import { Clock } from "../page/clock.js";
import { readGoals, writeGoal } from "../page/progress.js";
import { DEFAULTS, Simulation } from "./engine.js";
import { SECONDS, tryGoal } from "./goals.js";

const MOST_SLOTS = 80, MOST_DOTS = 200; // what is drawn; the numbers tell the rest
const FIRST = 4000; // milliseconds for which it plays by itself on sight
const SAMPLES = 240; // of the line over time
const BINS = [0, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 1e6]; // seconds
// Switches, what each switches on, and how much of it where a scenario has none.
const TROUBLE = { leak_on: ["leak", 0.02], slow_on: ["slow", 0.05], restart_on: ["restart", 20] };
// What the work is: locked while a goal is asked for, but for what a scenario's `fix` names.
const WORK = ["pattern", "rate", "hold", "spread", "open", "burst", "every", "shoppers", "think", "processes", "threads", "max_connections",
  "ping", "wake", "leak", "leak_on", "slow", "slow_on", "slow_hold", "restart", "restart_on", "downtime"];
const WORDS = { idle: "idle", lent: "in use", opening: "opening", leaked: "leaked", dead: "dead" };
const ms = (seconds) => (seconds === null ? "–" : seconds < 1 ? `${Number((seconds * 1000).toPrecision(3))} ms` : `${Number(seconds.toPrecision(3))} s`);

// One pool under the reader's eyes.
class Side {
  constructor(figure, key) {
    Object.assign(this, { figure, key, slots: figure.part(`${key}-slots`), dots: figure.part(`${key}-wait-dots`) });
    this.paths = figure.part(`${key}-line`).children;
    this.bars = figure.part(`${key}-bars`);
    this.drawnAt = 0;
  }

  start(settings) {
    this.simulation = new Simulation(settings);
    this.limit = Math.min(MOST_SLOTS, Number.isFinite(this.simulation.limit) ? this.simulation.limit * settings.processes : 0);
    this.samples = [];
    this.every = 0.005; // seconds between two samples; doubled when the line is full
    this.draw(true);
  }

  advance(until) {
    const { simulation } = this;
    while (simulation.now < until) {
      const next = Math.min(until, (Math.floor(simulation.now / this.every + 1e-9) + 1) * this.every);
      simulation.run(next);
      if (next < until || next % this.every < 1e-9) this.sample();
    }
  }

  sample() {
    const { simulation } = this;
    let busy = 0;
    for (const pool of simulation.pools) busy += pool.open - (pool.idle.length - pool.first);
    let waiting = 0;
    for (const length of simulation.lines.length) waiting += length;
    this.samples.push([busy, waiting]);
    if (this.samples.length > SAMPLES) {
      this.samples = this.samples.filter((_, place) => place % 2 === 1);
      this.every *= 2;
    }
  }

  draw(everything) {
    const { figure, key, simulation, slots } = this;
    const stands = simulation.snapshot();
    const several = stands.pools.length > 1;
    const drawn = [];
    stands.pools.forEach((pool, process) => {
      for (const one of pool.connections) {
        drawn.push({ ...one, word: `${several ? `${process + 1}: ` : ""}#${one.connection} ${WORDS[one.state]}`,
          over: simulation.keep < Infinity && one.place >= simulation.keep });
      }
    });
    const many = Math.max(1, Math.min(MOST_SLOTS, Math.max(drawn.length, this.limit)));
    while (slots.children.length > many) slots.lastChild.remove();
    while (slots.children.length < many) slots.append(make("li", "sim-slot"));
    for (let place = 0; place < many; place += 1) {
      const slot = slots.children[place], one = drawn[place];
      const state = one?.state ?? "none", word = one?.word ?? "not open";
      if (slot.dataset.state !== state) slot.dataset.state = state;
      if (slot.textContent !== word) slot.textContent = word;
      slot.toggleAttribute("data-over", one?.over === true);
      const at = one ? one.at.toFixed(1) : "0"; // in tenths: each change is painted
      if (slot.at !== at) slot.style.setProperty("--at", (slot.at = at));
    }
    const waiting = stands.pools.reduce((sum, pool) => sum + pool.waiting.length, 0);
    const queued = stands.pools.reduce((sum, pool) => sum + pool.queued, 0);
    const longest = Math.max(0, ...stands.pools.flatMap((pool) => pool.waiting.slice(0, 1).map(({ seconds }) => seconds)));
    figure.put(`${key}-wait`, !waiting && !queued ? "Nobody waits"
      : `${waiting} ${waiting === 1 ? "waits" : "wait"} for a connection${waiting ? `, the first for ${ms(longest)}` : ""}${queued ? `; ${queued} for a thread` : ""}${waiting + queued > MOST_DOTS ? ` (${MOST_DOTS} of them drawn)` : ""}`);
    const dots = Math.min(MOST_DOTS, waiting + queued);
    while (this.dots.children.length > dots) this.dots.lastChild.remove();
    while (this.dots.children.length < dots) this.dots.append(document.createElement("i"));
    if (everything) this.numbers();
  }

  numbers() {
    const { figure, key, simulation } = this;
    const { served, timeouts, refused, broken, opened, wait, total, open } = simulation.result();
    figure.put(`${key}-served`, served);
    for (const name of ["p50", "p95", "p99"]) figure.put(`${key}-${name}`, ms(total[name]));
    figure.put(`${key}-waited`, wait.count ? ms(wait.p95) : "–");
    const failed = timeouts + refused + broken;
    const kinds = [[timeouts, "timed out"], [refused, "refused"], [broken, "broken"]].filter(([count]) => count).map((kind) => kind.join(" "));
    figure.put(`${key}-failed`, failed ? `${failed}: ${kinds.join(", ")}` : "0");
    figure.put(`${key}-opened`, `${opened}, ${open} open now`);
    const most = Math.max(1, ...this.samples.map(([busy, waits]) => Math.max(busy, waits)));
    for (const which of [0, 1]) {
      const points = this.samples.map((sample, place) => `${place ? "L" : "M"}${((place / SAMPLES) * 240).toFixed(1)} ${(58 - (sample[which] / most) * 56).toFixed(1)}`);
      this.paths[which].setAttribute("d", points.join(""));
    }
    const counts = simulation.wait.between(BINS);
    const all = Math.max(1, ...counts);
    if (!this.bars.children.length) {
      for (const _ of counts) this.bars.append(document.createElementNS("http://www.w3.org/2000/svg", "rect"));
    }
    counts.forEach((count, place) => {
      const height = (count / all) * 56;
      for (const [name, value] of Object.entries({ x: (place * 240) / counts.length + 1, y: 58 - height, width: 240 / counts.length - 2, height })) {
        this.bars.children[place].setAttribute(name, value.toFixed(1));
      }
    });
    figure.put(`${key}-bars-words`, wait.count
      ? `How long requests waited, from under 1 ms (left) to over 10 s (right); p50 ${ms(wait.p50)}, p95 ${ms(wait.p95)}, p99 ${ms(wait.p99)}`
      : "How long requests waited: nothing yet");
  }
}

export function play(figure) {
  const scenarios = JSON.parse(figure.element.querySelector(".sim-goals").textContent);
  const controls = [...figure.element.querySelectorAll("[data-set]")];
  const [left, right] = ["a", "b"].map((key) => new Side(figure, key));
  const other = figure.part("other");
  let name = Object.keys(scenarios)[0], playing = false, frame = 0, toldAt = 0;
  let taken = false; // the reader has pressed or set something

  // ---- controls and settings ----

  const shown = (control, value) => {
    if (control.type === "checkbox") control.checked = value;
    else control.value = control.dataset.scale ? Number((value / Number(control.dataset.scale)).toPrecision(6)) : value;
  };
  const label = (control) => control.closest("label").querySelector("span").textContent;
  const faultOf = (control) => {
    const typed = Number(control.value), least = Number(control.min), most = Number(control.max);
    if (control.value.trim() === "" || !Number.isFinite(typed)) return `${label(control)}: a number from ${least} to ${most}`;
    if (typed < least || typed > most) return `${label(control)}: from ${least} to ${most}, and this is ${control.value}`;
    if (Number(control.step) >= 1 && !Number.isInteger(typed)) return `${label(control)}: a whole number`;
    return "";
  };
  const within = (control) => Number(control.value) * Number(control.dataset.scale ?? 1);

  /** Mark every field that cannot be used, and say which; tell whether all can. */
  function sound() {
    const faults = [];
    for (const control of controls) {
      if (control.type !== "number" || control.closest("[hidden]")) continue;
      const fault = faultOf(control);
      if (fault) faults.push(fault);
      if (fault) control.setAttribute("aria-invalid", "true");
      else control.removeAttribute("aria-invalid");
    }
    figure.put("faults", faults.length ? `Fix the highlighted fields. ${faults.join(". ")}.` : "");
    return faults.length === 0;
  }

  /** Lock the work while a goal is asked for. */
  function lock() {
    const free = figure.setting("free"), { fix = [] } = scenarios[name];
    for (const control of controls) {
      if (!WORK.includes(control.dataset.set)) continue;
      control.disabled = !free && !fix.includes(control.dataset.set);
    }
    figure.element.querySelector("[data-do=goal]").disabled = free;
  }
  const read = (control) => (control.type === "checkbox" ? control.checked : control.type === "number" ? within(control) : control.value);

  function settings(suffix = "") {
    const found = {};
    for (const control of controls) {
      const set = control.dataset.set;
      if (set in DEFAULTS) found[set] = read(control);
    }
    for (const [on, [set]] of Object.entries(TROUBLE)) if (!figure.setting(on)) found[set] = 0;
    if (suffix) for (const control of controls) if (control.dataset.set.endsWith(suffix)) found[control.dataset.set.slice(0, -suffix.length)] = read(control);
    return found;
  }

  // A scenario's settings, with numbers for the trouble that is switched off.
  function issued() {
    const typical = Object.fromEntries(Object.values(TROUBLE));
    return { ...DEFAULTS, ...typical, ...scenarios[name].settings };
  }

  function issue(changed = {}) {
    const scenario = scenarios[name];
    const full = issued();
    for (const control of controls) {
      const set = control.dataset.set;
      if (set in TROUBLE) control.checked = scenario.settings[TROUBLE[set][0]] > 0;
      else if (set in DEFAULTS) shown(control, full[set]);
      else if (set.endsWith("_b")) shown(control, full[set.slice(0, -2)]);
    }
    for (const control of controls) {
      const set = control.dataset.set;
      if (!Object.hasOwn(changed, set) || set === "scenario") continue;
      if (control.type === "checkbox") control.checked = changed[set] === "1";
      else if (control.type !== "number") control.value = [...control.options].some(({ value }) => value === changed[set]) ? changed[set] : control.value;
      else if (Number.isFinite(Number(changed[set] || NaN))) control.value = Number(changed[set]);
    }
    figure.part("verdict").replaceChildren();
    figure.put("question", scenario.question);
    figure.part("other").hidden = !figure.setting("compare");
    restart();
  }

  // ---- time ----

  function restart() {
    lock();
    if (!sound()) return;
    const compare = figure.setting("compare");
    figure.part("side-b").hidden = !compare;
    figure.element.toggleAttribute("data-compare", compare);
    left.start(settings());
    if (compare) right.start(settings("_b"));
    tell();
  }

  const sides = () => (figure.setting("compare") ? [left, right] : [left]);

  // While time flows a side is drawn in every second frame, in turn, and its numbers and charts, which need not dance,
  // five times a second: so that no frame has all the work.
  function advance(seconds) {
    const until = left.simulation.now + seconds;
    const now = performance.now();
    const shownSides = sides();
    for (const side of shownSides) side.advance(until);
    const flowing = playing && seconds < 1; // a leap is drawn at once, also while time flows
    frame += 1;
    shownSides.forEach((side, place) => {
      if (flowing && frame % 2 !== place) return;
      const everything = !flowing || now - side.drawnAt > 200; // milliseconds
      if (everything) side.drawnAt = now;
      side.draw(everything);
    });
    if (!flowing || now - toldAt > 500) {
      toldAt = now;
      tell();
    }
  }

  function tell() {
    const said = sides().map(({ simulation }, place) => {
      const { served, timeouts, refused, broken, total } = simulation.result();
      return `${place ? "Pool B" : `After ${Number(simulation.now.toPrecision(3))} s`}: ${served} served${total.count ? `, p95 latency ${ms(total.p95)}` : ""}, ${timeouts + refused + broken} failed.`;
    });
    if (playing) figure.put("said", said.join(" ")); // read out when it pauses: it changes twice a second
    else figure.say(said.join(" "));
  }

  for (const kind of ["click", "input"]) figure.element.addEventListener(kind, () => { taken = true; }, { capture: true });

  const clock = new Clock(figure, {
    until: () => Math.max(1e-9, Math.min(...sides().map(({ simulation }) => simulation.next)) - left.simulation.now),
    advance,
    speed: () => (playing ? Number(figure.element.querySelector("[data-set=speed]").value) / 1000 : 0),
    leap: () => 60,
  });

  function run(on) {
    playing = on;
    figure.element.querySelector("[data-do=play]").textContent = on ? "Pause" : "Run";
    if (on) {
      figure.say("Running. Pause says where it stands.");
      clock.wake();
      return;
    }
    for (const side of sides()) if (side.simulation) side.draw(true);
    if (sides().every((side) => side.simulation)) tell(); // a second pool may have been asked for and not begun
  }

  // ---- goals ----

  function progress() {
    const done = readGoals();
    const all = Object.keys(scenarios);
    const reached = all.filter((one) => done.includes(one)).length;
    figure.put("progress", all.length > 1 ? `${reached} of ${all.length} goals reached.` : reached ? "Goal reached." : "");
  }

  figure.on("play", () => sound() && (Clock.calm ? advance(1) : run(!playing)));
  figure.on("reset", () => {
    run(false);
    restart();
  });
  figure.on("issued", () => {
    run(false);
    history.replaceState(null, "", location.pathname + location.search);
    issue();
  });
  figure.on("goal", () => {
    if (!sound()) return;
    const { reached, lines } = tryGoal(scenarios[name].goal, settings());
    if (reached) writeGoal(name);
    figure.part("verdict").replaceChildren(
      make("li", "", make("strong", "", reached ? `Reached, in ${SECONDS} simulated seconds. ` : "Not yet. "), reached ? scenarios[name].notice : ""),
      ...lines.map(({ kept, text }) => make("li", kept ? "sim-kept" : "sim-missed", `${kept ? "✓" : "✗"} ${text}`)),
    );
    figure.say(reached ? `Goal reached. ${scenarios[name].notice}` : `Not yet: ${lines.find(({ kept }) => !kept).text}.`);
    progress();
  });
  figure.on("share", async () => {
    const told = new URLSearchParams({ scenario: name });
    const before = issued();
    if (figure.setting("free")) told.set("free", "1");
    for (const control of controls) {
      const set = control.dataset.set;
      const value = control.type === "checkbox" ? (control.checked ? "1" : "0") : control.value;
      const same = set in TROUBLE ? control.checked === scenarios[name].settings[TROUBLE[set][0]] > 0
        : set in DEFAULTS ? read(control) === before[set]
          : !(set.endsWith("_b") || set === "compare") || !figure.setting("compare");
      if (!same) told.set(set, value);
    }
    history.replaceState(null, "", `#${told}`);
    try {
      await navigator.clipboard.writeText(location.href);
      figure.say("The link is copied. It also stands in the address.");
    } catch {
      figure.say("The link stands in the address.");
    }
  });
  figure.onSet((set) => {
    if (set === "speed") return clock.wake();
    run(false);
    figure.part("verdict").replaceChildren();
    if (set === "scenario") {
      name = figure.element.querySelector("[data-set=scenario]").value;
      issue();
    } else {
      other.hidden = !figure.setting("compare");
      restart();
    }
  });

  const asked = Object.fromEntries(new URLSearchParams(location.hash.slice(1)));
  if (Object.hasOwn(scenarios, asked.scenario ?? "")) {
    name = asked.scenario;
    const chooser = figure.element.querySelector("[data-set=scenario]");
    if (chooser) chooser.value = name;
    issue(asked);
  } else issue();
  progress();
  advance(1); // never empty: the first second has passed
  Clock.onSight(figure, () => {
    if (taken) return;
    run(true);
    setTimeout(() => taken || run(false), FIRST);
  });
  if (Clock.calm) figure.say("Your system asks for less motion: time passes when you press Run (a second), or Step, under More.");
}
