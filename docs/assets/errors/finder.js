// The error finder: which errors a pasted text speaks of, first causes first. src/poolschool/errors/finder.py does the same in
// Python, and writes the patterns for both into the page.

import { make } from "../page/elements.js";

const MOMENT = 150; // milliseconds after the last key

export function finderOf({ noise, like, fewest, entries }) {
  const compiled = entries.map((entry) => ({
    ...entry, patterns: entry.patterns.map((one) => new RegExp(one)), words: [entry.title, ...entry.texts].map(wordsOf),
  }));
  const byId = new Map(compiled.map((entry) => [entry.id, entry]));
  const noises = noise.map(([what, instead]) => [new RegExp(what, "gm"), instead]);
  const clean = (text) => noises.reduce((left, [what, instead]) => left.replace(what, instead), text);

  function find(text) {
    const cleaned = clean(text);
    const places = new Map();
    for (const { id, patterns } of compiled) {
      const found = patterns.map((one) => cleaned.search(one)).filter((at) => at >= 0);
      if (found.length) places.set(id, Math.min(...found));
    }
    const order = [...places].sort((a, b) => a[1] - b[1]).map(([id]) => id);
    const causes = (id) => order.filter((other) => byId.get(other).leads.includes(id));
    const done = [];
    const put = (id, above) => {
      for (const cause of causes(id)) if (!above.includes(cause)) put(cause, [...above, id]);
      if (!done.includes(id)) done.push(id);
    };
    for (const id of order) put(id, []);
    return done.map((id) => ({ ...byId.get(id), follows: causes(id) }));
  }

  function nearest(text) {
    const words = wordsOf(clean(text));
    const last = text.trimEnd().toLowerCase().match(/[a-z]*$/)[0] || "\n"; // perhaps cut
    const share = (own) => {
      const common = [...own].filter((word) => words.has(word) || word.startsWith(last)).length;
      return common >= fewest ? common / own.size : 0;
    };
    const shares = compiled.map((entry) => [Math.max(...entry.words.map(share)), entry]);
    const [most, best] = shares.reduce((first, one) => (one[0] > first[0] ? one : first), [0, null]);
    return most >= like ? best : null;
  }

  return { find, nearest, title: (id) => byId.get(id).title };
}

const wordsOf = (text) => new Set(text.toLowerCase().replace(/\{\w+\}/g, "").match(/[a-z]{4,}/g) ?? []);

export function mount(form) {
  const finder = finderOf(JSON.parse(document.querySelector(".ps-errors-data").textContent));
  const area = form.querySelector("textarea");
  const place = form.querySelector(".ps-errors-found");

  function link(entry) {
    const made = make("a", "", entry.title);
    made.href = `${entry.id}/`;
    return made;
  }

  function item(entry) {
    const line = make("li", "", link(entry));
    if (entry.follows.length) line.append(make("p", "", `It may only follow from: ${entry.follows.map(finder.title).join("; ")}.`));
    line.append(make("p", "", make("strong", "", `Most likely: ${entry.cause}. `), "How to tell: ", entry.tell));
    return line;
  }

  function show() {
    const text = area.value;
    if (!text.trim()) return place.replaceChildren();
    const found = finder.find(text);
    if (found.length) return place.replaceChildren(make("ol", "", ...found.map(item)));
    const near = finder.nearest(text);
    return place.replaceChildren(make("p", "", "Nothing here is about pools.", ...(near ? [" Nearest: ", link(near)] : [])));
  }

  let timer;
  area.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(show, MOMENT);
  });
  form.addEventListener("submit", (event) => event.preventDefault());
  if (area.value) show(); // what the browser has put back
}
