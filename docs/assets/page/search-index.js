// What is searched, and how: sections of pages, whole words and the beginnings of long ones, and the run of words that a
// pasted error text shares with a page. Pure but for `load`.

const NOT_FOR_READERS = /^(instructors|assigned)\/|#(quiz|exercise)(-|$)/; // notes, answers and solutions
const LESSON = /^p\d_/; // explains; the reference says it once more
const DICTIONARY = /^reference\/(settings|glossary)\//; // where a single word is looked up
const STOP = new Set("a an and are as at be been but by can for from has have if in into is it its no not of on or so such that the their then there these they this to was what when will with you your".split(" "));
const NOISE = /^(\d+([.,:]\d+)*|0x[0-9a-f]+|[0-9a-f]{8,})$/; // numbers, times and addresses of a pasted line
const LOOK_UP = 2; // words up to which a query looks something up
const LONG = 6; // words from which a query is taken for a pasted text

/** Split a text into words: code stays together, addresses and quotes come apart. */
export function words(text) {
  return text.toLowerCase().split(/[\s"'`“”‘’«»()[\]{}<>,;:=|/\\!?*+#@…]+|\.(?=\s|$)|(?<=^|\s)[-–.]+|[-–.]+(?=\s|$)/u)
    .flatMap((word) => (/\w\.\w/.test(word) && !/^\d/.test(word) ? [word, ...word.split(".")] : [word]))
    .map((word) => word.replace(/^[-.]+|[-.]+$/g, "")).filter(Boolean);
}

const kept = (term) => (STOP.has(term) ? null : term);

/** Give a function that searches: a text to at most `most` sections, the best first. */
export function searcher(MiniSearch, entries, most = 12) {
  const sections = entries.filter(({ location }) => !NOT_FOR_READERS.test(location)).map((entry, id) => ({ ...entry, id, text: plain(entry.text) }));
  const pages = new Map(sections.filter(({ location }) => !location.includes("#")).map(({ location, title }) => [location, title]));
  for (const section of sections) {
    section.page = pages.get(section.location.split("#")[0]) ?? "";
    section.run = ` ${words(`${section.title} ${section.text}`).join(" ")} `;
  }
  const index = new MiniSearch({ fields: ["title", "text"], tokenize: words, processTerm: kept });
  index.addAll(sections);
  return (query) => {
    let asked = words(query);
    const pasted = asked.length >= LONG;
    if (pasted) asked = asked.filter((word) => !NOISE.test(word));
    const weight = ({ location }) => (LESSON.test(location) ? 1 : asked.length <= LOOK_UP && DICTIONARY.test(location) ? 2 : 0.7);
    const options = { boost: { title: 2 }, prefix: (term) => term.length >= 4, fuzzy: (term) => (term.length >= 7 ? 0.15 : false), weights: { prefix: 0.3, fuzzy: 0.2 } };
    const found = index.search(asked.join(" "), options).slice(0, 60);
    return found.map(({ id, score }) => ({ section: sections[id], score: score * (1 + sharedRun(asked, sections[id].run)) * weight(sections[id]) }))
      .sort((one, other) => other.score - one.score).slice(0, most).map(({ section }) => section);
  };
}

/** Tell the length of the longest run of a query's words that a section has in the same order, less the first. */
function sharedRun(asked, run) {
  let longest = 0;
  for (let from = 0; from < asked.length - longest; from += 1) {
    while (from + longest < asked.length && run.includes(` ${asked.slice(from, from + longest + 1).join(" ")} `)) longest += 1;
  }
  return Math.max(longest - 1, 0);
}

/** Give the piece of a section's text around the first word that was asked for. */
export function excerpt(text, query, length = 150) {
  const lower = text.toLowerCase();
  const places = words(query).filter((word) => word.length > 2 && !STOP.has(word)).map((word) => lower.indexOf(word)).filter((place) => place >= 0);
  const from = Math.max(0, Math.min(...(places.length ? places : [0])) - 40);
  const start = from === 0 ? 0 : text.indexOf(" ", from) + 1;
  const piece = text.slice(start, start + length);
  return `${start > 0 ? "… " : ""}${piece}${start + length < text.length ? " …" : ""}`;
}

function plain(html) {
  const text = html.replace(/<[^>]+>/g, " ").replace(/&lt;/g, "<").replace(/&gt;/g, ">").replace(/&quot;/g, '"').replace(/&#39;/g, "'").replace(/&amp;/g, "&");
  return text.replace(/\s+/g, " ").trim();
}

/** Fetch the sections that the builder wrote (MkDocs' and Zensical's file differ in name and frame) and the library. */
export async function load(root) {
  const runtime = new URL("assets/python/", root);
  const manifest = await json(new URL("manifest.json", runtime));
  const { MiniSearch } = await import(new URL(`${manifest.folder}/search.js`, runtime).href);
  const data = await json(new URL("search/search_index.json", root)).catch(() => json(new URL("search.json", root)));
  return searcher(MiniSearch, data.docs ?? data.items);
}

async function json(address) {
  const response = await fetch(address);
  if (!response.ok) throw new Error(`${address.pathname}: ${response.status}`);
  return response.json();
}
