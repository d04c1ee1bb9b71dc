/* An engine's pool under the reader's hands: settings above, connections as lanes, status() as SQLAlchemy prints it. */

import { NullPool, QueuePool, WAITING } from "./model.js";

const LANES = 18; // where the picture ends, for pools without a limit

export function play(figure) {
  let pool;

  function settings() {
    return {
      poolSize: figure.setting("size"), maxOverflow: figure.setting("overflow"),
      timeout: figure.setting("timeout"), lifo: figure.setting("lifo"),
    };
  }

  function restart() {
    pool = figure.setting("null") ? new NullPool() : new QueuePool(settings());
    figure.put("error", "none");
  }

  function draw() {
    const { poolSize, maxOverflow, timeout, lifo } = settings();
    figure.put("call", figure.setting("null") ? "create_engine(url, poolclass=NullPool)"
      : `create_engine(url, pool_size=${poolSize}, max_overflow=${maxOverflow}, pool_timeout=${timeout}${lifo ? ", pool_use_lifo=True" : ""})`);
    const open = [
      ...pool.idle.map((number) => ({ number, caller: null })),
      ...pool.lent.map((loan) => ({ number: loan.connection, caller: loan.caller })),
    ].sort((one, other) => one.number - other.number);
    const limit = pool.maxOverflow < 0 ? open.length + 1 : pool.poolSize + pool.maxOverflow;
    figure.lanes("lanes", Array.from({ length: Math.min(Math.max(limit, open.length), LANES) }, (_, place) => {
      const over = pool.poolSize > 0 && place >= pool.poolSize;
      const lane = open[place];
      if (!lane) return { state: "none", word: over ? "overflow, unused" : "not open" };
      if (lane.caller === null) return { state: "idle", word: `#${lane.number} idle` };
      return { state: over ? "overflow" : "lent", word: `#${lane.number} ${over ? "overflow" : "lent"} to ${lane.caller}` };
    }));
    const [first] = pool.waiting;
    figure.bench("wait", pool.waiting.length, !first ? "Nobody waits"
      : `${callers(pool.waiting)} ${pool.waiting.length === 1 ? "waits," : "wait, the first"} ${Math.ceil(pool.untilNext)} s more`);
    figure.put("status", pool.status());
    figure.put("pool-opened", pool.opened);
    figure.put("pool-closed", pool.closed);
    figure.put("pool-clock", Math.round(pool.now));
  }

  function connect(times) {
    const loans = [];
    for (let time = 0; time < times && pool.lent.length < LANES && pool.waiting.length < 20; time += 1) loans.push(pool.connect());
    draw();
    if (!loans.length) return figure.say("The picture ends here; this pool does not. Close some.");
    const [last] = loans.slice(-1);
    report(loans);
    if (last.state === WAITING) figure.say(`${callers(pool.waiting)}: everything is lent, so connect() waits.`);
    else if (!last.error) figure.say(`connect(): ${loans.length === 1 ? `connection #${last.connection}` : `${loans.length} connections`} lent. ${pool.opened} opened so far.`);
  }

  function report(loans) {
    const failed = loans.filter((loan) => loan.error);
    if (!failed.length) return;
    const { kind, text } = failed[0].error;
    figure.put("error", `${kind}: ${text}`);
    figure.say(`${callers(failed)}: ${kind} after ${pool.timeout} s.`);
  }

  function close(all) {
    if (!pool.lent.length) return figure.say("Nothing is lent.");
    const { closed } = pool;
    const waiting = pool.waiting.length;
    for (const loan of all ? [...pool.lent] : [pool.lent[0]]) pool.close(loan);
    draw();
    const handed = waiting - pool.waiting.length;
    figure.say(handed ? `Given back, and handed on to ${handed} who waited.`
      : pool.closed > closed ? `Given back; ${pool.closed - closed} closed, ${pool.idle.length} idle.` : `Given back and kept: ${pool.idle.length} idle.`);
  }

  figure.on("connect", () => connect(1));
  figure.on("connect5", () => connect(5));
  figure.on("close", () => close(false));
  figure.on("close-all", () => close(true));
  figure.on("pass", () => {
    const waited = [...pool.waiting];
    pool.advance(10);
    draw();
    figure.say(waited.length ? `10 seconds later, ${pool.waiting.length} still wait.` : "10 seconds later, nothing has changed: the pool closes nothing by itself.");
    report(waited);
  });
  const renew = (sentence) => {
    restart();
    draw();
    figure.say(sentence);
  };
  figure.on("reset", () => renew("A new engine. It has opened nothing: a pool is lazy."));
  figure.onSet(() => {
    figure.put("size", figure.setting("size") || "0: no limit");
    figure.put("overflow", figure.setting("overflow") < 0 ? "-1: no limit" : figure.setting("overflow"));
    figure.put("timeout", figure.setting("timeout"));
    renew(figure.setting("null") ? "NullPool: every connect() opens, every close() closes."
      : figure.setting("size") === 0 ? "pool_size=0: no limit at all, max_overflow is ignored, and pooling stays on."
        : "A new engine with these settings. It has opened nothing yet.");
  });

  restart();
  draw();
}

function callers(loans) {
  const [first, last] = [loans[0].caller, loans[loans.length - 1].caller];
  return first === last ? `Caller ${first}` : `Callers ${first} to ${last}`;
}
