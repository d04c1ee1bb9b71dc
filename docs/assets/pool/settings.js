/* An engine's pool under the reader's hands: settings below, connections as booths, status() as SQLAlchemy prints it. */

import { Clock } from "../page/clock.js";
import { mood, Picture, queue, still } from "./drawing.js";
import { NullPool, QueuePool, WAITING } from "./model.js";

const PLACES = 18; // where the picture ends, for pools without a limit
const GROUND = 122, MIDDLE = 400;
const ROOM = 780, NARROW = 490; // for the booths; a phone shows the middle of the picture only
const PHONE = globalThis.matchMedia?.("(max-width: 44.984em)");
const DEFAULTS = { poolSize: 5, maxOverflow: 2, timeout: 30, lifo: false, none: false };
const BEAT = 350; // milliseconds between the calls of the first rush

const begin = ({ none, ...settings }) => (none ? new NullPool() : new QueuePool(settings));

function sceneOf(pool) {
  const open = [
    ...pool.idle.map((number) => ({ number, caller: null })),
    ...pool.lent.map((loan) => ({ number: loan.connection, caller: loan.caller })),
  ].sort((one, other) => one.number - other.number);
  const limit = pool.maxOverflow < 0 ? open.length + 1 : pool.poolSize + pool.maxOverflow;
  const count = Math.min(Math.max(limit, open.length), PLACES);
  const step = Math.min(70, (PHONE?.matches ? NARROW : ROOM) / count), scale = Math.min(1, step / 56);
  const booths = Array.from({ length: count }, (_, place) => {
    const over = pool.poolSize > 0 && place >= pool.poolSize;
    const booth = open[place];
    const x = MIDDLE + (place - (count - 1) / 2) * step;
    const common = { kind: over ? "folding" : "booth", x, y: GROUND, scale, to: [x, GROUND] };
    if (!booth) return { ...common, key: `plot${place}`, kind: "booth", state: "none", to: undefined };
    const state = booth.caller === null ? "idle" : over ? "overflow" : "lent";
    return { ...common, key: `connection${booth.number}`, state, text: `#${booth.number}` };
  });
  const shoppers = booths.flatMap(({ x, state }, place) => (state === "lent" || state === "overflow"
    ? [{ key: `caller${open[place].caller}`, kind: "shopper", state: "talking", x, y: GROUND - 4 * scale, scale, from: [-20, 170], to: [830, 170] }] : []));
  const waiting = pool.waiting.map((loan) => ({ key: `caller${loan.caller}`, mood: mood(pool.now - loan.since, 5, 20) }));
  return [...booths, ...shoppers, ...queue(waiting, { right: 630, top: 174, width: 20 })];
}

const words = (pool) => `${pool.lent.length} connections in use, ${pool.idle.length} idle, ${pool.waiting.length} callers waiting`;

function numbers(pool) {
  const [first] = pool.waiting;
  return {
    wait: !first ? "Nobody waits" : `${callers(pool.waiting)} ${pool.waiting.length === 1 ? "waits," : "wait, the first"} ${Math.ceil(pool.untilNext)} s more`,
    status: pool.status(), "pool-opened": pool.opened, "pool-closed": pool.closed, "pool-clock": Math.round(pool.now),
  };
}

/** Give the still: five and two in use, the eighth caller waits. */
export function stills() {
  const pool = begin(DEFAULTS);
  for (let call = 0; call < 8; call += 1) pool.connect();
  return { scene: still(sceneOf(pool)), words: words(pool), ...numbers(pool) };
}

export function play(figure) {
  let pool, timer = null;
  let played = false; // the reader has taken over
  let untouched = true; // the still is seen; whoever presses a button begins anew
  const picture = new Picture(figure.part("scene"));

  function settings() {
    return {
      poolSize: figure.setting("size"), maxOverflow: figure.setting("overflow"),
      timeout: figure.setting("timeout"), lifo: figure.setting("lifo"), none: figure.setting("null"),
    };
  }

  function restart() {
    untouched = false;
    pool = begin(settings());
    figure.put("error", "none");
  }

  function draw() {
    const { poolSize, maxOverflow, timeout, lifo, none } = settings();
    figure.put("call", none ? "create_engine(url, poolclass=NullPool)"
      : `create_engine(url, pool_size=${poolSize}, max_overflow=${maxOverflow}, pool_timeout=${timeout}${lifo ? ", pool_use_lifo=True" : ""})`);
    picture.draw(sceneOf(pool));
    figure.part("scene").ariaLabel = words(pool);
    for (const [name, text] of Object.entries(numbers(pool))) figure.put(name, text);
  }

  function connect(times) {
    const loans = [];
    for (let time = 0; time < times && pool.lent.length < PLACES && pool.waiting.length < 20; time += 1) loans.push(pool.connect());
    draw();
    if (!loans.length) return figure.say("The picture ends here; this pool does not. Close some.");
    const [last] = loans.slice(-1);
    report(loans);
    if (last.state === WAITING) figure.say(`${callers(pool.waiting)}: all are in use, so connect() waits.`);
    else if (!last.error) figure.say(`connect(): ${loans.length === 1 ? `connection #${last.connection}` : `${loans.length} connections`} checked out. ${pool.opened} opened so far.`);
  }

  function report(loans) {
    const failed = loans.filter((loan) => loan.error);
    if (!failed.length) return;
    const { kind, text } = failed[0].error;
    figure.put("error", `${kind}: ${text}`);
    figure.say(`${callers(failed)}: ${kind} after ${pool.timeout} s.`);
  }

  function close(all) {
    if (!pool.lent.length) return figure.say("None is in use.");
    const { closed } = pool;
    const waiting = pool.waiting.length;
    for (const loan of all ? [...pool.lent] : [pool.lent[0]]) pool.close(loan);
    draw();
    const handed = waiting - pool.waiting.length;
    figure.say(handed ? `Returned, and taken by ${handed} who waited.`
      : pool.closed > closed ? `Returned; ${pool.closed - closed} closed, ${pool.idle.length} idle.` : `Returned and kept: ${pool.idle.length} idle.`);
  }

  function rush() {
    played = true;
    restart();
    let calls = 0;
    timer = setInterval(() => {
      connect(1);
      if ((calls += 1) < 8) return;
      clearInterval(timer);
      figure.say("pool_size=5, and seven are in use; the eighth waits. Your turn: close one, and watch which of the booths is folded away.");
    }, BEAT);
  }

  const on = (action, listener) => figure.on(action, () => {
    played = true;
    clearInterval(timer);
    if (untouched) restart();
    listener();
  });
  on("connect", () => connect(1));
  on("connect5", () => connect(5));
  on("close", () => close(false));
  on("close-all", () => close(true));
  on("pass", () => {
    const waited = [...pool.waiting];
    pool.advance(10);
    draw();
    figure.say(waited.length ? `10 seconds later, ${pool.waiting.length} are still waiting.` : "10 seconds later, nothing has changed: the pool closes nothing by itself.");
    report(waited);
  });
  const renew = (sentence) => {
    restart();
    draw();
    figure.say(sentence);
  };
  on("reset", () => renew("A new engine. It has opened nothing: a pool is lazy."));
  figure.onSet(() => {
    played = true;
    clearInterval(timer);
    figure.put("size", figure.setting("size") || "0: no limit");
    figure.put("overflow", figure.setting("overflow") < 0 ? "-1: no limit" : figure.setting("overflow"));
    figure.put("timeout", figure.setting("timeout"));
    renew(figure.setting("null") ? "NullPool: every connect() opens, every close() closes."
      : figure.setting("size") === 0 ? "pool_size=0: no limit at all, max_overflow is ignored, and pooling stays on."
        : "A new engine with these settings. It has opened nothing yet.");
  });

  restart();
  for (let call = 0; call < 8; call += 1) pool.connect();
  untouched = true;
  draw();
  figure.say("Five and two of overflow are in use; the eighth caller waits.");
  Clock.onSight(figure, () => played || rush());
}

function callers(loans) {
  const [first, last] = [loans[0].caller, loans[loans.length - 1].caller];
  return first === last ? `Caller ${first}` : `Callers ${first} to ${last}`;
}
