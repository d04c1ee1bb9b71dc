/* A restart of the server, and what it costs: idle connections, one in use, and the ping. */

import { Clock } from "../page/clock.js";
import { booths, Picture, still } from "./drawing.js";
import { StalePool } from "./stale-model.js";

const BEAT = 450; // milliseconds between the steps of the first rush

function filled(ping) {
  const pool = new StalePool({ ping });
  for (const place of Array.from({ length: pool.size }, () => pool.take())) pool.give(place);
  return pool;
}

function sceneOf(pool) {
  const places = [...pool.idle.map((place) => [place, false]), ...pool.used.map((place) => [place, true])]
    .sort(([one], [other]) => one.at - other.at);
  return booths(places.map(([place, used]) => ({
    state: !place.number ? "none" : place.dead ? "leaked" : used ? "busy" : "idle",
    text: !place.number ? "lost" : `#${place.number} ${used ? "in use" : "idle"}${place.dead ? ", dead" : ""}`,
  })));
}

function numbers(pool) {
  return { "calls-answered": pool.answered, "calls-failed": pool.failed, "calls-opened": pool.opened };
}

const words = (pool) => sceneOf(pool).map(({ text }) => text).join("; ");

function begin(ping) {
  const pool = filled(ping);
  pool.idle.forEach((place, at) => { place.at = at; });
  return pool;
}

/** Give the still: the server has restarted, and the pool does not know it. */
export function stills() {
  const pool = begin(false);
  pool.restart();
  return { scene: still(sceneOf(pool)), words: words(pool), ...numbers(pool) };
}

export function play(figure) {
  const picture = new Picture(figure.part("scene"));
  let pool = begin(false);
  let inHand = null;    // the connection that the reader has taken
  const found = new Set(); // "spared" and "lost in hand": both are the goal
  let timers = [];

  function draw() {
    picture.draw(sceneOf(pool));
    figure.part("scene").ariaLabel = words(pool);
    for (const [name, text] of Object.entries(numbers(pool))) figure.put(name, text);
    figure.element.toggleAttribute("data-reached", found.size === 2);
  }

  function say(sentence) {
    draw();
    figure.say(found.size === 2 ? `${sentence} Reached: the ping spares the idle ones, and nothing spares the one in use.` : sentence);
  }

  function restart() {
    pool.restart();
    say("The server has restarted. Every connection is dead, and the pool believes in all of them.");
  }

  function requests() {
    const [{ answered, failed, opened }, dead] = [pool, pool.idle.some((place) => place.dead)];
    for (let count = 0; count < 6; count += 1) pool.request();
    const lost = pool.failed - failed;
    if (dead && pool.ping && !lost) found.add("spared");
    say(lost ? `${lost} of 6 failed. That error was enough: the pool has replaced every older connection.`
      : `${pool.answered - answered} of 6 answered, ${pool.opened - opened} connections opened anew.${dead ? " The ping found a dead one, and all older ones were replaced." : ""}`);
  }

  function use() {
    if (!inHand) {
      inHand = pool.take();
      return say(`Connection #${inHand.number} is in use. ${pool.ping ? "The ping has asked it already. " : ""}Now let the server restart, and press again to run the query.`);
    }
    const place = inHand;
    inHand = null;
    if (pool.query(place)) {
      pool.give(place);
      pool.answered += 1;
      return say("The query was answered, and the connection is returned.");
    }
    pool.failed += 1;
    if (pool.ping) found.add("lost in hand");
    say(`The query failed: the connection was lost in hand.${pool.ping ? " The ping was before that." : ""}`);
  }

  function rush() {
    const steps = [restart, requests, () => say("One of six failed. Your turn: let a restart cost no request. Then find the request that no setting saves.")];
    timers = steps.map((step, at) => setTimeout(step, BEAT * (at * 3 + 1)));
  }

  const on = (action, listener) => figure.on(action, () => {
    timers.forEach(clearTimeout);
    listener();
  });
  on("restart", restart);
  on("requests", requests);
  on("use", use);
  on("reset", () => {
    [pool, inHand] = [begin(figure.setting("ping")), null];
    say("A full pool, and a server that has just started.");
  });
  figure.onSet(() => {
    timers.forEach(clearTimeout);
    pool.ping = figure.setting("ping");
    say(pool.ping ? "pool_pre_ping=True: the pool asks at every checkout." : "pool_pre_ping=False: the pool hands out what it has.");
  });
  pool.restart();
  draw();
  figure.say("The server has restarted; the pool does not know it. Let six requests come.");
  Clock.onSight(figure, () => {
    pool = begin(figure.setting("ping"));
    draw();
    rush();
  });
}
