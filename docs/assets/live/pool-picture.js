// Who asked the pool until a task failed: waited, held a connection, gave up, never returned it. The same picture as the
// terminal's (poolschool.learner.pool_picture), a sentence and a bar for each borrower; poolschool.grading.pool_use has the data.

import { make } from "../page/elements.js";

const A_WAIT = 1; // milliseconds in the queue that are worth a word
const ENDS = {
  returned: (held) => `held a connection for ${held}`,
  "not returned": (held) => `held a connection for ${held}, never returned it`,
  "gave up": () => "gave up",
  waits: () => "still waits",
  "got none": () => "got none",
};
const SIGNS = { returned: "", "not returned": "→", waits: "…", "gave up": "✗", "got none": "✗" };

const tenths = (number) => String(Math.floor(number * 10 + 0.5) / 10);

function milliseconds(time) {
  if (time >= 10_000) return `${tenths(time / 1000)} s`;
  return time >= 10 ? `${Math.floor(time + 0.5)} ms` : `${tenths(time)} ms`;
}

function sentence({ number, line, asked, waited, held, end }) {
  const place = line > 0 ? `at line ${line}` : "outside of your file";
  const wait = waited >= A_WAIT ? `, waited ${milliseconds(waited)}` : "";
  return `Request ${number} asked at ${milliseconds(asked)} ${place}${wait}, ${ENDS[end](milliseconds(held))}`;
}

function part(kind, from, to) {
  const made = make("span", "ps-borrower-part");
  made.dataset.kind = kind;
  made.style.insetInlineStart = `${from}%`;
  made.style.inlineSize = `${Math.max(0, to - from)}%`;
  return made;
}

// Draw one borrower between `start` and `end`, milliseconds; the sentence says the same.
function bar({ asked, waited, held, end }, start, scale) {
  const drawn = make("div", "ps-borrower-bar");
  drawn.setAttribute("aria-hidden", "true");
  const [begins, gets, ends] = [asked, asked + waited, asked + waited + held].map((time) => (time - start) * scale);
  if (waited >= A_WAIT) drawn.append(part("waits", begins, gets));
  if (end === "returned" || end === "not returned") drawn.append(part("holds", gets, ends));
  const sign = make("span", "ps-borrower-end", SIGNS[end]);
  sign.style.insetInlineStart = `${ends}%`;
  drawn.append(sign);
  return drawn;
}

// Give the folded picture of a verdict's `pool`.
export function poolPicture({ asked, borrowers }) {
  const start = Math.min(...borrowers.map((one) => one.asked));
  const end = Math.max(...borrowers.map((one) => one.asked + one.waited + one.held));
  const scale = 100 / (end - start || 1);
  const rows = borrowers.map((one) => {
    const row = make("li", "", make("span", "", sentence(one)), bar(one, start, scale));
    row.dataset.end = one.end;
    return row;
  });
  const legend = make("p", "ps-borrowers-legend", "Dotted: waits. Solid: holds a connection. ✗ got none. → never returned it.");
  legend.setAttribute("aria-hidden", "true");
  const more = asked > rows.length ? [make("p", "ps-borrowers-legend", `and ${asked - rows.length} more`)] : [];
  const scaled = make("p", "ps-borrowers-scale", make("span", "", milliseconds(start)), make("span", "", milliseconds(end)));
  scaled.setAttribute("aria-hidden", "true");
  const summary = make("summary", "", "Who waited, gave up or never returned a connection");
  return make("details", "ps-borrowers", summary, legend, scaled, make("ul", "", ...rows), ...more);
}
