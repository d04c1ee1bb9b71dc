// The page's Python: one worker, started when first asked, and one order after another. The page stays smooth, and Stop
// ends the worker, whatever runs in it. Nothing is fetched before the first order.
//
//     ask(order) ── waits for the order that runs ── runs ── result
//         └ stop(that order) takes it back                └ stop() ends Python; what cells define is gone with it, so cells
//                                                           that wait end as well; checks and proofs go on in a new Python

const HERE = new URL("../python/", import.meta.url);
const NEEDS = [ // what a text must mention for a pack to be fetched
  [/\b(sqlalchemy|poolschool)\b/, ["sqlalchemy"]],
  [/\b(fastapi|starlette|pydantic|httpx2?|anyio)\b/, ["fastapi", "pydantic_core"]],
  [/\b(import pytest|pytest\.)/, ["pytest"]],
];

export class Stopped extends Error {}
export class Unavailable extends Error {}

// Tell whether this browser can run Python at all; where it cannot, the buttons are taken away.
export function isPossible() {
  const possible = typeof WebAssembly === "object" && typeof Worker === "function";
  if (!possible) for (const bar of document.querySelectorAll(".ps-live-bar")) bar.hidden = true;
  return possible;
}

let manifest = null;
let worker = null;
let current = null; // the order that runs: {id, name, order, resolve, reject, hear, progress}
let waiting = [];
let orders = 0;
let born = 0;

// Count the workers so far: what an earlier one had defined is gone.
export const generation = () => born;

async function readManifest() {
  try {
    const response = await fetch(new URL("manifest.json", HERE), { cache: "no-cache" });
    if (!response.ok) throw new Error(String(response.status));
    return await response.json();
  } catch {
    throw new Unavailable("Python was not packed into this copy of the site, or it cannot be reached.");
  }
}

function hear({ data }) {
  if (current === null) return;
  if (data.told) current.hear(data.told);
  else if ("fetched" in data) current.progress(data.fetched, data.total);
  else if (data.ready) current.progress(null);
  else if (data.id === current.id) {
    const { resolve, reject } = current;
    current = null;
    if ("failed" in data) {
      end(); // a Python that broke is not asked again
      reject(new Unavailable(`Python could not answer: ${data.failed}`));
    } else {
      resolve(data.result);
      keepSnapshotLater();
    }
    next();
  }
}

let snapshotAsked = false;
const CALM = 4000; // milliseconds after the first answer, when the reader reads it
const ENOUGH = 4; // gigabytes: a smaller machine has better uses for its memory

// Have a worker of its own keep the memory of a Python that has all imported: the next page's first Run begins with it.
function keepSnapshotLater() {
  if (snapshotAsked || !globalThis.caches || navigator.deviceMemory < ENOUGH) return;
  snapshotAsked = true;
  setTimeout(() => {
    const maker = new Worker(new URL("./python-worker.js", import.meta.url), { type: "module" });
    const done = () => maker.terminate();
    maker.onmessage = ({ data }) => ("result" in data || "failed" in data) && done();
    maker.onerror = done;
    maker.postMessage({ id: 0, order: "snapshot", packs: [], base: new URL(`${manifest.folder}/`, HERE).href, files: manifest.files });
  }, CALM);
}

function next() {
  if (current !== null || waiting.length === 0) return;
  if (worker === null) {
    worker = new Worker(new URL("./python-worker.js", import.meta.url), { type: "module" });
    born += 1;
    worker.onmessage = hear;
    worker.onerror = (event) => hear({ data: { id: current?.id, failed: event.message || "the worker did not start" } });
  }
  current = waiting.shift();
  const base = new URL(`${manifest.folder}/`, HERE).href;
  const { id, order, packs, argument } = current;
  worker.postMessage({ id, order, packs, argument, base, files: manifest.files });
}

function end() {
  worker?.terminate();
  worker = null;
}

// Give an order; resolves with its result. `name` is what others say that they wait for; `text` decides which libraries are
// needed. `waits` gets the name of the order that runs before this one, `hear` what Python tells meanwhile, `progress`
// (bytes, of) while something is fetched and (null) when all is there. `signal` (of an AbortController) stops it.
export async function ask(order, { name = "something else", argument, text = "", waits = () => {}, hear = () => {}, progress = () => {}, signal } = {}) {
  manifest ??= await readManifest();
  if (signal?.aborted) throw new Stopped("Stopped.");
  const packs = NEEDS.flatMap(([mentions, names]) => (mentions.test(text) ? names : []));
  return new Promise((resolve, reject) => {
    orders += 1;
    const asked = { id: orders, name, order, packs, argument, hear, progress, resolve, reject };
    waiting.push(asked);
    signal?.addEventListener("abort", () => stopOne(asked));
    if (current !== null) waits(current.name);
    next();
  });
}

function stopOne(asked) {
  if (current === asked) return stop();
  if (!waiting.includes(asked)) return;
  waiting = waiting.filter((other) => other !== asked);
  asked.reject(new Stopped("Stopped."));
}

// End what runs, and Python with it; the next order starts it anew. Cells that wait build on what is gone: they end too.
export function stop() {
  end();
  const ended = [current, ...waiting.filter(({ order }) => order === "run")].filter(Boolean);
  waiting = waiting.filter(({ order }) => order !== "run");
  current = null;
  for (const { reject } of ended) reject(new Stopped("Stopped."));
  next();
}

// Say in words how far fetching is: bytes as a reader counts them.
export function inWords(fetched, total) {
  if (fetched === null) return "";
  const mega = (bytes) => (bytes / 1e6).toFixed(1);
  return fetched < total ? `Fetching Python: ${mega(fetched)} of ${mega(total)} MB …` : "Starting Python …";
}

let editor = null;
// Fetch the editor (CodeMirror) when first asked.
export async function loadEditor() {
  manifest ??= await readManifest();
  editor ??= import(new URL(`${manifest.folder}/editor.js`, HERE).href);
  return (await editor).edit;
}
