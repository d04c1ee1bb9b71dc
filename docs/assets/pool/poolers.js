/* Ada and Bob behind a pooler with two sessions: whose rows a name brings. */

import { Clock } from "../page/clock.js";
import { Picture, still } from "./drawing.js";
import { Pooled } from "./poolers-model.js";

const BEAT = 900; // milliseconds between the steps of the first rush
const GROUND = 122;
const PEOPLE = ["Ada", "Bob"];
const QUERIES = ["price", "pieces"]; // Ada asks for the price of a lamp, Bob how many are left
const VALUES = { price: "39", pieces: "7" };

const begun = (prepares) => new Pooled({ queries: QUERIES, prepares });

function sceneOf(pooled) {
  const sessions = pooled.sessions.map(({ number, statements }, at) => {
    const holder = pooled.clients.findIndex(({ session }) => session?.number === number);
    const names = [...statements].map(([name, query]) => `${name}: ${query}`).join(", ");
    return {
      key: `session${number}`, kind: "booth", y: GROUND, x: 180 + at * 120, state: holder < 0 ? "idle" : "busy",
      text: names || "no names",
    };
  });
  const houses = pooled.clients.map(({ session }, at) => ({
    key: `client${at}`, kind: "house", y: GROUND, x: 60 + at * 360, text: session ? `${PEOPLE[at]}: session ${session.number}` : PEOPLE[at],
  }));
  return [...houses, ...sessions];
}

const words = (pooled) => sceneOf(pooled).map(({ key, text, state }) => (state ? `${key} ${state}, ${text}` : text)).join("; ");

const STEPS = [["ask", 0], ["ask", 1], ["end", 0], ["end", 1], ["ask", 0]];

/** Give the still: both have prepared, each in a session of its own. */
export function stills() {
  const pooled = begun(true);
  for (const [step, at] of STEPS.slice(0, 4)) pooled[step](at);
  return { scene: still(sceneOf(pooled)), words: words(pooled), "got-own": 2, "got-other": 0, "got-errors": 0 };
}

export function play(figure) {
  const picture = new Picture(figure.part("scene"));
  const found = new Set(); // "mixed up", "error", and "prevented"
  let pooled = begun(true), own = 0, other = 0, errors = 0, timers = [];
  const moved = new Set(); // whose session has changed, without names

  function draw() {
    picture.draw(sceneOf(pooled));
    figure.part("scene").ariaLabel = words(pooled);
    figure.put("got-own", own);
    figure.put("got-other", other);
    figure.put("got-errors", errors);
    figure.element.toggleAttribute("data-reached", found.size === 3);
  }

  function say(sentence) {
    draw();
    figure.say(found.size === 3 ? `${sentence} Reached: a wrong row, an error, and neither.` : sentence);
  }

  function ask(at) {
    const { got, error, name } = pooled.ask(at);
    const where = `in session ${pooled.clients[at].session.number}`;
    if (error === "aborted") return say(`${PEOPLE[at]}’s transaction has failed. It must end first.`);
    if (error) {
      errors += 1;
      found.add("error");
      return say(`${PEOPLE[at]} ${where}: prepared statement "${name}" ${error}.`);
    }
    const right = got === QUERIES[at];
    if (right) own += 1; else other += 1;
    if (!right) found.add("mixed up");
    if (!pooled.prepares) {
      moved.add(`${at} ${where}`);
      if (moved.size > 2) found.add("prevented");
    }
    say(`${PEOPLE[at]} asks for the ${QUERIES[at]} ${where}${name ? `, by the name ${name}` : ""}, and gets ${VALUES[got]}${
      right ? "." : `: the ${got}. No error.`}`);
  }

  function end(at) {
    const session = pooled.clients[at].session;
    say(pooled.end(at) ? `${PEOPLE[at]}’s transaction ends. Session ${session.number} is the first to be assigned again.`
      : `${PEOPLE[at]} has no transaction.`);
  }

  function begin() {
    pooled = begun(!figure.setting("unprepared"));
    [own, other, errors] = [0, 0, 0];
    moved.clear();
  }

  function rush() {
    const steps = STEPS.map(([step, at]) => () => (step === "ask" ? ask(at) : end(at)));
    steps.push(() => say("Ada was shown what is left for a price. Your turn: cause an error as well. Then prevent both."));
    timers = steps.map((step, at) => setTimeout(step, BEAT * (at + 1)));
  }

  const on = (action, listener) => figure.on(action, () => {
    timers.forEach(clearTimeout);
    listener();
  });
  for (const at of [0, 1]) {
    on(`ask${at + 1}`, () => ask(at));
    on(`end${at + 1}`, () => end(at));
  }
  on("reset", () => {
    begin();
    say("A pooler with two fresh sessions.");
  });
  figure.onSet(() => {
    timers.forEach(clearTimeout);
    begin();
    say(pooled.prepares ? "The driver prepares each query, under a name." : "prepare_threshold=None: each query is sent whole. Let both ask, end, and ask again.");
  });
  for (const [step, at] of STEPS.slice(0, 4)) pooled[step](at);
  own = 2;
  draw();
  figure.say("Both have prepared, each in another session. Let Ada ask again.");
  Clock.onSight(figure, () => {
    begin();
    draw();
    rush();
  });
}
