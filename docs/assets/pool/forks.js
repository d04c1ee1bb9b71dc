/* Two workers of a server that forked: one connection for both, or one for each. */

import { Clock } from "../page/clock.js";
import { Picture, still } from "./drawing.js";
import { Workers } from "./forks-model.js";

const BEAT = 900; // milliseconds between the steps of the first rush
const GROUND = 122;
const SHOPPERS = ["Ada", "Bob"]; // worker 1 asks for Ada, worker 2 for Bob

const one = (worker) => `worker ${worker + 1}`;

function sceneOf(workers) {
  const connections = workers.streams.map((stream, at) => ({
    key: `connection${at}`, kind: "booth", y: GROUND, x: workers.shared ? 240 : 185 + at * 110, state: stream.length ? "lent" : "idle",
    text: `${stream.length ? `to read: ${stream.join(", ")}` : "nothing to read"}`,
  }));
  const houses = SHOPPERS.map((_, worker) => ({
    key: `worker${worker}`, kind: "house", y: GROUND, x: 70 + worker * 340,
    text: workers.waiting[worker] === null ? one(worker) : `${one(worker)} asks for ${workers.waiting[worker]}`,
  }));
  return [...houses, ...connections];
}

const words = (workers) => `${workers.shared ? "one connection for both" : "a connection for each"}: ${sceneOf(workers).map(({ text }) => text).join("; ")}`;

/** Give the still: both have asked, on one connection. */
export function stills() {
  const workers = new Workers();
  SHOPPERS.forEach((name, worker) => workers.ask(worker, name));
  return { scene: still(sceneOf(workers)), words: words(workers), "got-own": 0, "got-other": 0 };
}

export function play(figure) {
  const picture = new Picture(figure.part("scene"));
  const found = new Set(); // "mixed up", and how it was prevented: "lazy", "cured"
  let workers = new Workers(), own = 0, other = 0, timers = [];

  function draw() {
    picture.draw(sceneOf(workers));
    figure.part("scene").ariaLabel = words(workers);
    figure.put("got-own", own);
    figure.put("got-other", other);
    figure.element.toggleAttribute("data-reached", found.size === 3);
  }

  function say(sentence) {
    draw();
    figure.say(found.size === 3 ? `${sentence} Reached: mixed up once, and prevented in both ways.` : sentence);
  }

  function ask(worker) {
    const asked = workers.ask(worker, SHOPPERS[worker]);
    say(asked ? `The ${one(worker)} asks for ${SHOPPERS[worker]}’s basket${workers.shared ? ", on the one connection that both have" : ""}.`
      : `The ${one(worker)} waits for an answer already.`);
  }

  function read(worker) {
    const both = workers.waiting.every((question) => question !== null);
    if (workers.waiting[worker] === null) return say(`The ${one(worker)} has asked nothing.`);
    const lost = workers.stream(worker).slice(1);
    const answer = workers.read(worker);
    if (answer === null) return say(`Nothing comes: the answer was taken by the other worker. The ${one(worker)} waits on, for ever if nobody ends it.`);
    const right = answer === SHOPPERS[worker];
    if (right) own += 1; else other += 1;
    if (!right) found.add("mixed up");
    if (right && both && !workers.shared) found.add(figure.setting("cured") ? "cured" : "lazy");
    say(`The ${one(worker)} got ${answer}’s basket${right ? "" : `, and shows it to ${SHOPPERS[worker]}. No error`}.${
      lost.length ? ` What came behind it, ${lost.join(", ")}’s, it threw away.` : ""}`);
  }

  function begin() {
    workers = new Workers({ warm: !figure.setting("lazy"), cured: figure.setting("cured") });
    [own, other] = [0, 0];
  }

  function rush() {
    const steps = [() => ask(0), () => ask(1), () => read(1), () => say("Bob was shown Ada’s basket. Your turn: now let worker 1 read. Then prevent it, in two ways.")];
    timers = steps.map((step, at) => setTimeout(step, BEAT * (at + 1)));
  }

  const on = (action, listener) => figure.on(action, () => {
    timers.forEach(clearTimeout);
    listener();
  });
  for (const worker of [0, 1]) {
    on(`ask${worker + 1}`, () => ask(worker));
    on(`read${worker + 1}`, () => read(worker));
  }
  on("reset", () => {
    begin();
    say("Two workers, just forked.");
  });
  figure.onSet(() => {
    timers.forEach(clearTimeout);
    begin();
    say(workers.shared ? "Forked after a query: both workers have the connection that the master had opened."
      : "Each worker opens a connection of its own. Let both ask, and let worker 2 read first.");
  });
  SHOPPERS.forEach((name, worker) => workers.ask(worker, name));
  draw();
  figure.say("Both have asked, on one connection. Let worker 2 read first.");
  Clock.onSight(figure, () => {
    begin();
    draw();
    rush();
  });
}
