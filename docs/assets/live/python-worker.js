// Python in a worker: Pyodide, the libraries as they are needed, and poolschool.browser.page. Started by python.js.
// In:  {id, order, base, packs, argument}   order: run | reset | grade | prove | snapshot
// Out: {id, result} or {id, failed} at the end; before it {fetched, total}, {ready} and what Python tells, as {told}.
//
// `snapshot` is asked of a worker of its own: it starts Python, imports what every cell needs, and keeps the memory as it is
// then (37 MB). Later workers begin with that memory: most of a start is importing. One that cannot be used is thrown away.

const KEPT = "poolschool/python/";
let base = "";
let page = null;
let pyodide = null;
let restored = false; // Python began with the memory of a snapshot
const packed = new Set();
const IN_SNAPSHOT = ["poolschool", "sqlalchemy"];
const IMPORTS = `
import poolschool.browser.page, poolschool.browser.pools
import sqlite3, sqlalchemy, sqlalchemy.dialects.sqlite, sqlalchemy.orm
`;
const amount = { fetched: 0, total: 0 };
const plainFetch = self.fetch.bind(self);

// What was fetched once is kept, until another version comes; browsers drop files of this size from their own cache.
async function kept(address) {
  let cache = null;
  try {
    cache = await caches.open(`${KEPT}${base}`);
    const found = await cache.match(address);
    if (found) return found;
    for (const name of await caches.keys()) {
      if (name.startsWith(KEPT) && name !== `${KEPT}${base}`) await caches.delete(name);
    }
  } catch {
    cache = null; // not allowed here: the browser's own cache has to do
  }
  const response = await plainFetch(address);
  if (!response.ok) throw new Error(`${String(address).split("/").pop()}: ${response.status}`);
  cache?.put(address, response.clone()).catch(() => {}); // a full disk is no reason to stop
  return response;
}

// Every byte that comes is counted, also what Pyodide fetches by itself.
self.fetch = async (address, options) => {
  if (!String(address).startsWith(base)) return plainFetch(address, options);
  const response = await kept(String(address));
  const counted = new TransformStream({
    transform(piece, controller) {
      amount.fetched += piece.byteLength;
      postMessage({ ...amount });
      controller.enqueue(piece);
    },
  });
  return new Response(response.body.pipeThrough(counted), { headers: response.headers, status: response.status });
};

const fetchPack = async (name) => new Uint8Array(await (await fetch(`${base}${name}.zip`)).arrayBuffer());

async function add(packs, files) {
  const fetched = new Map();
  const want = (names) => {
    for (const name of names) {
      if (packed.has(name) || fetched.has(name)) continue;
      amount.total += files[`${name}.zip`];
      fetched.set(name, fetchPack(name));
    }
  };
  want(packs); // while Python starts
  pyodide = await pyodide;
  if (restored) want(IN_SNAPSHOT);
  for (const [name, bytes] of fetched) {
    const native = name === "pydantic_core"; // has an extension module, which can only be loaded from a file
    if (native) pyodide.unpackArchive(await bytes, "zip", { extractDir: "/lib/native" });
    else pyodide.FS.writeFile(`/lib/${name}.zip`, await bytes);
    const known = restored && IN_SNAPSHOT.includes(name);
    if (!known) pyodide.runPython(`import sys; sys.path.append("${native ? "/lib/native" : `/lib/${name}.zip`}")`);
    packed.add(name);
  }
}

async function start(files, options = {}) {
  const { loadPyodide } = await import(`${base}pyodide.mjs`);
  const plain = { indexURL: base, stdLibURL: `${base}python.zip`, ...options };
  const snapshot = options._makeSnapshot ? null : await keptSnapshot();
  pyodide = snapshot === null ? loadPyodide(plain) : restore(loadPyodide, plain, snapshot);
  for (const name of ["pyodide.asm.wasm", "python.zip", "pyodide-lock.json"]) amount.total += files[name];
}

const snapshotAddress = () => `${base}snapshot`;

async function keptSnapshot() {
  try {
    const found = await (await caches.open(`${KEPT}${base}`)).match(snapshotAddress());
    return found ? new Uint8Array(await found.arrayBuffer()) : null;
  } catch {
    return null;
  }
}

async function restore(loadPyodide, plain, snapshot) {
  try {
    const { default: create } = await import(`${base}pyodide.asm.mjs`);
    // Pyodide asks for as much memory as the snapshot has, but its module brings memory of its own, which is smaller.
    const createPyodideModule = async (settings) => {
      const module = await create(settings);
      module.growMemory(snapshot.length);
      return module;
    };
    const python = await loadPyodide({ ...plain, _loadSnapshot: snapshot, createPyodideModule });
    python.runPython("import random; random.seed()"); // else everybody gets the same numbers
    restored = true;
    return python;
  } catch {
    await (await caches.open(`${KEPT}${base}`)).delete(snapshotAddress());
    return loadPyodide(plain);
  }
}

async function keepSnapshot(files) {
  if (await keptSnapshot()) return;
  await start(files, { _makeSnapshot: true });
  await add(IN_SNAPSHOT, files);
  pyodide.runPython(IMPORTS);
  const memory = pyodide.makeMemorySnapshot();
  await (await caches.open(`${KEPT}${base}`)).put(snapshotAddress(), new Response(memory));
}

async function carryOut({ id, order, base: folder, files, packs, argument }) {
  base = folder;
  try {
    if (order === "snapshot") {
      await keepSnapshot(files);
      return postMessage({ id, result: null });
    }
    if (pyodide === null) await start(files);
    await add(["poolschool", ...packs], files);
    if (page === null) {
      pyodide.registerJsModule("poolschool_worker", { tell: (json) => postMessage({ told: JSON.parse(json) }) });
      pyodide.runPython("from poolschool.browser.page import Page; from poolschool_worker import tell; page = Page(tell)");
      // Kept for good: a proxy that JavaScript's collector finds while Python sleeps cannot be let go of.
      const python = pyodide.globals.get("page");
      page = { python, run: python.run, reset: python.reset, grade: python.grade, prove: python.prove };
    }
    postMessage({ ready: true });
    const result = argument === undefined ? page[order]() : page[order](argument);
    postMessage({ id, result: JSON.parse(result) });
  } catch (error) {
    postMessage({ id, failed: String(error.message ?? error) });
  }
}

let last = Promise.resolve();
self.onmessage = ({ data }) => { last = last.then(() => carryOut(data)); };
