/* Five connections and a search() that forgets close(): causing the leak, waiting out the time-out, and what helps. */

import { Clock } from "../page/clock.js";
import { QueuePool } from "./model.js";
import { Process } from "./process.js";

const SIZE = 5, TIMEOUT = 30; // seconds: SQLAlchemy's default

export function play(figure) {
  let process, pool;

  function restart() {
    pool = new QueuePool({ poolSize: SIZE, maxOverflow: 0, timeout: TIMEOUT });
    process = new Process(pool);
  }

  function draw() {
    const lanes = [
      ...pool.lent.map((loan) => ({ number: loan.connection, state: "leaked", word: `#${loan.connection} leaked by call ${loan.caller}` })),
      ...pool.idle.map((number) => ({ number, state: "idle", word: `#${number} idle` })),
    ].sort((one, other) => one.number - other.number);
    while (lanes.length < SIZE) lanes.push({ state: "none", word: "not open yet" });
    figure.lanes("lanes", lanes);
    const [first] = pool.waiting;
    figure.bench("wait", pool.waiting.length, first ? `Call ${pool.waiting.map((loan) => loan.caller).join(", ")} waits` : "Nobody waits");
    const waited = first ? pool.now - first.since : 0;
    figure.put("clock", `${waited.toFixed(1)} s of ${TIMEOUT} s`);
    figure.bar("clock-bar", 0, waited / TIMEOUT);
    figure.put("error", process.error ? `${process.error.kind}: ${process.error.text}` : "none");
    figure.put("calls-done", process.answered);
    figure.put("calls-failed", process.failed);
    figure.put("calls-leaked", process.leaked.length);
  }

  function call(ending, sentence) {
    if (pool.waiting.length >= 3) return figure.say("Three calls wait already. Let time pass, or run the collector.");
    const loan = process.call(ending);
    draw();
    figure.say(pool.waiting.includes(loan) ? `Call ${loan.caller} waits: all five connections are out.${Clock.calm ? " Press Step to let time pass." : ""}` : sentence(loan));
    clock.wake();
  }

  const clock = new Clock(figure, {
    until: () => pool.untilNext,
    advance(seconds) {
      const { failed } = process;
      process.advance(seconds);
      draw();
      if (process.failed > failed) figure.say(`TimeoutError after ${TIMEOUT} s. The five leaked connections are still out.`);
    },
    speed: () => figure.setting("speed") / 1000,
    leap: () => 10,
  });

  figure.on("leak", () => call("forgets", (loan) => `Call ${loan.caller} got its answer, and its connection stays out. ${process.leaked.length} of ${SIZE} leaked.`));
  figure.on("leak-idle", () => call("forgets unused", (loan) => `Call ${loan.caller} ran no query: nothing refers to its connection any more, so Python frees it at once.`));
  figure.on("with", () => call("with", (loan) => `Call ${loan.caller} got its answer and gave its connection back.`));
  figure.on("collect", () => {
    const found = process.collect();
    draw();
    figure.say(found ? `The collector found ${found} connections and gave them back. Nobody knows when it would have run by itself.` : "The collector found nothing to give back.");
    clock.wake();
  });
  figure.on("reset", () => {
    restart();
    draw();
    figure.say("A new process: nothing opened, nothing leaked.");
  });
  figure.onSet(() => clock.wake());

  restart();
  draw();
}
