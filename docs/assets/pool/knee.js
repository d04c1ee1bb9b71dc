/* Four hundred requests and a pool: how many connections are enough, and what one less does. */

import { Clock } from "../page/clock.js";
import { mood, Picture, queue, still } from "./drawing.js";
import { HOLD, Rush, traffic } from "./knee-model.js";

const REQUESTS = 400, TARGET = 20; // milliseconds that 95 % may wait at most
const FIRST = { connections: 5, rate: 200 }, MOMENT = 490; // the still, in milliseconds: all are in use, and some wait
const SPEED = 0.12; // model time per time
const QUESTION = "How many connections are enough?";

const begin = ({ connections, rate }) => new Rush(connections, traffic(rate, REQUESTS));
const ms = (time) => `${Math.round(time)} ms`;

function sceneOf(rush) {
  const step = Math.min(110, 600 / rush.lanes.length), scale = rush.lanes.length > 6 ? 0.8 : 1;
  const booths = rush.lanes.map((request, place) => ({
    key: `booth${place}`, kind: "booth", x: 320 + step * (place + 0.5 - rush.lanes.length / 2), y: 108, scale, state: request ? "busy" : "idle",
  }));
  const shoppers = rush.queue.map(({ number, at }) => ({ key: `request${number}`, mood: mood(rush.now - at, TARGET / 2, TARGET) }));
  return [...booths, ...queue(shoppers, { right: 616, top: 150 })];
}

function numbers(rush) {
  return {
    "now-done": `${rush.done} of ${REQUESTS}`, "now-use": `${Math.round(rush.use * 100)} %`, "now-waiting": rush.queue.length, "now-p95": ms(rush.p95),
  };
}

const words = (rush) => `${rush.lanes.filter(Boolean).length} of ${rush.lanes.length} connections in use, ${rush.queue.length} requests waiting, ${rush.done} served`;

/** Give the still: five connections, all in use, and a queue. */
export function stills() {
  const rush = begin(FIRST);
  rush.advance(MOMENT);
  return { scene: still(sceneOf(rush)), words: words(rush), ...numbers(rush) };
}

export function play(figure) {
  const picture = new Picture(figure.part("scene"));
  const met = new Map(); // by traffic and size: whether the target was met
  let rush, rate = FIRST.rate;
  let untouched = true;

  function draw() {
    picture.draw(sceneOf(rush));
    figure.part("scene").ariaLabel = words(rush);
    for (const [name, text] of Object.entries(numbers(rush))) figure.put(name, text);
  }

  function serve() {
    untouched = false;
    rate = figure.setting("rate");
    rush = begin({ connections: figure.setting("connections"), rate });
    draw();
    figure.say(`${rate} requests a second, ${HOLD} ms each: ${rate * HOLD / 1000} busy on average.${Clock.calm ? " Press Skip ahead, under More, to let time pass." : ""}`);
    clock.wake();
  }

  function conclude() {
    const size = rush.lanes.length, good = rush.p95 <= TARGET;
    met.set(`${rate} ${size}`, good);
    const fewest = [size, size + 1].find((one) => met.get(`${rate} ${one}`) && met.get(`${rate} ${one - 1}`) === false);
    figure.element.toggleAttribute("data-reached", fewest !== undefined);
    const found = `With ${size}, ${Math.round(rush.use * 100)} % in use: p95 wait ${ms(rush.p95)}${good ? ", within the target." : ", too long."}`;
    figure.say(fewest ? `${found} Reached: ${fewest} are enough, and ${fewest - 1} are not. Is it the same for other traffic?`
      : good ? `${found} And with one less?` : `${found} Your turn. ${QUESTION}`);
  }

  const clock = new Clock(figure, {
    until: () => (untouched && !Clock.calm ? null : rush.untilNext),
    advance(time) {
      untouched = false;
      const before = rush.over;
      rush.advance(time);
      draw();
      if (rush.over && !before) conclude();
    },
    speed: () => SPEED, leap: () => rush.requests.at(-1).at + 1000 * HOLD,
    first: () => untouched && serve(),
  });

  figure.on("serve", serve);
  figure.onSet(() => {
    untouched = false;
    figure.put("connections", figure.setting("connections"));
  });

  rush = begin(FIRST);
  rush.advance(MOMENT);
  draw();
  figure.say(QUESTION);
}
