// One question in the page: submit, mark, say why, keep the answer. Texts are copied from the page's own nodes or set as
// text; nothing is ever parsed as HTML.

import { forget, hasChanged, readQuestion, writeQuestion } from "../page/progress.js";
import { controlsOf } from "./answer.js";
import { mark } from "./marking.js";

const WORDS = { open: "open", right: "right", missed: "missed", changed: "changed since you answered, so it is asked again" };

export class QuestionView {
  #key;
  #section;
  #controls;
  #tries = 0;
  #whenMarked;

  constructor(section, key, whenMarked) {
    this.#section = section;
    this.#key = key;
    this.#whenMarked = whenMarked;
    this.#controls = controlsOf(section, key);
    this.state = "open";
    section.querySelector("form").addEventListener("submit", (event) => {
      event.preventDefault();
      this.#submit();
    });
    section.querySelector("form").addEventListener("change", () => this.#unmark());
    section.querySelector("[data-do=solution]").addEventListener("click", () => this.#openSolution());
  }

  // Put back what was answered before. Feedback stays folded: nothing on the page may move while it loads.
  restore() {
    const { uid, hash } = this.#key;
    const kept = readQuestion(uid, hash);
    this.#tries = kept?.tries ?? 0;
    if (hasChanged(uid, hash)) this.#become("changed");
    if (kept === null || kept.answer === null) return;
    const marking = mark(this.#key, kept.answer);
    if (!marking.counted) return;
    this.#controls.write(kept.answer);
    this.#become(marking.right ? "right" : "missed");
  }

  arrange(seed) {
    this.#controls.arrange(seed);
  }

  // Ask again; `tries` are kept unless everything starts over.
  clear({ startOver = false } = {}) {
    this.#controls.write(null);
    this.#unmark();
    this.#section.querySelector(".quiz-feedback").replaceChildren();
    for (const details of this.#section.querySelectorAll("details")) details.open = false;
    this.#become("open");
    if (startOver) {
      this.#tries = 0;
      forget(this.#key.uid);
    } else {
      writeQuestion(this.#key.uid, { hash: this.#key.hash, answer: null, right: false, tries: this.#tries });
    }
  }

  focus() {
    this.#section.scrollIntoView({ block: "start" });
    this.#controls.first().focus({ preventScroll: true });
  }

  #submit() {
    if (this.state === "right") return;
    const answer = this.#controls.read();
    const marking = mark(this.#key, answer);
    if (marking.counted) {
      this.#tries += 1;
      writeQuestion(this.#key.uid, { hash: this.#key.hash, answer, right: marking.right, tries: this.#tries });
      this.#become(marking.right ? "right" : "missed");
    } else {
      this.#controls.first().focus();
    }
    this.#show(marking);
    if (marking.right) this.#section.querySelector(".quiz-solution").open = true;
  }

  #become(state) {
    this.state = state;
    const badge = this.#section.querySelector(".quiz-state");
    badge.dataset.state = state;
    badge.querySelector(".quiz-state-word").textContent = WORDS[state];
    // A right answer is locked; its button keeps the focus and does nothing more.
    this.#section.querySelector("fieldset").disabled = state === "right";
    this.#section.querySelector("[type=submit]").setAttribute("aria-disabled", state === "right");
    this.#section.querySelector("[data-do=solution]").hidden = state !== "missed";
  }

  #unmark() {
    for (const marked of this.#section.querySelectorAll("[data-mark]")) delete marked.dataset.mark;
  }

  #show({ right, counted, remarks }) {
    this.#unmark();
    const feedback = this.#section.querySelector(".quiz-feedback");
    const verdict = element("p", "quiz-verdict", counted ? (right ? "Right." : "Not right yet.") : "Not marked.");
    verdict.dataset.verdict = counted ? (right ? "right" : "wrong") : "unread";
    feedback.replaceChildren(verdict, ...remarks.flatMap((remark) => this.#spoken(remark)));
    if (counted) feedback.append(element("p", "quiz-so-far", this.#whenMarked()));
    for (const { kind, part } of remarks) {
      if (part === null || kind === "known") continue;
      const marked = this.#section.querySelector(`fieldset [data-part="${part}"]`);
      marked.dataset.mark = kind;
    }
  }

  // Give the nodes that say a remark: its own text, then what the worked solution has to say of that part.
  #spoken({ kind, part, text }) {
    const nodes = text ? [element("p", "", text)] : [];
    if (part === null) return nodes;
    const reason = this.#section.querySelector(`.quiz-whys [data-part="${part}"]`).cloneNode(true);
    const remark = element("p", "quiz-remark");
    if (kind === "missing") {
      remark.append(element("strong", "quiz-right", "Missing."), " ");
      reason.querySelector(".quiz-right").remove();
    } else if (this.#key.type === "choice" || kind === "known") {
      reason.querySelector(".quiz-right, .quiz-wrong").remove(); // the verdict has just said so
      reason.querySelector(".quiz-about").remove();
    }
    remark.append(...reason.childNodes);
    return [...nodes, remark];
  }

  #openSolution() {
    const solution = this.#section.querySelector(".quiz-solution");
    solution.open = true;
    solution.querySelector("summary").focus();
  }
}

function element(name, className, text = "") {
  const node = document.createElement(name);
  if (className) node.className = className;
  node.textContent = text;
  return node;
}
