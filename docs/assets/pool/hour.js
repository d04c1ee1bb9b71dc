/* An hour that went wrong, minute by minute, and six complaints: which fault is behind which. */

import { Clock } from "../page/clock.js";

// Of each minute: quick answers, the others, connections in use, requests that wait for one; of docs/p4_scale/incident.json.
export const HOUR = "20,0,0,0 20,0,0,0 20,0,0,0 20,0,0,0 20,0,0,0 20,0,0,0 20,0,0,0 20,0,0,0 19,1,0,0 20,0,0,0 20,0,0,0 20,0,0,0 20,0,0,0 20,0,0,0 20,0,0,0 15,5,5,0 15,5,10,0 13,7,15,2 1,19,15,7 1,19,15,11 13,7,15,10 20,0,10,0 20,0,10,0 20,0,7,0 20,0,0,0 20,0,0,0 20,0,0,0 24,0,4,0 24,0,8,0 24,0,12,0 14,10,15,10 1,23,15,9 1,19,15,19 1,19,15,2 1,19,15,38 1,19,0,0 19,1,0,0 20,0,0,0 20,0,2,2 2,14,15,10 1,23,15,17 1,19,15,14 1,19,15,2 1,19,0,0 19,1,0,0 20,0,0,0 20,0,0,0 7,13,1,0 0,20,1,0 0,20,1,0 19,1,0,0 20,0,0,0 3,116,15,3 0,21,15,23 0,20,15,25 0,20,15,1 0,20,15,23 8,9,1,0 22,1,0,0 20,0,0,0".split(" ").map((minute) => minute.split(",").map(Number));
const MOMENTS = { restart: [8, 5], payment: [18, 2], newsletter: [32, 4], prices: [40, 3], reviews: [48, 1], rush: [56, 6] }; // minute, fault
const HINTS = {
  restart: "One request failed, and then none: what had the pool kept from before the restart?",
  payment: "It ended with the slow payments: the connections were returned.",
  newsletter: "Its readers had left long ago, and all 15 were in use until the store was restarted.",
  prices: "Who was still busy with what the store had sent?",
  reviews: "One connection is in use and nobody waits for one, and yet everybody waits.",
  rush: "The lock is gone. Who goes on waiting, and for what?",
};
const BEAT = 150; // milliseconds for a minute
const MOST = 40; // of those who wait or are hurt, for a full lane

const clock = (minute) => `14:${String(minute).padStart(2, "0")}`;

/** Give the lanes of a minute. */
function lanes(minute) {
  const [quick, hurt, used, pending] = HOUR[minute];
  const lane = (state, word, share) => ({ state: share ? state : "idle", word, at: Math.min(1, share) });
  return [
    lane("lent", `${clock(minute)}: ${quick} answered quickly`, quick / 20),
    lane("leaked", `${hurt} late, busy, failed or gone`, hurt / MOST),
    lane("building", `${used} of 15 connections in use`, used / 15),
    lane("building", `${pending} wait for a connection`, pending / MOST),
  ];
}

/** Give the still: the minute before the store was restarted. */
export function stills() {
  return { lanes: lanes(34).map(({ state, word }) => [state, word]), minute: 34 };
}

export function play(figure) {
  let timer = null, touched = false;
  const slider = figure.element.querySelector('[data-set="minute"]');

  function draw() {
    const minute = figure.setting("minute");
    figure.lanes("now", lanes(minute));
    figure.put("minute", clock(minute));
  }

  function count() {
    const right = Object.entries(MOMENTS).filter(([name, [, fault]]) => figure.setting(name) === fault);
    figure.put("put-right", `${right.length} of 6`);
    figure.element.toggleAttribute("data-reached", right.length === 6);
    return right.length;
  }

  function go(minute) {
    slider.value = minute;
    draw();
  }

  function run() {
    clearTimeout(timer);
    if (Clock.calm) return go(34);
    const next = figure.setting("minute") + 1;
    if (next === HOUR.length) return figure.say("The hour is over. Your turn: put a fault to each complaint.");
    go(next);
    timer = setTimeout(run, BEAT);
  }

  function start() {
    go(0);
    figure.say("Twenty shoppers a minute, and six moments in which they are hurt.");
    run();
  }

  figure.on("play", () => {
    touched = true;
    start();
  });
  figure.onSet((name) => {
    touched = true;
    clearTimeout(timer);
    if (name === "minute") {
      draw();
      return figure.say(lanes(figure.setting("minute")).map(({ word }) => word).join(", ") + ".");
    }
    const [minute, fault] = MOMENTS[name];
    go(minute);
    const right = figure.setting(name) === fault;
    if (count() === 6) return figure.say("Reached: all six. Now find them in the code.");
    figure.say(`${clock(minute)}: ${right ? "right" : "look again"}. ${HINTS[name]}`);
  });
  draw();
  Clock.onSight(figure, () => touched || start());
}
