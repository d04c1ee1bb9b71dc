// Verdicts in words, as the terminal tells them (poolschool.learner.report): a line per task, then the first open one explained.

import { make, withCode } from "../page/elements.js";

const SIGNS = { passed: "✓", failed: "✗", blocked: "·", error: "!" };
const SPOKEN = { passed: "passed", failed: "open", blocked: "waits", error: "could not be judged" };

// Give title and address of the page of the error that stands first in a text, or null; `errors` has [title, address, patterns].
export function errorPage(text, errors) {
  let first = null;
  for (const [title, address, patterns] of errors) {
    for (const pattern of patterns) {
      const at = text.search(new RegExp(pattern));
      if (at >= 0 && at < (first?.at ?? Infinity)) first = { at, title, address };
    }
  }
  return first;
}

function link(address, text) {
  const anchor = make("a", "", text);
  anchor.href = address;
  return anchor;
}

function explained(verdict, { beliefs, errors }) {
  const words = make("dl", "ps-verdict-words");
  const say = (label, ...content) => {
    if (content.every((part) => part === "")) return;
    words.append(make("dt", "", label), make("dd", "", ...content));
  };
  if (verdict.status === "error") {
    say("Checker error", `Task ${verdict.task} could not be judged; this is not your mistake.`);
    say("Because", verdict.got);
  } else {
    say("You called", verdict.called);
    say("Got", verdict.got);
    if (verdict.where) say("At", `${verdict.where}  `, make("code", "", verdict.code.trim()));
    say("Expected", ...withCode(verdict.expected));
    say("Hint", ...withCode(verdict.hint));
    const [truth, address] = beliefs[verdict.belief] ?? ["", ""];
    say("Why", ...withCode(truth));
    if (address) say("Read more", link(address, "the part of the lesson that shows it"));
  }
  if (verdict.output) say("Printed", make("pre", "", verdict.output));
  const error = errorPage(verdict.got, errors);
  if (error) say("Error page", link(error.address, error.title));
  if (verdict.trace) say("Traceback", make("details", "", make("summary", "", "Show it"), make("pre", "", verdict.trace)));
  return words;
}

// Put the picture of who used the pool below the words; what draws it is fetched only now.
async function drawPool(words, { pool }) {
  try {
    const { poolPicture } = await import("./pool-picture.js");
    words.after(poolPicture(pool));
  } catch {
    // The page is offline, or what was kept is no picture: the words say what is wrong.
  }
}

// Show verdicts in `place`; of what the page knows, `beliefs` gives [truth, address] by id, `errors` is as above.
export function showVerdicts(place, verdicts, known) {
  const list = make("ol", "ps-verdicts");
  for (const verdict of verdicts) {
    const sign = make("span", "ps-verdict-sign", SIGNS[verdict.status]);
    sign.setAttribute("aria-hidden", "true");
    const aside = verdict.status === "blocked" ? ` (${verdict.got})` : "";
    const item = make("li", "", sign, ` ${verdict.title}${aside}`, make("span", "ps-spoken", `, ${SPOKEN[verdict.status]}`));
    item.dataset.status = verdict.status;
    list.append(item);
  }
  const open = verdicts.find(({ status }) => status !== "passed");
  const words = open ? [explained(open, known)] : [];
  place.replaceChildren(list, ...words);
  if (open?.pool?.borrowers?.length > 0) drawPool(words[0], open);
}

// Sum up in one sentence for whoever cannot see the list change.
export function summary(verdicts) {
  const passed = verdicts.filter(({ status }) => status === "passed").length;
  const open = verdicts.find(({ status }) => status !== "passed");
  return open ? `${passed} of ${verdicts.length} tasks pass. Open: ${open.title}` : `All ${passed} tasks pass.`;
}
