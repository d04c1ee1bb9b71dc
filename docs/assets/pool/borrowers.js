/* Two borrowers in a pool that is a list: the reader chooses who runs the next line, first without a lock and then with one. */

import { Clock } from "../page/clock.js";
import { Picture, still } from "./drawing.js";
import { LINES, Threads } from "./threads.js";

const GROUND = 122, PLACES = { 1: 170, 2: 310 }; // of the two connections
const HOME = { A: 60, B: 420 };
const BEAT = 450; // milliseconds between two lines of the first run
const CALM_ORDER = "AAABBB", STILL = "ABABAB";

/** Who has a connection, or has taken it out of the list and is about to leave with it. */
const takers = (threads, number) => ["A", "B"].filter((name) => threads.sees[name] === number && ["give", "end"].includes(threads.at[name]));

function sceneOf(threads) {
  const booths = [1, 2].map((number) => {
    const users = takers(threads, number);
    const [state, text] = users.length ? ["lent", users.join(" and ")] : threads.idle.includes(number) ? ["idle", "idle"] : ["leaked", "in no list"];
    return { key: `booth${number}`, kind: "booth", x: PLACES[number], y: GROUND, state, text: `${number}: ${text}` };
  });
  const shoppers = ["A", "B"].flatMap((name) => {
    const number = threads.sees[name];
    const uses = takers(threads, number);
    const x = number === null ? HOME[name] : PLACES[number] + (name === "A" ? -1 : 1) * (uses.includes(name) ? 22 : 46);
    const state = uses.length > 1 && uses.includes(name) ? "late" : uses.includes(name) ? "talking" : "fresh";
    return [{ key: name, kind: "shopper", x, y: GROUND + 52, state }, { key: `name${name}`, kind: "words", x: x - 4, y: GROUND + 68, text: name }];
  });
  return [...booths, ...shoppers];
}

const holds = (threads, name) => (threads.has[name] === null ? `${name} has none yet` : `${name} has connection ${threads.has[name]}`);
const words = (threads) => `${holds(threads, "A")}, ${holds(threads, "B")}`;

function numbers(threads) {
  return {
    idle: `[${threads.idle.join(", ")}]`,
    owner: threads.locked ? threads.owner ?? "free" : "no lock",
    lock: threads.locked ? "    with lock:" : "    # no lock",
    ...Object.fromEntries(Object.keys(LINES).map((line) => [`at-${line}`, ["A", "B"].filter((name) => threads.at[name] === line).join(" ")])),
  };
}

/** Give the still: both have connection 2. */
export function stills() {
  const threads = new Threads({ locked: false });
  for (const name of STILL) threads.run(name);
  return { scene: still(sceneOf(threads)), words: words(threads), ...numbers(threads) };
}

const DONE = {
  lock: (name) => `${name} takes the lock.`,
  look: (name, threads) => `${name} looks: the last idle one is connection ${threads.sees[name]}.`,
  take: (name, threads) => `${name} shortens the list${threads.locked ? " and lets go of the lock" : ""}: ${threads.idle.length} idle.`,
  give: (name, threads) => `${name} leaves checkout() with connection ${threads.has[name]}.`,
  waits: (name, threads) => `${name} waits: ${threads.owner} has the lock.`,
  ended: (name) => `${name} has left checkout() already: the other one's turn.`,
};

export function play(figure) {
  let threads, timer = null;
  let played = false; // the reader has taken over
  const picture = new Picture(figure.part("scene"));

  function draw() {
    picture.draw(sceneOf(threads));
    figure.part("scene").ariaLabel = words(threads);
    for (const [name, text] of Object.entries(numbers(threads))) figure.put(name, text);
  }

  function begin() {
    threads = new Threads({ locked: figure.setting("locked") });
  }

  function run(name) {
    if (threads.ended) begin();
    const done = threads.run(name);
    draw();
    if (!threads.ended || done === "ended") return figure.say(DONE[done](name, threads));
    const end = threads.shared ? `Both have connection ${threads.has.A}, and connection ${threads.has.A === 1 ? 2 : 1} is in no list. Now switch the lock on, and try again.`
      : threads.locked ? "Each has its own. With the lock, no order gives one connection to both."
        : "Each has its own: this order does no harm. Choose another one.";
    figure.say(end);
  }

  function first() {
    played = true;
    begin();
    draw();
    let done = 0;
    timer = setInterval(() => {
      run(CALM_ORDER[done]);
      if ((done += 1) < CALM_ORDER.length) return;
      clearInterval(timer);
      figure.say("A ran to its end, then B: each has its own. Your turn: choose an order in which both get the same connection.");
    }, BEAT);
  }

  const take = (listener) => () => {
    if (timer) begin(); // the reader's own run does not begin in the middle of ours
    clearInterval(timer);
    timer = null;
    played = true;
    listener();
  };
  figure.on("a", take(() => run("A")));
  figure.on("b", take(() => run("B")));
  figure.onSet(take(() => {
    begin();
    draw();
    figure.say(figure.setting("locked") ? "With a lock: only who has it runs lines 3 and 4." : "Without a lock: the other may run between any two lines.");
  }));

  threads = new Threads({ locked: false });
  for (const name of STILL) threads.run(name);
  draw();
  figure.say("Both have connection 2. Which order of lines leads there?");
  Clock.onSight(figure, () => played || first());
}
