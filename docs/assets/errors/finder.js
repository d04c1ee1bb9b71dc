// The error finder: which errors a pasted text speaks of, first causes first. src/poolschool/errors/finder.py does the same in
// Python, and writes the patterns for both into the page.

import { make } from "../page/elements.js";

const MOMENT = 150; // milliseconds after the last key

export function finderOf({ noise, near, ours, others, classes, quoted, time, like, fewest, entries }) {
  const compiled = entries.map((entry) => ({
    ...entry,
    patterns: entry.patterns.map((one, place) => [new RegExp(one, "g"), entry.shared.includes(entry.texts[place])]),
    names: entry.names.map((one) => [new RegExp(one, "g"), false]),
    words: [entry.title, ...entry.texts.filter((one) => !entry.shared.includes(one))].map(wordsOf),
  }));
  const [isClass, isQuoted, isTime] = [new RegExp(classes), new RegExp(quoted, "i"), new RegExp(time)];
  const byId = new Map(compiled.map((entry) => [entry.id, entry]));
  const noises = noise.map(([what, instead]) => [new RegExp(what, "gm"), instead]);
  const clean = (text) => noises.reduce((left, [what, instead]) => left.replace(what, instead), text);

  // Whether a text that begins here is said by one of ours, and is no value in a statement.
  function isSaid(text, start, shared) {
    const line = text.slice(Math.max(text.lastIndexOf("\n", start - 1) + 1, start - near, 0), start);
    if (/['"]/.test(line) && isQuoted.test(line)) return false;
    if (!shared) return true;
    const around = text.slice(Math.max(0, start - near), start + near);
    const words = around.toLowerCase();
    const has = (some) => some.some((one) => words.includes(one));
    return !(has(others) || isClass.test(around)) || has(ours);
  }

  // Where the texts of an error stand, each place once.
  function placesOf(patterns, text) {
    const found = patterns.flatMap(([one, shared]) => [...text.matchAll(one)].map((match) => [match.index, match.index + match[0].length, shared]));
    let end = -1;
    return found.sort((a, b) => a[0] - b[0] || b[1] - a[1])
      .filter(([start, stop]) => start >= end && (end = stop))
      .filter(([start, , shared]) => isSaid(text, start, shared))
      .map(([start]) => start);
  }

  // How often an error stands in a text, and when first and last: "" without times.
  function counted(places, cleaned, text) {
    const times = text.split("\n").map((line) => line.match(isTime));
    let [line, last, end] = [0, times[0], cleaned.indexOf("\n")];
    const minutes = places.map((place) => {
      for (; end >= 0 && end < place; end = cleaned.indexOf("\n", end + 1)) last = times[++line] ?? last;
      return last ? last.slice(1).filter(Boolean).join(" ") : "";
    });
    return { count: places.length, first: minutes.find(Boolean) ?? "", last: minutes.findLast(Boolean) ?? "" };
  }

  function find(text) {
    const cleaned = clean(text);
    const places = new Map();
    for (const kind of ["patterns", "names"]) {
      if (places.size) break;
      for (const entry of compiled) {
        const found = placesOf(entry[kind], cleaned);
        if (found.length) places.set(entry.id, found);
      }
    }
    const order = [...places].sort((a, b) => a[1][0] - b[1][0]).map(([id]) => id);
    const causes = (id) => order.filter((other) => byId.get(other).leads.includes(id));
    const done = [];
    const put = (id, above) => {
      for (const cause of causes(id)) if (!above.includes(cause)) put(cause, [...above, id]);
      if (!done.includes(id)) done.push(id);
    };
    for (const id of order) put(id, []);
    return done.map((id) => ({ ...byId.get(id), follows: causes(id), ...counted(places.get(id), cleaned, text) }));
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
    const { count, first, last } = entry;
    const line = make("li", "", link(entry));
    if (first) line.append(make("p", "", `${count} ×: first ${first}, last ${last}.`));
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
