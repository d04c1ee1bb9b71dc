// One question in the page: submit, mark, say why, keep the answer. Texts are copied from the page's own nodes or set as
// text; nothing is ever parsed as HTML.

import { hasChanged, ownQuestion, soundQuestion } from "../page/progress.js";
import { offerVersions, withdraw } from "../page/versions.js";
import { controlsOf } from "./answer.js";
import { mark } from "./marking.js";

const WORDS = { open: "unanswered", right: "right", missed: "incorrect", changed: "changed since you answered, so it is asked again" };

export class QuestionView {
  #key;
  #section;
  #controls;
  #tries = 0;
  #touched = false;
  #kept;
  #whenMarked;
  #rescore;

  constructor(section, key, { whenMarked, rescore }) {
    this.#section = section;
    this.#key = key;
    this.#whenMarked = whenMarked;
    this.#rescore = rescore;
    this.#kept = ownQuestion(key.uid, () => this.#elsewhere());
    this.#controls = controlsOf(section, key);
    this.state = "open";
    section.querySelector("form").addEventListener("submit", (event) => {
      event.preventDefault();
      this.#submit();
    });
    section.querySelector("form").addEventListener("change", () => this.#unmark());
    for (const kind of ["input", "change"]) section.querySelector("form").addEventListener(kind, () => { this.#touched = true; });
    section.querySelector("[data-do=solution]").addEventListener("click", () => this.#openSolution());
  }

  // Put back what was answered before. Feedback stays folded: nothing on the page may move while it loads.
  restore() {
    const { uid, hash } = this.#key;
    if (hasChanged(uid, hash)) this.#become("changed");
    this.#putBack(this.#kept.read());
    if (soundQuestion(this.#kept.other, hash)) this.#offer();
  }

  #putBack(value) {
    const kept = soundQuestion(value, this.#key.hash);
    this.#tries = kept?.tries ?? 0;
    if (kept === null || kept.answer === null) return;
    const marking = mark(this.#key, kept.answer);
    if (!marking.counted) return;
    this.#controls.write(kept.answer);
    this.#become(marking.right ? "right" : "missed");
  }

  // Answered in another tab: where nothing was done here, that answer is shown; else the reader chooses.
  #elsewhere() {
    if (this.#touched || this.state === "right" || this.state === "missed") this.#offer();
    else this.#display(this.#kept.takeOther());
  }

  #offer() {
    offerVersions(this.#section.querySelector(".quiz-form"), {
      name: `the answer to ${this.#section.querySelector("h3").textContent.toLowerCase()}`,
      kept: this.#kept,
      shown: () => this.#mine,
      show: (value) => this.#display(value),
      focus: () => this.focus(),
    });
  }

  #display(value) {
    this.#wipe();
    this.#putBack(value);
    this.#rescore();
  }

  get #mine() {
    if (this.state !== "right" && this.state !== "missed") return null;
    return { hash: this.#key.hash, answer: this.#controls.read(), right: this.state === "right", tries: this.#tries };
  }

  arrange(seed) {
    this.#controls.arrange(seed);
  }

  // Ask again; `tries` are kept unless everything starts over.
  clear({ startOver = false } = {}) {
    const before = this.#mine ?? { hash: this.#key.hash, answer: null, right: false, tries: this.#tries };
    this.#wipe();
    if (startOver) {
      this.#tries = 0;
      this.#kept.remove();
    } else {
      this.#kept.write({ hash: this.#key.hash, answer: null, right: false, tries: this.#tries });
    }
    return before;
  }

  // Take a clear back; `before` is what it gave.
  undo(before) {
    this.#wipe();
    this.#kept.write(before);
    this.#putBack(before);
  }

  #wipe() {
    this.#controls.write(null);
    this.#touched = false;
    this.#unmark();
    withdraw(this.#section.querySelector(".quiz-form"));
    this.#section.querySelector(".quiz-feedback").replaceChildren();
    for (const details of this.#section.querySelectorAll("details")) details.open = false;
    this.#become("open");
  }

  focus() {
    this.#section.scrollIntoView({ block: "start" });
    (this.state === "right" ? this.#section.querySelector("[type=submit]") : this.#controls.first()).focus({ preventScroll: true });
  }

  #submit() {
    if (this.state === "right") return;
    const answer = this.#controls.read();
    const marking = mark(this.#key, answer);
    if (marking.counted) {
      this.#tries += 1;
      this.#kept.write({ hash: this.#key.hash, answer, right: marking.right, tries: this.#tries });
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
