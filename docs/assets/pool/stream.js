/* Two slow readers of a long answer, a pool of two, and everybody else. */

import { Clock } from "../page/clock.js";
import { Picture, still } from "./drawing.js";
import { StreamStore } from "./stream-model.js";

const BEAT = 900; // milliseconds between the steps of the first rush
const NAMES = ["Ann", "Ben", "Eve", "Joe", "Kim", "Lou", "Mia", "Noa"];
const BOOTHS = [150, 245], HOUSES = [375, 480]; // on a phone, 110 to 530 is seen

function sceneOf(store) {
  const holds = store.way === "batch" ? [] : store.readers;
  const booths = BOOTHS.map((x, place) => {
    const reader = holds.find((one) => one.place === place);
    const lost = !reader && place < BOOTHS.length && store.lostAt.includes(place);
    return { key: `booth${place}`, kind: "booth", x, y: 122, state: lost ? "leaked" : reader ? "busy" : "idle", text: lost ? "not returned" : reader ? `for ${reader.name}` : "idle" };
  });
  const houses = store.readers.map(({ name, got, seat }) => ({
    key: name, kind: "house", x: HOUSES[seat], y: 122, from: [700, 122], to: [700, 122], state: "fresh", text: `${name}: ${got} of ${store.pieces}`,
  }));
  return [...booths, ...houses];
}

function numbers(store) {
  return { "others-answered": store.answered, "others-refused": store.refused, "others-lost": store.lost };
}

const words = (store) => sceneOf(store).map(({ kind, text }) => (kind === "booth" ? `connection ${text}` : `${text} pieces`)).join("; ");

const begin = (way) => Object.assign(new StreamStore({ way }), { lostAt: [] });

/** The lowest of two places that nothing stands on. */
const free = (taken) => [0, 1].find((place) => !taken.includes(place));

function come(store, name) {
  const seat = free(store.readers.map((one) => one.seat));
  const place = free([...store.readers.map((one) => one.place), ...store.lostAt]);
  if (!store.come()) return false;
  Object.assign(store.readers.at(-1), { name, seat, place });
  return true;
}

function end(store, reader, leaves) {
  if (leaves) store.leave(reader);
  else store.next(reader);
  if (store.way === "function" && !store.readers.includes(reader)) store.lostAt.push(reader.place);
}

/** Give the still: two read, and nobody else is answered. */
export function stills() {
  const store = begin("request");
  come(store, "Ann");
  come(store, "Ben");
  for (let count = 0; count < 3; count += 1) store.ask();
  return { scene: still(sceneOf(store)), words: words(store), ...numbers(store) };
}

export function play(figure) {
  const picture = new Picture(figure.part("scene"));
  const select = figure.element.querySelector('[data-set="way"]');
  let store = begin("request"), came = 0, timers = [];
  let served = false; // the others were answered while two read

  function say(sentence) {
    picture.draw(sceneOf(store));
    figure.part("scene").ariaLabel = words(store);
    for (const [name, text] of Object.entries(numbers(store))) figure.put(name, text);
    const reached = served && store.finished > 1 && !store.inUse;
    figure.element.toggleAttribute("data-reached", reached);
    figure.say(reached ? `${sentence} Reached: two have read everything, and everybody was served meanwhile.` : sentence);
  }

  const holding = () => `${store.inUse} of 2 in use`;

  function arrive() {
    if (store.readers.length === 2) return say("Two read already. Let them read on.");
    const name = NAMES[came++ % NAMES.length];
    const ok = come(store, name);
    say(ok ? `${name} has the first piece and works on it: ${holding()} while the store waits.` : `${name} gets a TimeoutError: ${holding()}, and none is free.`);
  }

  function others() {
    const two = store.readers.length === 2;
    let ok = true;
    for (let count = 0; count < 3; count += 1) ok = store.ask() && ok;
    served ||= ok && two;
    say(ok ? `Three others ask and are answered: ${holding()}.` : `Three others ask, and each gets a TimeoutError: ${holding()}, and no query runs.`);
  }

  function read() {
    if (!store.readers.length) return say("Nobody reads. Let a reader come.");
    const before = store.finished;
    for (const reader of [...store.readers]) end(store, reader, false);
    const done = store.finished - before;
    say(done ? `${done} of them had the last piece: the answer is over. ${holding()}${store.lost ? ", for good: nobody closes the session that began anew" : ""}.` : `The next piece: ${holding()} while it is read.`);
  }

  function leave() {
    if (!store.readers.length) return say("Nobody reads. Let a reader come.");
    const [reader] = store.readers;
    end(store, reader, true);
    say(`${reader.name} leaves in the middle: ${holding()}.`);
  }

  function reset(way) {
    [store, came, served] = [begin(way), 0, false];
    say("A store with a pool of two, and nobody reads.");
  }

  const on = (action, listener) => figure.on(action, () => {
    timers.forEach(clearTimeout);
    listener();
  });
  on("come", arrive);
  on("read", read);
  on("ask", others);
  on("leave", leave);
  on("reset", () => reset(select.value));
  figure.onSet(() => {
    timers.forEach(clearTimeout);
    reset(select.value);
  });
  function rush() {
    reset("request");
    const steps = [arrive, arrive, others, () => say("Two slow readers, and nobody else is served. Your turn: choose whose session reads the pieces.")];
    timers = steps.map((step, at) => setTimeout(step, BEAT * (at + 1)));
  }

  came = 2;
  come(store, "Ann");
  come(store, "Ben");
  for (let count = 0; count < 3; count += 1) store.ask();
  say("Ann and Ben have read one piece of four. Three others have asked, and got a TimeoutError.");
  Clock.onSight(figure, () => select.value === "request" && rush());
}
