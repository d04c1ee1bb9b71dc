/* Forty threads and fifteen connections: a burst of requests plays in slow motion until all are answered, or nobody moves. */

import { Clock } from "../page/clock.js";
import { Picture, still } from "./drawing.js";
import { Hops } from "./hops.js";

const THREADS = 40, CONNECTIONS = 15, CLIFF = THREADS + CONNECTIONS;
const FIRST = 70; // requests of the first burst
const SPEED = 0.018; // model time per time: 20 ms last a good second
const PATTERNS = ["tutorial", "commit", "admit"];
const COLUMNS = 10, STEP = 26; // of the threads' places
const ROOM = 20; // requests that are drawn in the queue; the others are counted

const begin = (pattern) => new Hops({ threads: THREADS, connections: CONNECTIONS, pattern });

const waitsInThread = (request) => request.thread && request.step === "endpoint";

function sceneOf(hops) {
  const under = hops.requests.filter(({ step }) => step !== "done" && step !== "door");
  // A request keeps its place as long as it keeps its thread, or its connection.
  const seats = (list, key, size) => {
    const places = Array(size).fill(null);
    for (const request of list) if (request[key] !== undefined && !places[request[key]]) places[request[key]] = request;
    for (const request of list) if (!places.includes(request)) places[(request[key] = places.indexOf(null))] = request;
    return places;
  };
  const threads = seats(under.filter(({ thread }) => thread), "seat", THREADS);
  const connections = seats(under.filter(({ connection }) => connection), "booth", CONNECTIONS);
  const things = threads.flatMap((request, place) => {
    const x = 36 + (place % COLUMNS) * STEP, y = 54 + Math.floor(place / COLUMNS) * 34;
    const slot = { key: `thread${place}`, kind: "slot", x, y, state: request ? (waitsInThread(request) ? "waits" : "works") : "free" };
    if (!request) return [slot];
    return [slot, { key: `request${request.number}`, kind: "shopper", x, y: y + 4, scale: 0.9, state: waitsInThread(request) ? "tired" : "talking", from: [-20, 210] }];
  });
  for (const [place, request] of connections.entries()) {
    const x = 356 + (place % 5) * 54, y = 76 + Math.floor(place / 5) * 64;
    things.push({ key: `connection${place}`, kind: "booth", x, y, scale: 0.55, state: request ? "lent" : "idle" });
    if (request && !request.thread) things.push({ key: `request${request.number}`, kind: "shopper", x: x + 20, y, scale: 0.9, state: "late" });
  }
  const queue = [...hops.forThread.filter(({ connection }) => !connection), ...hops.atTheDoor];
  for (const [place, request] of queue.slice(0, ROOM).entries()) {
    things.push({ key: `request${request.number}`, kind: "shopper", x: 300 - place * 14, y: 216, scale: 0.8, state: "fresh", from: [-20, 216] });
  }
  if (queue.length > ROOM) things.push({ key: "more", kind: "words", x: 306, y: 214, text: `+ ${queue.length - ROOM} more` });
  return [...things,
    { key: "threads", kind: "words", x: 24, y: 24, text: "40 threads" },
    { key: "connections", kind: "words", x: 340, y: 24, text: "15 connections" }];
}

function numbers(hops) {
  const holders = hops.requests.filter(({ connection, thread }) => connection && !thread).length;
  return {
    done: `${hops.done} of ${hops.total}`, working: `${hops.working} of ${THREADS}`, pool: hops.requests.filter(waitsInThread).length,
    held: `${hops.held} of ${CONNECTIONS}`, holders,
  };
}

function words(hops) {
  const { done, working, pool, held, holders } = numbers(hops);
  return `${done} answered; ${working} threads taken, ${pool} of them by requests that wait for a connection; ` +
    `${held} connections in use, ${holders} of them by requests that wait for a thread`;
}

const YOUR_TURN = "Your turn: find the smallest number.";

const jam = ({ total }) => `${total} at once stand still, a circular wait: ${CONNECTIONS} requests hold a connection and wait for a thread, ${THREADS} have a thread and wait for a connection.`;

function stillHops() {
  const hops = begin("tutorial");
  hops.arrive(FIRST);
  while (!hops.standsStill) hops.advance(hops.untilNext);
  return hops;
}

/** Give the still: a burst above the cliff that stands still. */
export function stills() {
  const hops = stillHops();
  return { scene: still(sceneOf(hops)), words: words(hops), said: `${jam(hops)} ${YOUR_TURN}`, ...numbers(hops) };
}

export function play(figure) {
  let hops;
  let played = false; // the reader has taken over
  let untouched = true; // the still is seen; whoever presses a button begins anew
  const served = new Set(); // numbers of requests at once that the tutorial's store has answered
  const picture = new Picture(figure.part("scene"));

  function draw() {
    picture.draw(sceneOf(hops));
    figure.part("scene").ariaLabel = words(hops);
    for (const [name, text] of Object.entries(numbers(hops))) figure.put(`now-${name}`, text);
  }

  function send() {
    untouched = false;
    hops = begin(PATTERNS[figure.setting("pattern")]);
    hops.arrive(figure.setting("number"));
    draw();
    figure.say(`${hops.total} requests at once.${Clock.calm ? " Press Step or Skip ahead, under More, to let time pass." : ""}`);
    clock.wake();
  }

  function conclude() {
    const { total, pattern, end } = hops;
    if (!hops.standsStill) {
      if (pattern === "tutorial") served.add(total);
      return figure.say(`${total} at once: all answered after ${Math.round(end / 1000)} ms.${total === CLIFF - 1 && pattern === "tutorial" ? " One more?" : ""}`);
    }
    const turn = total > CLIFF ? YOUR_TURN : served.has(CLIFF - 1) ? `Goal reached: ${THREADS} + ${CONNECTIONS} = ${CLIFF}. Now choose what takes it away.` : "Is this the smallest? Send 54.";
    figure.say(`${jam(hops)} ${turn}`);
  }

  const clock = new Clock(figure, {
    until: () => (untouched && !Clock.calm ? null : hops.untilNext),
    advance(micros) {
      untouched = false;
      const moves = hops.untilNext !== null;
      hops.advance(micros);
      draw();
      if (moves && hops.untilNext === null) conclude();
    },
    speed: () => SPEED * 1000, leap: () => 20000,
    first() {
      if (played) return;
      played = true;
      send();
    },
  });

  figure.on("send", () => {
    played = true;
    send();
  });
  figure.onSet(() => {
    played = true;
    figure.put("number", figure.setting("number"));
  });

  hops = stillHops();
  draw();
  conclude();
}
