/* Five booths and a search() that never hangs up: causing the leak, waiting out the time-out, and what helps. */

import { Clock } from "../page/clock.js";
import { booths, mood, Picture, queue, still } from "./drawing.js";
import { QueuePool } from "./model.js";
import { Process } from "./process.js";

const SIZE = 5, TIMEOUT = 30; // seconds: SQLAlchemy's default
const LINE = "line 2"; // of the search() beside the picture, which takes the connection
const STILL = 12; // seconds that the sixth call has waited in the still
const BEAT = 250; // milliseconds between the calls of the first rush

function begin() {
  return new Process(new QueuePool({ poolSize: SIZE, maxOverflow: 0, timeout: TIMEOUT }));
}

function sceneOf(process) {
  const { pool } = process;
  const open = [
    ...pool.lent.map((loan) => ({ number: loan.connection, state: "leaked", text: `call ${loan.caller}, ${LINE}` })),
    ...pool.idle.map((number) => ({ number, state: "idle", text: "idle" })),
  ].sort((one, other) => one.number - other.number);
  const all = Array.from({ length: SIZE }, (_, place) => open[place] ?? { state: "none", text: "not open" });
  return [...booths(all), ...queue(pool.waiting.map((loan) => ({ key: `call${loan.caller}`, mood: mood(pool.now - loan.since, 8, 20) })), { right: 616, top: 172 })];
}

const words = ({ pool }) => `${pool.lent.length} of ${SIZE} connections not returned, ${pool.idle.length} idle, ${pool.waiting.length} calls waiting`;

function numbers(process) {
  const { pool } = process;
  const [first] = pool.waiting;
  const waited = first ? pool.now - first.since : 0;
  return {
    wait: first ? `Call ${pool.waiting.map((loan) => loan.caller).join(", ")} waits` : "Nobody waits",
    clock: `${waited.toFixed(1)} s of ${TIMEOUT} s`, share: waited / TIMEOUT,
    error: process.error ? `${process.error.kind}: ${process.error.text}` : "none",
    "calls-done": process.answered, "calls-failed": process.failed, "calls-leaked": process.leaked.length,
  };
}

function stillProcess() {
  const process = begin();
  for (let call = 0; call <= SIZE; call += 1) process.call("forgets");
  process.advance(STILL);
  return process;
}

/** Give the still: five connections leaked, the sixth call waiting. */
export function stills() {
  const process = stillProcess();
  return { scene: still(sceneOf(process)), words: words(process), ...numbers(process) };
}

export function play(figure) {
  let process, timer = null;
  let played = false; // the reader has taken over
  let untouched = true; // the still is seen; whoever presses a button begins anew
  const picture = new Picture(figure.part("scene"));

  function draw() {
    picture.draw(sceneOf(process));
    figure.part("scene").ariaLabel = words(process);
    const { share, ...texts } = numbers(process);
    for (const [name, text] of Object.entries(texts)) figure.put(name, text);
    figure.bar("clock-bar", 0, share);
  }

  function call(ending, sentence) {
    const { pool } = process;
    if (pool.waiting.length >= 3) return figure.say("Three calls are waiting already. Let time pass, or run the collector.");
    const loan = process.call(ending);
    draw();
    figure.say(pool.waiting.includes(loan) ? `Call ${loan.caller} waits: all five connections are in use.${Clock.calm ? " Press Step, under More, to let time pass." : ""}` : sentence(loan));
    clock.wake();
  }

  const leak = () => call("forgets", (loan) => `Call ${loan.caller} got its answer, and its connection is not returned. ${process.leaked.length} of ${SIZE} leaked.`);

  function renew() {
    untouched = false;
    process = begin();
  }

  function rush() {
    played = true;
    renew();
    let calls = 0;
    timer = setInterval(() => {
      leak();
      if ((calls += 1) > SIZE) clearInterval(timer);
    }, BEAT);
  }

  const clock = new Clock(figure, {
    until: () => (untouched && !Clock.calm ? null : process.pool.untilNext),
    advance(seconds) {
      untouched = false;
      const { failed } = process;
      process.advance(seconds);
      draw();
      if (process.failed > failed) figure.say(`TimeoutError after ${TIMEOUT} s: five connections were never returned. Your turn: find what gets them back.`);
    },
    speed: () => figure.setting("speed") / 1000,
    leap: () => 10,
    first: () => played || rush(),
  });

  const on = (action, listener) => figure.on(action, () => {
    played = true;
    clearInterval(timer);
    if (untouched) renew();
    listener();
  });
  on("leak", leak);
  on("leak-idle", () => call("forgets unused", (loan) => `Call ${loan.caller} ran no query: nothing refers to its connection any more, so Python frees it at once.`));
  on("with", () => call("with", (loan) => `Call ${loan.caller} got its answer and returned its connection.`));
  on("collect", () => {
    const found = process.collect();
    draw();
    figure.say(found ? `The collector found ${found} connections and returned them. In a running program it counts objects; nobody knows when it runs.` : "The collector found nothing to return.");
    clock.wake();
  });
  on("reset", () => {
    renew();
    draw();
    figure.say("A new process: nothing opened, nothing leaked.");
  });
  figure.onSet(() => {
    played = true;
    clock.wake();
  });

  process = stillProcess();
  draw();
  figure.say(`Five calls never returned their connection; the sixth has waited ${STILL} s.${Clock.calm ? " Step, under More, moves time." : ""}`);
}
