// An exercise solved in the page: an editor with the stub, the lesson's own checker, the terminal's verdicts. What the
// learner writes is kept in this browser under the topic and never overwritten.

import { make } from "../page/elements.js";
import { allPass, ownExercise, soundExercise, tellProgress } from "../page/progress.js";
import { success } from "../page/success.js";
import { offerVersions } from "../page/versions.js";
import { ask, inWords, isPossible, loadEditor, stop, Stopped } from "./python.js";
import { showVerdicts, summary } from "./verdicts.js";

const TRIES = 3; // checks after which the worked solution may be opened without having passed
const GRACE = 2000; // milliseconds beyond a task's own time limit before the worker is ended

function button(text, act) {
  const made = make("button", "", text);
  made.type = "button";
  made.addEventListener("click", act);
  return made;
}

class Exercise {
  constructor(card) {
    this.card = card;
    this.topic = card.dataset.topic;
    this.data = JSON.parse(card.querySelector(".ps-exercise-data").textContent);
    this.file = `${this.data.stem.split("/").pop()}.py`;
    this.place = ownExercise(this.topic, () => this.elsewhere());
    const kept = this.read();
    this.solution = card.querySelector(".ps-solution");
    this.opener = card.querySelector("button[data-do=open]");
    this.opener.addEventListener("click", () => this.opener.ariaDisabled !== "true" && this.open());
    this.opener.disabled = false;
    if (kept) this.opener.textContent = "Go on with your answer";
    this.lock();
    this.celebrate();
  }

  // Read what is kept; give it, or null.
  read(value = this.place.read()) {
    const kept = soundExercise(value);
    this.kept = kept ?? { text: this.data.stub, stub: this.data.stub, tries: 0, verdicts: [], passed: false };
    return kept;
  }

  save(change) {
    this.kept = { ...this.kept, ...change };
    this.place.write(this.kept);
    if ("verdicts" in change) tellProgress();
  }

  // Say on the card, before it is opened too, that this exercise passes.
  celebrate() {
    this.card.toggleAttribute("data-passed", this.kept.passed);
    this.card.querySelector(":scope > .ps-success")?.remove();
    if (!this.kept.passed) return;
    const count = this.card.querySelector("ol").children.length;
    this.card.append(success(count === 1 ? "The task passes." : `All ${count} tasks pass.`));
  }

  // Another tab wrote another version. Where none is open here, that one will be opened.
  elsewhere() {
    if (this.editor) this.offer();
    else this.read();
  }

  offer() {
    const show = (value) => {
      if (this.read(value)) this.editor.text = this.kept.text;
      if (this.kept.verdicts.length > 0) showVerdicts(this.verdicts, this.kept.verdicts, this.data);
      else this.verdicts.replaceChildren();
      this.status.textContent = "This is the other version.";
    };
    offerVersions(this.solve, { name: "your answer", kept: this.place, shown: () => this.kept, show, focus: () => this.editor.focus() });
  }

  // The worked solution opens after passing, or after three tries; whoever works in a terminal finds it in solutions/.
  lock() {
    const open = this.kept.passed || this.kept.tries >= TRIES;
    this.solution.hidden = !open;
    this.note ??= make("p", "ps-note");
    this.note.hidden = open;
    const left = TRIES - this.kept.tries;
    this.note.textContent = `The worked solution opens here when your answer passes, or after ${left} more ${left === 1 ? "check" : "checks"}. The file is solutions/${this.data.stem}.py.`;
    if (!this.note.isConnected) this.solution.before(this.note);
  }

  async open() {
    this.opener.ariaDisabled = "true";
    let edit;
    try {
      edit = await loadEditor();
    } catch (problem) {
      this.opener.ariaDisabled = "false";
      this.opener.parentElement.querySelector(".ps-note").textContent =
        `${problem.message} In a terminal: pytest exercises -k ${this.topic}`;
      return;
    }
    this.solve = make("div", "ps-solve");
    const editorPlace = make("div", "ps-editor");
    this.status = make("p", "ps-live-status");
    this.status.setAttribute("role", "status");
    this.verdicts = make("div", "ps-verdict-list");
    this.checkButton = button("Check", () => this.check());
    this.stopButton = button("Stop", () => this.stopButton.ariaDisabled !== "true" && this.stopping?.abort());
    this.stopButton.setAttribute("aria-label", "Stop the check");
    this.busy(false);
    this.chooser = make("input", "ps-spoken");
    Object.assign(this.chooser, { type: "file", accept: ".py,text/x-python", tabIndex: -1, ariaLabel: "Your file" });
    this.chooser.addEventListener("change", () => this.load());
    const bar = make("div", "ps-live-bar", this.checkButton, this.stopButton,
      button("Reset to the starter code", () => this.reset()), button("Download", () => this.download()),
      button("Load a file", () => this.chooser.click()), this.chooser);
    const help = make("p", "ps-note", "Ctrl-Enter checks. Tab indents; Escape, then Tab, leaves the editor."
      + (/fastapi/.test(this.data.stub) ? " In a page a plain def endpoint runs without FastAPI's thread pool, one request at a time; the checker asks no more." : ""));
    this.solve.append(this.renewal(), editorPlace, bar, help, this.status, this.verdicts);
    this.opener.parentElement.after(this.solve);
    this.opener.parentElement.hidden = true;
    this.editor = edit(editorPlace, {
      text: this.kept.text,
      label: `Your answer, ${this.file}`,
      onRun: () => this.check(),
      onChange: (text) => this.save({ text }),
    });
    if (this.kept.verdicts.length > 0) showVerdicts(this.verdicts, this.kept.verdicts, this.data);
    if (soundExercise(this.place.other)) this.offer();
    this.editor.focus();
  }

  busy(busy) {
    this.checkButton.ariaDisabled = String(busy); // only said to be: who pressed it keeps the focus
    this.stopButton.ariaDisabled = String(!busy);
  }

  // If the stub was changed since the learner began, offer the new one; theirs stays until they take it.
  renewal() {
    const offer = make("p", "ps-note");
    if (this.kept.stub === this.data.stub) return offer;
    offer.append("This exercise was changed since you began. Your answer is as you left it. ",
      button("Begin with the new starter code", () => { offer.remove(); this.reset(); }), " ",
      button("Keep mine", () => { offer.remove(); this.save({ stub: this.data.stub }); }));
    return offer;
  }

  async check() {
    if (this.checkButton.ariaDisabled === "true") return;
    this.busy(true);
    this.stopping = new AbortController();
    const text = this.editor.text;
    let done = [];
    try {
      for (let again = true; again;) {
        [done, again] = await this.attempt(text, done);
        showVerdicts(this.verdicts, done, this.data);
      }
      this.save({ verdicts: done, tries: this.kept.tries + 1, passed: this.kept.passed || allPass(done) });
      this.status.textContent = summary(done);
      this.lock();
      this.celebrate();
    } catch (problem) {
      this.status.textContent = problem instanceof Stopped
        ? "Stopped. Nothing was judged."
        : `${problem.message} In a terminal: pytest exercises -k ${this.topic}`;
    } finally {
      this.busy(false);
    }
  }

  // Grade what is not `done` yet; gives all verdicts, and whether to go on because Python had to be ended in between.
  async attempt(text, done) {
    const heard = [...done];
    let lost = [];
    let timer;
    const watch = ({ seconds, otherwise }) => {
      clearTimeout(timer);
      timer = setTimeout(() => { lost = otherwise; stop(); }, 1000 * seconds + GRACE);
    };
    try {
      const argument = JSON.stringify({ stem: this.data.stem, checker: this.data.checker, learner: text, done });
      const verdicts = await ask("grade", {
        name: "the check of the exercise",
        argument,
        signal: this.stopping.signal,
        waits: (name) => { this.status.textContent = `Waiting for ${name}, which is running. Stop ends the wait.`; },
        text: `${this.data.checker}\n${text}`,
        hear: (told) => {
          if (told.begun) watch(told.begun);
          if (told.verdict) heard.push(told.verdict);
        },
        progress: (fetched, total) => { this.status.textContent = inWords(fetched, total) || "Checking …"; },
      });
      return [verdicts, false];
    } catch (problem) {
      if (!(problem instanceof Stopped) || lost.length === 0) throw problem;
      return [[...heard, ...lost], true];
    } finally {
      clearTimeout(timer);
    }
  }

  reset() {
    const own = ![this.kept.stub, this.data.stub].includes(this.editor.text);
    if (own) this.download(`${this.file}.kept`);
    this.editor.text = this.data.stub;
    this.save({ text: this.data.stub, stub: this.data.stub, verdicts: [] });
    this.verdicts.replaceChildren();
    this.status.textContent = `Code reset.${own ? ` Your answer was put into your downloads, as ${this.file}.kept. Ctrl-Z brings it back, too.` : ""}`;
  }

  download(name = this.file) {
    const link = make("a", "");
    link.href = URL.createObjectURL(new Blob([this.editor.text], { type: "text/x-python" }));
    link.download = typeof name === "string" ? name : this.file;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 1000);
    this.status.textContent = `Put it at exercises/${this.data.stem}.py to go on in a terminal.`;
  }

  async load() {
    const [file] = this.chooser.files;
    this.chooser.value = "";
    if (!file) return;
    if (file.size > 200_000) {
      this.status.textContent = `${file.name} is too large to be an answer.`;
      return;
    }
    this.editor.text = (await file.text()).replaceAll("\r\n", "\n");
    this.status.textContent = `${file.name} stands in the editor. Ctrl-Z brings back what was there.`;
  }
}

if (isPossible()) {
  for (const card of document.querySelectorAll(".ps-exercise")) {
    if (card.querySelector(".ps-exercise-data")) new Exercise(card);
  }
}
