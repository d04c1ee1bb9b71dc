// Where an assignment's questions come from: the lessons' own pages, and the packed versions on the pages of teaching notes.
// Gives, per question, {key, prompt, form, solution}: what marks it, and nodes ready to stand on the page.

import { make, withCode } from "../page/elements.js";

const ROOT = new URL("../../", import.meta.url); // of the site: this file lies in assets/assigned/
const ASKED = {
  choice: "Choose one.", choose_all: "Choose all that apply.", number: "Give a number.",
  output: "Type what it prints.", order: "Put the steps in order.",
};

export class Source {
  #where;
  #pages = new Map();

  constructor(where) {
    this.#where = where;
  }

  // Find a question by name; throws an Error with a sentence if the site does not have it or cannot be reached.
  async find(name, version) {
    const [topic] = name.split(".");
    const where = this.#where[topic];
    if (!where) throw new Error(`This site has no lesson ${topic}, which the assignment asks about.`);
    const page = await this.#page(where.lesson);
    const key = page.keys.find((question) => question.uid === name);
    if (key) return written(page, key);
    const versions = (await this.#page(where.generated)).versions[name];
    if (versions) return generated(name, versions.hash, versions.versions[version], version);
    throw new Error(`This site has no question ${name}, which the assignment asks.`);
  }

  #page(path) {
    if (!this.#pages.has(path)) this.#pages.set(path, fetched(new URL(path, ROOT)));
    return this.#pages.get(path);
  }
}

async function fetched(address) {
  let answer;
  try {
    answer = await fetch(address);
  } catch {
    throw new Error("The questions could not be fetched. Is there a network? Your answers are kept; load the page again.");
  }
  if (!answer.ok) throw new Error(`The questions could not be fetched (${answer.status}). Load the page again.`);
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const keys = page.querySelector(".quiz-key");
  return {
    page,
    address,
    keys: keys ? JSON.parse(keys.textContent).questions : [],
    versions: await unpacked(page.querySelector(".ps-versions")?.textContent),
  };
}

async function unpacked(text) {
  if (!text) return {};
  const bytes = Uint8Array.from(atob(text), (sign) => sign.charCodeAt(0));
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate"));
  return JSON.parse(await new Response(stream).text());
}

// A question of a lesson: copies of the page's own nodes, without proof and without what belongs to practice.
function written({ page, address }, key) {
  const section = document.importNode(page.querySelector(`[data-uid="${key.uid}"]`), true);
  for (const link of section.querySelectorAll("a[href]")) link.href = new URL(link.getAttribute("href"), address).href;
  const form = section.querySelector("form");
  form.querySelector(".quiz-submit").remove();
  const prompt = [section.querySelector(".quiz-prompt"), section.querySelector(":scope > .highlight")].filter(Boolean);
  return { key, hash: key.hash, version: null, prompt, form, solution: section.querySelector(".quiz-solution") };
}

function generated(name, hash, question, version) {
  const prompt = make("div", "quiz-prompt", ...question.prompt.split(/\n{2,}/).map((text) => make("p", "", ...withCode(text))));
  const parts = question.code ? [prompt, code(question.code)] : [prompt];
  return { key: question, hash, version, prompt: parts, form: formOf(name.replace(".", "-"), question), solution: solutionOf(question) };
}

function code(text) {
  const pre = make("pre", "", make("code", "", text));
  pre.tabIndex = 0;
  return make("div", "highlight", pre);
}

function formOf(name, question) {
  const fieldset = make("fieldset", "", make("legend", "", ASKED[question.type]));
  const form = make("form", "quiz-form", fieldset);
  form.method = "dialog";
  form.autocomplete = "off";
  if (question.type === "order") {
    const list = make("ol", "quiz-steps", ...question.parts.map((text, part) => step(text, part)));
    fieldset.append(list, make("p", "quiz-unseen quiz-moved"));
    fieldset.lastChild.setAttribute("role", "status");
  } else if (question.type === "number" || question.type === "output") {
    const field = make(question.type === "number" ? "input" : "textarea");
    field.name = name;
    if (question.type === "output") field.rows = 4;
    else field.inputMode = "decimal";
    fieldset.append(make("label", "quiz-line", question.type === "number" ? "Your answer " : "The output ", field, question.unit ? ` ${question.unit}` : ""));
  } else {
    fieldset.append(...question.parts.map((text, part) => {
      const input = make("input");
      Object.assign(input, { type: question.type === "choice" ? "radio" : "checkbox", name, value: part });
      const label = make("label", "quiz-option", input, make("span", "", ...withCode(text)));
      label.dataset.part = part;
      return label;
    }));
  }
  return form;
}

function step(text, part) {
  const moves = [[-1, "Move up", "↑"], [1, "Move down", "↓"]].map(([by, word, sign]) => {
    const button = make("button", "quiz-move", sign);
    button.type = "button";
    button.dataset.move = by;
    button.setAttribute("aria-label", `${word}: ${text.replaceAll("`", "")}`);
    return button;
  });
  const item = make("li", "", make("span", "quiz-step", ...withCode(text)), " ", make("span", "quiz-moves", ...moves));
  item.dataset.part = part;
  return item;
}

function solutionOf(question) {
  const items = (texts) => texts.map((text) => make("li", "", ...withCode(text)));
  const whys = question.whys.map((why, part) => {
    const about = question.parts?.[part] ?? `${question.wrong[part]}`;
    const item = make("li", "", make("span", "quiz-about", ...withCode(about)), " ", make("span", "quiz-why", ...withCode(why)));
    item.dataset.part = part;
    return item;
  });
  const line = (label, text) => make("p", "", make("strong", "", label), " ", ...withCode(text));
  return make(
    "details", "quiz-solution", make("summary", "", "Worked solution"), make("ol", "quiz-way", ...items(question.solution)),
    line("Final answer:", question.answer), ...(question.prints ? [make("pre", "quiz-output", make("code", "", question.prints))] : []),
    line("Quick check:", question.check), make("p", "", make("strong", "", "Common mistakes:")), make("ul", "", ...items(question.mistakes)),
    make("ul", "quiz-whys", ...whys),
  );
}
