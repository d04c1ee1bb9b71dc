// The site in assigned mode: who are you, the paper without feedback, handing in, and feedback if it was promised.

import { make, withCode } from "../page/elements.js";
import { rounded, tell } from "./feedback.js";
import { knownAs, paperOf, readLink, resultOf } from "./paper.js";
import { Source } from "./source.js";
import { keeps } from "../page/kept.js";
import { ownAssigned, soundAssigned } from "../page/progress.js";
import { offerVersions } from "../page/versions.js";
import { controlsOf } from "../quiz/answer.js";
import { mark } from "../quiz/marking.js";

const FEEDBACK = {
  now: "You see what was right, and why, as soon as you have handed in.",
  after_due: "You see what was right, and why, on this page once the due date has passed.",
  never: "This page does not say what was right.",
};

const many = (count, word) => `${count} ${word}${count === 1 ? "" : "s"}`;
const button = (text, act, main = false) => {
  const node = make("button", `quiz-button${main ? " quiz-button--main" : ""}`, text);
  node.type = "button";
  node.addEventListener("click", act);
  return node;
};

class Assigned {
  #frame;
  #assignment;
  #digest;
  #student = "";
  #place;
  #kept;
  #questions = [];

  constructor(frame, { assignment, digest }) {
    this.#frame = frame;
    this.#assignment = assignment;
    this.#digest = digest;
  }

  // Say what it is, and ask who it is for.
  ask() {
    const { title, due, feedback, questions, variants } = this.#assignment;
    const points = questions.reduce((sum, [, each]) => sum + each, 0);
    const facts = [
      `${many(questions.length, "question")}, ${many(rounded(points), "point")}.`,
      ...(due ? [`Due ${when(due)} by your clock (${due.replace("T", " ")})${this.#late() ? ": that is past. You can still hand in; it will be called late." : "."}`] : []),
      FEEDBACK[feedback],
      keeps()
        ? "Answers are kept in this browser until you hand in."
        : "This browser does not keep your answers: they are lost when you close or reload this page. Hand in before you do, or use another browser.",
      "Nothing is sent anywhere: you get a file, and you hand it in yourself.",
    ];
    const student = field("Your id", "As your instructor has it: e-mail, login or number.", "student", "username");
    const name = field("Your name", "May be left out.", "name", "name");
    const fault = make("p", "quiz-note ps-assigned-fault");
    fault.setAttribute("role", "alert");
    const begin = make("button", "quiz-button quiz-button--main", "Begin");
    begin.type = "submit";
    const own = variants === "student" ? [make("p", "quiz-note", "Your paper depends on your id: another id gets other questions.")] : [];
    const form = make("form", "ps-assigned-who", student.label, name.label, ...own, fault, begin);
    form.noValidate = true;
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      if (!student.input.value.trim()) {
        fault.textContent = "Say who you are first: your instructor must know whose paper this is.";
        student.input.focus();
        return;
      }
      this.#begin(student.input.value.trim().slice(0, 200), name.input.value.trim().slice(0, 200));
    });
    this.#frame.replaceChildren(make("h2", "", title), make("ul", "", ...facts.map((fact) => make("li", "", fact))), form);
  }

  #late() {
    return this.#assignment.due !== null && Date.now() > Date.parse(this.#assignment.due);
  }

  async #begin(student, name) {
    this.#student = student;
    this.#place?.close();
    this.#place = ownAssigned(this.#digest, knownAs(student), () => this.#offer());
    const kept = soundAssigned(this.#place.read());
    this.#kept = kept ?? { began: new Date().toISOString(), name, answers: {}, handedIn: null, times: 0 };
    if (name) this.#kept.name = name;
    this.#frame.replaceChildren(make("p", "", "The questions are being fetched …"));
    const paper = paperOf(this.#assignment, student);
    const source = new Source(JSON.parse(this.#frame.dataset.assigned));
    try {
      const questions = await Promise.all(paper.questions.map((asked) => source.find(asked.name, asked.version)));
      this.#questions = questions.map((question, place) => ({ ...question, ...paper.questions[place], current: question.hash, version: question.version }));
    } catch (error) {
      this.#frame.replaceChildren(make("p", "ps-assigned-fault", error.message), button("Try again", () => this.#begin(student, name), true));
      return;
    }
    this.#keep();
    this.#draw(paper.seed);
    if (soundAssigned(this.#place.other)) this.#offer();
  }

  // The same paper was answered in another tab as well.
  #offer() {
    if (this.#questions.length === 0) return;
    offerVersions(this.#frame, {
      name: "this paper",
      kept: this.#place,
      shown: () => this.#kept,
      show: () => this.#begin(this.#student, ""),
      focus: () => this.#frame.querySelector("h2")?.focus(),
    });
  }

  #keep() {
    this.#place.write(this.#kept);
  }

  #draw(seed) {
    const asked = this.#questions.map((question, place) => this.#section(question, place, seed));
    this.status = make("p", "quiz-score");
    this.status.setAttribute("role", "status");
    this.end = make("div", "ps-assigned-end");
    const who = `Paper of ${this.#student}${this.#kept.name ? `, ${this.#kept.name}` : ""}. Not you? `;
    const change = button("Somebody else", () => this.ask());
    change.classList.add("ps-assigned-change");
    this.#frame.replaceChildren(
      make("h2", "", this.#assignment.title), make("p", "quiz-note", who, change), ...asked, make("div", "quiz-bar", this.status), this.end,
    );
    this.#frame.querySelector("h2").tabIndex = -1;
    this.#frame.querySelector("h2").focus();
    this.#settle();
  }

  #section(question, place, seed) {
    const { key, name, points, hash, current, prompt, form } = question;
    const id = `assigned-${place + 1}`;
    const title = make("h3", "", `Question ${place + 1}`);
    title.id = `${id}-title`;
    const head = make("div", "quiz-head", title, make("span", "quiz-note", many(points, "point")));
    prompt[0].id = `${id}-prompt`;
    form.querySelector("fieldset").setAttribute("aria-describedby", prompt[0].id);
    const note = make("p", "quiz-note ps-assigned-note");
    note.setAttribute("role", "status");
    const changed = hash && hash !== current ? [make("p", "quiz-note", "This question has been changed since the assignment was made. It is asked as it is now.")] : [];
    question.feedback = make("div", "quiz-feedback");
    const section = make("section", "quiz-question", head, ...prompt, ...changed, form, note, question.feedback);
    section.setAttribute("aria-labelledby", title.id);
    section.id = id;
    for (const input of form.querySelectorAll("input, textarea")) input.name = id;
    question.section = section;
    question.uid = key.uid;
    question.controls = controlsOf(section, key);
    question.controls.arrange(seed);
    const answer = this.#kept.answers[name];
    if (answer !== undefined && answer !== null) question.controls.write(answer);
    form.addEventListener("submit", (event) => event.preventDefault());
    for (const kind of ["input", "change"]) form.addEventListener(kind, () => this.#answered(question, note));
    return section;
  }

  #answered(question, note) {
    if (this.#kept.handedIn) return;
    const answer = question.controls.read();
    const empty = answer === null || answer === "" || (Array.isArray(answer) && answer.length === 0);
    this.#kept.answers[question.name] = empty ? null : answer;
    // Whether a number can be read is said at once; whether it is right is not.
    const marking = mark(question.key, answer);
    note.textContent = !empty && !marking.counted ? marking.remarks[0].text : "";
    this.#keep();
    this.#count();
  }

  #open() {
    return this.#questions.map((question, place) => [question, place + 1]).filter(([{ name }]) => (this.#kept.answers[name] ?? null) === null).map(([, place]) => place);
  }

  #count() {
    const left = this.#open().length;
    this.status.textContent = `${this.#questions.length - left} of ${this.#questions.length} answered`;
  }

  #settle() {
    this.#count();
    const done = this.#kept.handedIn !== null;
    for (const { form, section } of this.#questions) {
      form.querySelector("fieldset").disabled = done;
      section.classList.toggle("ps-assigned-done", done);
    }
    if (done) this.#receipt();
    else this.end.replaceChildren(button("Hand in", () => this.#confirm(), true));
  }

  // Say what is open, and ask once.
  #confirm() {
    const open = this.#open();
    const words = open.length
      ? `${many(open.length, "question")} without an answer: ${open.join(", ")}.`
      : "Every question has an answer.";
    const dialog = make("dialog", "ps-assigned-dialog");
    const go = button("Hand in", () => { dialog.close(); this.#handIn(); }, true);
    const back = button("Go on working", () => dialog.close());
    const title = make("h3", "", "Hand in?");
    title.id = "ps-assigned-ask";
    dialog.setAttribute("aria-labelledby", title.id);
    dialog.append(title, make("p", "", words), make("p", "", "You get a file. After that the answers are locked."), make("div", "quiz-submit", go, back));
    dialog.addEventListener("close", () => dialog.remove());
    this.end.append(dialog);
    dialog.showModal();
  }

  #handIn() {
    const now = new Date();
    this.#kept.times += 1;
    this.#kept.handedIn = now.toISOString();
    this.#keep();
    this.#settle();
    this.#download();
    this.end.querySelector("h3").focus();
  }

  #result() {
    const { began, handedIn, name, answers, times } = this.#kept;
    return resultOf({
      assignment: this.#assignment.id, digest: this.#digest, student: this.#student, name: name ?? "", began, handed_in: handedIn,
      seconds: Math.max(0, Math.round((Date.parse(handedIn) - Date.parse(began)) / 1000)), times_handed_in: times,
      answers: this.#questions.map(({ name: question, version, key }) => ({ question, version, hash: key.hash, answer: answers[question] ?? null })),
    });
  }

  get #file() {
    return `${this.#assignment.id}-${knownAs(this.#student).replace(/[^\p{L}\p{N}@._-]+/gu, "_")}.json`;
  }

  #download() {
    const link = make("a");
    link.href = URL.createObjectURL(new Blob([JSON.stringify(this.#result(), null, 1)], { type: "application/json" }));
    link.download = this.#file;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
  }

  // What is left to do with the file, and feedback if it is time for it.
  #receipt() {
    const result = this.#result();
    const title = make("h3", "", "Handed in? Not yet: hand in the file");
    title.tabIndex = -1;
    const text = make("textarea");
    Object.assign(text, { readOnly: true, rows: 5, value: JSON.stringify(result) });
    text.setAttribute("aria-label", "The result as text");
    const again = button("Answer again", () => { this.#kept.handedIn = null; this.#keep(); this.#clearFeedback(); this.#settle(); });
    const late = this.#assignment.due && Date.parse(result.paper.handed_in) > Date.parse(this.#assignment.due);
    this.end.replaceChildren(
      title,
      make("p", "", `The file ${this.#file} was made ${when(result.paper.handed_in)}${late ? ", which is late" : ""}. Give it to your instructor in the way that you agreed on. Its check is ${result.check}.`),
      make("div", "quiz-submit", button("Save the file again", () => this.#download(), true), again),
      make("details", "ps-assigned-text", make("summary", "", "No download? The same as text, to copy"), text),
      make("p", "", this.#promise()),
    );
    if (this.#tells()) this.#feedback();
  }

  #tells() {
    return this.#assignment.feedback === "now" || (this.#assignment.feedback === "after_due" && this.#late());
  }

  #promise() {
    if (this.#tells()) return "What was right, and why, stands below each question.";
    return this.#assignment.feedback === "never" ? FEEDBACK.never : `Open this page again after ${when(this.#assignment.due)}: then this page says what was right.`;
  }

  #feedback() {
    const { reached, most } = tell(this.#questions, this.#kept.answers);
    this.end.append(make("p", "quiz-score", `${reached} of ${many(most, "point")}`));
  }

  #clearFeedback() {
    for (const { feedback } of this.#questions) feedback.replaceChildren();
  }
}

function field(label, hint, name, autocomplete) {
  const input = make("input");
  Object.assign(input, { type: "text", name, autocomplete, maxLength: 200 });
  return { input, label: make("label", "quiz-line", make("strong", "", label), make("span", "quiz-note", hint), input) };
}

function when(iso) {
  return new Date(iso).toLocaleString([], { dateStyle: "full", timeStyle: "short" });
}

function start() {
  const frame = document.querySelector("[data-assigned]");
  const fragment = location.hash.slice(1);
  if (!fragment || /^[a-z_]+$/.test(fragment)) return; // no link, or one to a section of this page
  try {
    new Assigned(frame, readLink(fragment)).ask();
  } catch (error) {
    frame.replaceChildren(make("p", "ps-assigned-fault", ...withCode(error.message)));
  }
}

addEventListener("hashchange", start);
start();
