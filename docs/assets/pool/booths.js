/* Two streets under the same rush: one builds a booth for every call, one keeps its booths. */

import { Clock } from "../page/clock.js";
import { mood, Picture, queue, still } from "./drawing.js";
import { Street } from "./street.js";

const RUSH = 20;
const RATES = [0, 50, 100, 200, 400, 800, 1600]; // shoppers per second of the store's time
const GROUND = 128, MIDDLE = 235, WIDE = 57;
const WORDS = { none: "no booth", building: "being built", lent: "in use", idle: "free" };
const STILL = 8000; // microseconds after the rush that the still shows

function sceneOf(street) {
  const things = street.lanes.flatMap((lane, place) => {
    const x = MIDDLE + (place - (street.lanes.length - 1) / 2) * WIDE;
    const at = lane.state === "building" ? (street.now - lane.since) / (lane.until - lane.since) : 1;
    const booth = { key: `booth${place}`, kind: "booth", x, y: GROUND, state: lane.state, at };
    if (!lane.shopper) return [booth];
    const talks = lane.state === "lent";
    const feels = talks ? "talking" : mood(street.now - lane.shopper.came, 3000, 12000);
    const shopper = { key: `shopper${lane.shopper.number}`, kind: "shopper", x, y: GROUND + (talks ? -4 : 20), state: feels, to: [500, 170] };
    return [booth, { ...shopper, from: [-20, 186] }];
  });
  const waiting = street.queue.map(({ number, came }) => ({ key: `shopper${number}`, mood: mood(street.now - came, 3000, 12000) }));
  return [...things, ...queue(waiting, { top: 172 })];
}

const words = (street) => `${street.lanes.map(({ state }) => WORDS[state]).join(", ")}; ${street.queue.length} waiting`;

/** Give the still: what stands in each street's picture, its words, and the numbers beside it. */
export function stills() {
  const streets = begin(5);
  for (let shopper = 0; shopper < RUSH; shopper += 1) for (const street of Object.values(streets)) street.arrive();
  const told = {};
  for (const [key, street] of Object.entries(streets)) {
    street.advance(STILL);
    told[key] = { scene: still(sceneOf(street)), words: words(street), ...numbers(street) };
  }
  return told;
}

function begin(places, built = 0) {
  return { new: new Street({ places, keeps: false }), kept: new Street({ places, keeps: true, built: Math.min(built, places) }) };
}

function numbers(street) {
  const mean = street.served ? ` Average wait ${milliseconds(street.waited / street.served)}.` : "";
  return {
    done: `${street.done} of ${street.total}`, opened: street.opened, wait: street.queue.length,
    share: street.total ? street.done / street.total : 0,
    end: street.end === null ? "" : `All served after ${milliseconds(street.end)}.${mean}`,
  };
}

export function play(figure) {
  let streets, nextArrival, seed;
  let played = false; // the reader has taken over
  let untouched = true; // the still is seen; whoever presses a button begins anew
  const pictures = Object.fromEntries(["new", "kept"].map((key) => [key, new Picture(figure.part(`${key}-scene`))]));

  function restart(built = 0) {
    streets = begin(figure.setting("places"), built);
    seed = 2463534242; // the same visitors at every start
    nextArrival = null;
    expect();
  }

  // Exponential gaps from a fixed seed: irregular like shoppers, repeatable like a test.
  function expect() {
    const rate = RATES[figure.setting("rate")];
    if (!rate) return void (nextArrival = null);
    seed ^= seed << 13; seed ^= seed >>> 17; seed ^= seed << 5;
    nextArrival = streets.new.now + Math.max(1, Math.round((-Math.log(((seed >>> 0) + 1) / 4294967297) * 1e6) / rate));
  }

  function until() {
    if (untouched && !Clock.calm) return null;
    const ends = [streets.new.untilNext, streets.kept.untilNext, nextArrival === null ? null : nextArrival - streets.new.now];
    const known = ends.filter((end) => end !== null);
    return known.length ? Math.min(...known) : null;
  }

  function showStill() {
    restart();
    for (let shopper = 0; shopper < RUSH; shopper += 1) for (const street of Object.values(streets)) street.arrive();
    for (const street of Object.values(streets)) street.advance(STILL);
    draw();
  }

  let owed = 0; // part of a microsecond that a frame could not spend
  function advance(micros) {
    untouched = false;
    owed += micros;
    let left = Math.floor(owed);
    owed -= left;
    const busy = until() !== null;
    while (nextArrival !== null && nextArrival - streets.new.now <= left) {
      const gap = nextArrival - streets.new.now;
      left -= gap;
      for (const street of Object.values(streets)) street.advance(gap);
      for (const street of Object.values(streets)) street.arrive();
      expect();
    }
    for (const street of Object.values(streets)) street.advance(left);
    draw();
    if (busy && until() === null) conclude();
  }

  function draw() {
    const both = Object.values(streets);
    const ended = both.every(({ end }) => end !== null) && nextArrival === null;
    figure.put("clock", milliseconds(ended ? Math.max(...both.map(({ end }) => end)) : streets.new.now));
    for (const [key, street] of Object.entries(streets)) {
      pictures[key].draw(sceneOf(street));
      figure.part(`${key}-scene`).ariaLabel = words(street);
      const { share, ...texts } = numbers(street);
      for (const [name, text] of Object.entries(texts)) figure.put(`${key}-${name}`, text);
      figure.bar(`${key}-bar`, 0, share);
    }
  }

  function conclude() {
    const { new: left, kept: right } = streets;
    if (left.end === null || right.end === null) return;
    const places = right.lanes.length;
    const turn = right.opened ? "Your turn: send them again." : places === 1 ? "One booth: nothing to build, and still a queue." : "Now leave one booth in each street, and send them again.";
    figure.say(`Without a pool the last of ${left.total} was served after ${milliseconds(left.end)}, with one after ${milliseconds(right.end)}. ` +
      `Connections opened: ${left.opened} and ${right.opened}. ${turn}`);
  }

  function rush() {
    played = true;
    restart(untouched ? 0 : streets.kept.built);
    untouched = false;
    for (let shopper = 0; shopper < RUSH; shopper += 1) for (const street of Object.values(streets)) street.arrive();
    draw();
    figure.say(`${RUSH} shoppers came to each street.${Clock.calm ? " Press Step or Skip ahead to let time pass." : ""}`);
    clock.wake();
  }

  const clock = new Clock(figure, {
    until, advance, speed: () => figure.setting("speed") * 1000, leap: () => 10000,
    first: () => played || rush(),
  });

  figure.on("burst", rush);
  figure.on("reset", () => {
    played = true;
    untouched = false;
    restart();
    draw();
    figure.say("Both streets are empty.");
    clock.wake();
  });
  figure.onSet((name) => {
    played = true;
    const rate = RATES[figure.setting("rate")];
    figure.put("places", figure.setting("places"));
    figure.put("rate", rate ? `${rate} a second` : "nobody");
    figure.put("slower", `${Math.round(1 / figure.setting("speed"))} times slower`);
    if (name === "places") {
      restart(untouched ? 0 : streets.kept.built);
      untouched = false;
      figure.say("Both streets start again. Booths that stand on the right stay.");
    } else if (name === "rate") expect();
    draw();
    clock.wake();
  });

  showStill();
  figure.say(`${milliseconds(STILL)} after ${RUSH} shoppers came to each street.${Clock.calm ? " Your system asks for less motion: Step, under More, moves time." : ""}`);
}

const milliseconds = (micros) => `${(micros / 1000).toFixed(1)} ms`;
