/* One event loop, fifteen connections, and a ping: how many requests at once stop it, and for how long. */

import { Clock } from "../page/clock.js";
import { mood, Picture, queue, still } from "./drawing.js";
import { ASYNC, CAPACITY, Rush, SYNC, TIMEOUT } from "./loop.js";

const GROUND = 74, PLACES = 14; // of the booths; of the pings that are drawn
const LONG = 3600; // milliseconds that a run takes, however long it would be
const STILL = 12; // seconds into the first run
const FIRST = { how: SYNC, requests: 16 };

function sceneOf(rush, time) {
  const { states, due, pings } = rush.at(time);
  const inUse = states.filter((state) => state === "has one").length;
  const opened = Math.min(states.length, CAPACITY);
  const booths = Array.from({ length: CAPACITY }, (_, place) => ({
    key: `booth${place}`, kind: place < 5 ? "booth" : "folding", x: 40 + place * 40, y: GROUND, scale: 0.62,
    state: place < inUse ? (place < 5 ? "lent" : "overflow") : place < Math.min(opened, 5) && time > 0 ? "idle" : "none",
  }));
  const waiting = states.flatMap((state, place) => (state === "waits" || state === "blocks"
    ? [{ key: `request${place + 1}`, mood: mood(time, 5, 20) }] : []));
  const unanswered = Math.min(due - pings, PLACES);
  const letters = Array.from({ length: unanswered }, (_, place) => ({
    key: `ping${place}`, kind: "letter", x: 28 + place * 44, y: 146, from: [640, 146], to: [640, 146],
  }));
  return [...booths, ...queue(waiting, { right: 616, top: 112, width: 27, rows: 1 }), ...letters];
}

function words(rush, time) {
  const { states, blocked } = rush.at(time);
  const count = (name) => states.filter((state) => state === name).length;
  return `${count("has one")} of ${CAPACITY} connections in use, ${count("waits") + count("blocks")} requests waiting, ` +
    (blocked ? `the loop stands still in connect() of request ${blocked}` : "the loop runs");
}

function numbers(rush, time) {
  const { states, blocked, due, pings } = rush.at(time);
  const count = (name) => states.filter((state) => state === name).length;
  const silent = Math.min(time, rush.frozen);
  return {
    loop: blocked ? `The loop stands still in connect() of request ${blocked}; pings wait: ${due - pings}` : "The loop runs; no ping waits",
    silence: `silent: ${silent.toFixed(0)} s`, share: rush.end ? Math.min(1, silent / Math.max(rush.frozen, TIMEOUT)) : 0,
    "rush-pings": pings, "rush-answered": count("answered"), "rush-failed": count("failed"), "rush-clock": `${time.toFixed(1)} s`,
  };
}

/** Give the still: sixteen requests, and the sixteenth keeps the loop in connect(). */
export function stills() {
  const rush = new Rush(FIRST.how, FIRST.requests);
  return { scene: still(sceneOf(rush, STILL)), words: words(rush, STILL), ...numbers(rush, STILL) };
}

function ending(rush, how, requests) {
  if (rush.frozen) {
    return `For ${rush.frozen} s nothing ran, no ping either, and ${rush.failed} failed. Your turn: keep the ping alive with 30 at once.`;
  }
  if (requests < 30) return `All ${requests} were answered, and every ping. Do 30 at once get along as well?`;
  return "Goal reached: all 30 and every ping were answered. " + (how === ASYNC ? "The wait for the pool is awaited." : "The wait for the pool is in a thread.");
}

export function play(figure) {
  let rush = new Rush(FIRST.how, FIRST.requests), time = STILL, running = false;
  let how = FIRST.how, requests = FIRST.requests, played = false;
  const picture = new Picture(figure.part("scene"));

  function draw() {
    picture.draw(sceneOf(rush, time));
    figure.part("scene").ariaLabel = words(rush, time);
    const { share, ...texts } = numbers(rush, time);
    for (const [name, text] of Object.entries(texts)) figure.put(name, text);
    figure.bar("silence-bar", 0, share);
  }

  function start() {
    [how, requests] = [figure.setting("how"), figure.setting("requests")];
    [rush, time, running] = [new Rush(how, requests), 0, true];
    draw();
    figure.say(how === SYNC && requests > CAPACITY
      ? `${CAPACITY} requests have a connection; request ${CAPACITY + 1} waits for one in connect().`
      : `${requests} requests, ${Math.min(requests, CAPACITY)} connections in use.`);
    clock.wake();
  }

  const clock = new Clock(figure, {
    until: () => (running ? (rush.moments.find((moment) => moment > time) ?? rush.end) - time : null),
    advance(seconds) {
      time = Math.min(time + seconds, rush.end);
      running = time < rush.end;
      draw();
      if (!running) figure.say(ending(rush, how, requests));
    },
    speed: () => rush.end / LONG,
    leap: () => rush.end,
    first: () => played || start(),
  });

  figure.on("send", () => {
    played = true;
    start();
  });
  figure.onSet(() => {
    played = true;
    figure.put("requests", figure.setting("requests"));
  });

  draw();
  figure.say(`The sixteenth has waited ${STILL} s, and the loop with it.${Clock.calm ? " Step, under More, moves time." : ""}`);
}
