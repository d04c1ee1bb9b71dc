/* Two streets under the same arrivals: one builds a booth for every call, one keeps its booths. */

import { Clock } from "../page/clock.js";
import { Street } from "./street.js";

const RATES = [0, 50, 100, 200, 400, 800, 1600]; // shoppers per second of the store's time
const WORDS = { none: "no booth", building: "building", lent: "calling", idle: "free" };

export function play(figure) {
  let streets, nextArrival, seed;

  function restart(built = 0) {
    const places = figure.setting("places");
    streets = { new: new Street({ places, keeps: false }), kept: new Street({ places, keeps: true, built: Math.min(built, places) }) };
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
    const ends = [streets.new.untilNext, streets.kept.untilNext, nextArrival === null ? null : nextArrival - streets.new.now];
    const known = ends.filter((end) => end !== null);
    return known.length ? Math.min(...known) : null;
  }

  let owed = 0; // part of a microsecond that a frame could not spend
  function advance(micros) {
    owed += micros;
    let left = Math.floor(owed);
    owed -= left;
    const busy = streets.new.queue.length + streets.kept.queue.length > 0 || until() !== null;
    while (nextArrival !== null && nextArrival - streets.new.now <= left) {
      const gap = nextArrival - streets.new.now;
      left -= gap;
      for (const street of Object.values(streets)) street.advance(gap);
      for (const street of Object.values(streets)) street.arrive();
      expect();
    }
    for (const street of Object.values(streets)) street.advance(left);
    draw();
    if (busy && until() === null) tell("All calls are done.");
  }

  function draw() {
    for (const [key, street] of Object.entries(streets)) {
      figure.lanes(`${key}-lanes`, street.lanes.map((lane) => ({
        state: lane.state, word: WORDS[lane.state],
        at: lane.until === null ? 0 : (street.now - lane.since) / (lane.until - lane.since),
      })));
      figure.bench(`${key}-wait`, street.queue.length, `${street.queue.length} waiting`);
      figure.put(`${key}-done`, street.done);
      figure.put(`${key}-opened`, street.opened);
      figure.put(`${key}-mean`, street.served ? `${(street.waited / street.served / 1000).toFixed(1)} ms` : "–");
    }
  }

  function tell(beginning) {
    const { new: left, kept: right } = streets;
    figure.say(`${beginning} Left: ${left.opened} booths built, ${left.done} calls. Right: ${right.opened} built, ${right.done} calls.`);
  }

  const clock = new Clock(figure, { until, advance, speed: () => figure.setting("speed") * 1000, leap: () => 10000 });

  figure.on("burst", () => {
    for (let shopper = 0; shopper < 20; shopper += 1) for (const street of Object.values(streets)) street.arrive();
    draw();
    figure.say(`20 shoppers came to each street.${Clock.calm ? " Press Step or Skip ahead to let time pass." : ""}`);
    clock.wake();
  });
  figure.on("reset", () => {
    restart();
    draw();
    figure.say("Both streets are empty.");
    clock.wake();
  });
  figure.onSet((name) => {
    const rate = RATES[figure.setting("rate")];
    figure.put("places", figure.setting("places"));
    figure.put("rate", rate ? `${rate} a second` : "nobody");
    figure.put("slower", `${Math.round(1 / figure.setting("speed"))} times slower`);
    if (name === "places") {
      restart(streets.kept.built);
      figure.say("Both streets begin again. Booths that stand on the right stay.");
    } else if (name === "rate") expect();
    draw();
    clock.wake();
  });

  restart();
  draw();
  if (Clock.calm) figure.say("Your system asks for less motion: time passes when you press Step or Skip ahead.");
}
