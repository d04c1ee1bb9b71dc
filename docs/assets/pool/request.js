/* One request on a line of time, and until when it holds its connection; what happens is what FastAPI did (request_times.js). */

import { Clock } from "../page/clock.js";
import { times } from "./request_times.js";

const LONG = { dependency: 1, query: 3, end: 1, answer: 2, task: 4 }; // how wide each step is drawn
const AXIS = Object.values(LONG).reduce((sum, long) => sum + long) + 1;
const TAKEN = 0.2; // of the endpoint, where its query begins
const SIZE = 5;
const LINES = 12; // of the program beside the picture, so that nothing shifts
const SECONDS = 3; // a request is drawn in

const BLOCK = "def get_session():\n    with Session(engine) as session:\n        yield session\n";
const DEPENDENCY = { line: "def get_session():\n    session = Session(engine)\n    yield session\n    session.close()", block: BLOCK, commit: BLOCK, function: BLOCK };
const ENDING = { answer: "", gone: "", task: "    tasks.add_task(write_receipt)\n", HTTPException: "    raise HTTPException(404)\n", 500: "    1 / 0\n" };
const RAISES = ["HTTPException", "500"];

/** Write the program that the choices stand for, always in as many lines. */
function source(dependency, ending) {
  const scope = dependency === "function" ? ',\n        scope="function"' : "";
  const tasks = ending === "task" ? "    tasks: BackgroundTasks,\n" : "";
  const body = `def show(\n${tasks}    session=Depends(get_session${scope}),\n):\n    session.get(Product, "lamp")\n${ENDING[ending]}`;
  const rest = RAISES.includes(ending) ? "" : `${dependency === "commit" ? "    session.commit()\n" : ""}    return "a lamp"\n`;
  return `${DEPENDENCY[dependency].trimEnd()}\n\n${body}${rest}`.trimEnd().split("\n").concat(Array(LINES).fill("")).slice(0, LINES).join("\n");
}

/** Lay the moments that were measured out on the axis: steps as [from, to], and the connection's hold; `to` null is never. */
export function layOut(dependency, ending) {
  const moments = times[dependency][ending], steps = {};
  const raises = RAISES.includes(ending);
  const order = moments.map(([name]) => name).filter((name) => name in LONG);
  if (raises && dependency !== "line") order.splice(order.indexOf("answer"), 0, "end"); // the exception goes through it
  let at = 0;
  for (const name of order) steps[name] = [at, (at += LONG[name])];
  const took = steps.query[0] + TAKEN * LONG.query;
  const free = moments.slice(2).find(([, inUse]) => inUse === 0);
  const to = !free ? null : free[0] === "return" ? steps.query[1] : steps.end[1];
  return { steps, hold: [took, to], total: at, skipped: raises && dependency === "line" };
}

const ROWS = ["dependency", "query", "end", "answer", "task"];

function rowsAt({ steps, hold, total, skipped }, now) {
  const shown = ([from, to]) => [from / AXIS, Math.max(Math.min(now, to) - from, 0) / AXIS];
  const rows = Object.fromEntries(ROWS.map((name) => [name, steps[name] ? shown(steps[name]) : [0, 0]]));
  rows.hold = shown([hold[0], hold[1] ?? AXIS]);
  if (hold[1] === null && now >= total) rows.hold[1] = 1 - hold[0] / AXIS;
  const inUse = now > hold[0] && (hold[1] === null || now < hold[1]);
  return { rows, inUse, end: skipped ? "skipped" : steps.end ? "" : "none" };
}

/** Give the still: a block, an answer and a task, all done. */
export function stills() {
  const laid = layOut("block", "task");
  return { code: source("block", "task"), ...rowsAt(laid, laid.total), says: sentence("block", "task") };
}

function sentence(dependency, ending) {
  const { hold, steps, skipped } = layOut(dependency, ending);
  if (skipped) return "Never returned, unless some day by the garbage collector: the exception was thrown in at the yield, and session.close() was skipped.";
  if (RAISES.includes(ending)) return "Returned before the answer: the exception went through the with block, which closed the session.";
  if (dependency === "commit") return "Returned by commit(), before the answer starts. This works on every version.";
  if (dependency === "function") return "Returned when the endpoint returns, before the answer starts. Needs FastAPI 0.121.";
  if (steps.task) return "Held while the answer is sent and while the background task runs.";
  const gone = ending === "gone" ? "The client had gone, and the endpoint ran to its end all the same. " : "";
  return `${gone}Held until the answer is sent${hold[1] > steps.answer[1] ? ": the dependency ends after it" : ""}.`;
}

export function play(figure) {
  let now = 0, total = 0, laid, picked;
  let played = false; // the reader has taken over
  let lost = 0;
  const found = new Set();

  const pick = () => ["dependency", "ending"].map((name) => figure.element.querySelector(`[data-set="${name}"]`).value);

  function draw() {
    const { rows, inUse, end } = rowsAt(laid, now);
    for (const [name, [from, long]] of Object.entries(rows)) {
      const row = figure.part(name);
      row.querySelector("i").style.setProperty("--from", from);
      row.querySelector("i").style.setProperty("--long", long);
      const [start, stop] = laid.steps[name] ?? [null, null];
      row.dataset.now = start !== null && now > start && now < stop ? "yes" : "no";
    }
    const done = now >= laid.total;
    figure.part("end").querySelector("output").textContent = end === "skipped" && done ? "skipped" : "";
    const never = laid.hold[1] === null;
    figure.part("hold").dataset.state = never && done ? "never" : "held";
    figure.part("hold").querySelector("output").textContent = never && done ? "not returned" : inUse ? "in use" : now > laid.hold[0] ? "returned" : "not taken";
    figure.put("never-found", `${found.size} of 2`);
    figure.put("never-lost", `${lost} of ${SIZE}`);
  }

  function show() {
    picked = pick();
    laid = layOut(...picked);
    figure.put("code", source(...picked));
  }

  function finish() {
    if (laid.hold[1] === null) {
      lost += 1;
      found.add(picked.join());
    }
    draw();
    const goal = !played ? " Your turn: find the two that never return it." : laid.hold[1] !== null ? "" : found.size === 2 ? " That is both." : " One of the two: find the other.";
    figure.say(sentence(...picked) + goal);
  }

  function send() {
    if (lost === SIZE) return figure.say("All five are in use: this request waits 30 s and gets a TimeoutError. Restart.");
    show();
    now = 0;
    total = laid.total;
    figure.say("A request: the dependency makes a session, which takes no connection yet.");
    if (Clock.calm) now = total;
    if (now >= total) return finish();
    draw();
    clock.wake();
  }

  const clock = new Clock(figure, {
    until: () => (now < total ? total - now : null),
    advance(time) {
      now = Math.min(now + time, total);
      if (total - now < 1e-6) now = total;
      if (now >= total) finish();
      else draw();
    },
    speed: () => AXIS / (SECONDS * 1000),
    leap: () => total - now,
    first: () => played || send(),
  });

  figure.on("send", () => {
    played = true;
    send();
  });
  figure.on("reset", () => {
    played = true;
    lost = 0;
    now = total = 0;
    show();
    draw();
    figure.say("A new engine: nothing in use.");
  });
  figure.onSet(() => {
    played = true;
    now = total = 0;
    show();
    draw();
    figure.say("Until when will this one hold its connection? Guess, then send a request.");
  });

  show();
  now = total = laid.total;
  draw();
  figure.say(`${sentence(...picked)} Which two choices never return it?`);
}
