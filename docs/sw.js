// Keeps the site for a reader without a network. With one, the network answers first, so a new build shows at once; each
// build that is met is kept whole under its own name, and replaces the last one only when all of it is there. Python for
// the pages lies in folders named by their content: kept once it was used, and asked for never again.

const ROOT = new URL("./", self.location);
const PYTHON = new URL("assets/python/", ROOT).pathname;
const INDEXES = ["search/search_index.json", "search.json"]; // MkDocs' and Zensical's list of all pages
const PREFIX = `pool-school ${ROOT.pathname} `;
const RUNTIME = `${PREFIX}python`;
const WHOLE = new URL("sw-whole", ROOT).href; // in what is kept: all of it is there
const LINKS = [/<(?:script|link|img)[^>]+?(?:src|href)="([^"#?]+)"/g, /(?:from|import\(|import)\s*"(\.{1,2}\/[^"]+)"/g, /new URL\("(\.{0,2}\/?[\w./-]+\.\w+)", import\.meta\.url\)/g];

self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));
self.addEventListener("message", (event) => event.waitUntil(keepSite()));

self.addEventListener("fetch", (event) => {
  const address = new URL(event.request.url);
  if (event.request.method !== "GET" || address.origin !== ROOT.origin || !address.pathname.startsWith(ROOT.pathname)) return;
  const immutable = address.pathname.startsWith(PYTHON) && !address.pathname.endsWith("/manifest.json");
  event.respondWith(immutable ? once(event.request) : freshest(event.request));
});

async function once(request) {
  const cache = await caches.open(RUNTIME);
  const kept = await cache.match(request.url);
  if (kept) return kept;
  const answer = await fetch(request);
  if (answer.ok) await cache.put(request.url, answer.clone()).catch(() => {}); // full: next time it is fetched again
  return answer;
}

async function freshest(request) {
  try {
    return await fetch(request);
  } catch (error) {
    const kept = await match(new URL(request.url));
    if (kept) return kept;
    throw error;
  }
}

/** Find an address in what is kept; a folder's page is its index. */
async function match(address) {
  for (const cache of await wholeSites()) {
    const kept = await cache.match(address.origin + address.pathname);
    if (kept) return kept;
  }
  return undefined;
}

async function wholeSites() {
  const names = (await caches.keys()).filter((name) => name.startsWith(PREFIX) && name !== RUNTIME).reverse();
  const sites = await Promise.all(names.map((name) => caches.open(name)));
  const whole = await Promise.all(sites.map((site) => site.match(WHOLE)));
  return sites.filter((_, place) => whole[place]);
}

let keeping = null;

/** Keep the whole site as it is now, unless this build is kept already. */
function keepSite() {
  keeping ??= keep().catch(() => {}).finally(() => { keeping = null; });
  return keeping;
}

async function keep() {
  const [path, text] = await listOfPages();
  const name = `${PREFIX}site ${await digest(text)}`;
  const others = (await caches.keys()).filter((other) => other.startsWith(PREFIX) && other !== name && other !== RUNTIME);
  const site = await caches.open(name);
  if (!(await site.match(WHOLE))) {
    const files = await crawl(path, text);
    await Promise.all([...files].map(([address, answer]) => site.put(address, answer))).catch(async (full) => {
      await caches.delete(name);
      throw full;
    });
    await forgetOldPython();
    await site.put(WHOLE, new Response(name));
  }
  for (const other of others) await caches.delete(other);
}

async function listOfPages() {
  for (const path of INDEXES) {
    const answer = await fetch(new URL(path, ROOT));
    if (answer.ok) return [path, await answer.text()];
  }
  throw new Error("no list of pages");
}

/** Fetch every page and all that pages, styles and scripts name; give the answers by address. */
async function crawl(path, text) {
  const data = JSON.parse(text);
  const pages = new Set((data.docs ?? data.items).map(({ location }) => location.split("#")[0]));
  const waiting = ["", "404.html", path, "assets/python/manifest.json", ...pages].map((page) => new URL(page, ROOT).href);
  const files = new Map();
  const seen = new Set(waiting);
  while (waiting.length) {
    await Promise.all(waiting.splice(0, 6).map(async (address) => {
      const answer = await fetch(address, { cache: "no-cache" });
      if (!answer.ok) return;
      files.set(address, answer.clone());
      if (!/html|javascript/.test(answer.headers.get("content-type") ?? "")) return;
      const content = await answer.text();
      for (const link of LINKS) {
        for (const [, found] of content.matchAll(link)) {
          const next = new URL(found, address);
          next.hash = next.search = "";
          if (next.origin !== ROOT.origin || !next.pathname.startsWith(ROOT.pathname) || next.pathname.startsWith(PYTHON) || seen.has(next.href)) continue;
          seen.add(next.href);
          waiting.push(next.href);
        }
      }
    }));
  }
  return files;
}

/** Remove what is kept of a Python that the site does not name any more; of the present one, search and editor are fetched. */
async function forgetOldPython() {
  const manifest = await fetch(new URL("assets/python/manifest.json", ROOT));
  if (!manifest.ok) return;
  const { folder } = await manifest.json();
  const cache = await caches.open(RUNTIME);
  for (const { url } of await cache.keys()) if (!new URL(url).pathname.startsWith(`${PYTHON}${folder}/`)) await cache.delete(url);
  await Promise.all(["search.js", "editor.js"].map((part) => once(new Request(new URL(`assets/python/${folder}/${part}`, ROOT)))));
}

async function digest(text) {
  const bytes = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text));
  return [...new Uint8Array(bytes)].slice(0, 6).map((byte) => byte.toString(16).padStart(2, "0")).join("");
}
