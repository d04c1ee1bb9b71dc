/* A lock of 1.5 seconds, and half a minute of what shoppers met, second by second. */

import { Clock } from "../page/clock.js";
import { Outage, SECOND, STORES } from "./outage.js";

const SPEED = 6; // model time per time
const SECONDS = 30, STEP = 20, LEFT = 20, FOOT = 116, HIGH = 80, RATE = 80; // of the drawing
const KINDS = ["quick", "slow", "refused", "gone", "waits"];

const begin = (store) => new Outage(STORES[store]);

function pictureOf(outage) {
  const [from, to] = outage.locked.map((at) => LEFT + (at / SECOND) * STEP);
  const columns = outage.columns().flatMap((each, second) => {
    let y = FOOT;
    return KINDS.filter((kind) => each[kind]).map((kind) => {
      const tall = Math.round((HIGH * each[kind] * 10) / RATE) / 10;
      y -= tall;
      return `<rect class="${kind}" x="${LEFT + second * STEP + 1}" y="${Math.round(y * 10) / 10}" width="${STEP - 2}" height="${tall}"/>`;
    });
  });
  return `<rect class="locked" x="${from}" y="24" width="${to - from}" height="${FOOT - 24}"/>` +
    `<g class="words"><text x="${from}" y="18">locked</text></g>${columns.join("")}` +
    `<path class="axis" d="M${LEFT} ${FOOT}H${LEFT + SECONDS * STEP}"/>` +
    [0, 10, 20, 30].map((second) => `<text x="${LEFT + second * STEP}" y="${FOOT + 16}">${second} s</text>`).join("");
}

function numbers(outage) {
  const sums = Object.fromEntries(KINDS.map((kind) => [kind, outage.columns().reduce((sum, each) => sum + each[kind], 0)]));
  const holders = outage.hops.requests.filter(({ connection, thread }) => connection && !thread).length;
  return { ...sums, threads: `${outage.hops.working} of 40`, holders };
}

function words(outage) {
  const { quick, slow, refused, gone, waits, threads } = numbers(outage);
  return `Second ${Math.floor(outage.now / SECOND)}: ${quick} answered within a second, ${slow} later, ${refused} refused, ${gone} left without an answer, ${waits} wait; ${threads} threads taken`;
}

function conclusion(outage) {
  const after = outage.wellAfter();
  if (after === null) return "The lock was gone after 1.5 s. Twenty-five seconds later the store is still down. Your turn: choose another one.";
  return `Goal reached: ${after} s after the lock all answers are quick again. ${numbers(outage).refused ? "It refused some, at once." : "It refused nobody."}`;
}

function ended(store) {
  const outage = begin(store);
  outage.advance(SECONDS * SECOND);
  return outage;
}

/** Give the still: the tutorial's store, half a minute later. */
export function stills() {
  const outage = ended(0);
  return { scene: pictureOf(outage), words: words(outage), said: conclusion(outage), ...numbers(outage) };
}

export function play(figure) {
  let outage = ended(0);
  let played = false;

  function draw() {
    figure.part("scene").innerHTML = pictureOf(outage);
    figure.part("scene").ariaLabel = words(outage);
    for (const [name, text] of Object.entries(numbers(outage))) figure.put(`now-${name}`, text);
  }

  function start() {
    played = true;
    outage = begin(figure.setting("store"));
    draw();
    figure.say(`80 shoppers a second. In three seconds the table is locked.${Clock.calm ? " Press Skip ahead, under More, to let time pass." : ""}`);
    clock.wake();
  }

  const clock = new Clock(figure, {
    until: () => outage.untilNext,
    advance(micros) {
      outage.advance(micros);
      draw();
      if (outage.untilNext === null) figure.say(conclusion(outage));
    },
    speed: () => SPEED * 1000, leap: () => 5 * SECOND,
    first: () => played || start(),
  });

  figure.on("lock", start);
  figure.onSet(start);
}
