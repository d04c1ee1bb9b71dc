// Live code: Run, Stop, Edit and Reset beside a fence. The cells of a page share one Python, in order: running one first
// runs those above it that have not run yet.

import { make } from "../page/elements.js";
import { ownCell, soundCell } from "../page/progress.js";
import { offerVersions } from "../page/versions.js";
import { ask, generation, inWords, isPossible, loadEditor, stop, Stopped } from "./python.js";
import { PoolWindow } from "./pool-window.js";

const FLUSH = 40; // milliseconds between two updates of the output

class Cell {
  constructor(place, number) {
    this.place = place;
    this.code = place.querySelector("pre > code");
    this.block = place.querySelector(".highlight");
    this.issued = this.code.textContent.trimEnd();
    this.number = number;
    this.ranIn = 0; // the Python in which it ran; 0: not yet
    this.editor = null;
    this.execution = null; // while it runs
    this.buttons = Object.fromEntries(
      [...place.querySelectorAll("button[data-do]")].map((button) => [button.dataset.do, button]));
    for (const [name, button] of Object.entries(this.buttons)) {
      button.setAttribute("aria-label", `${button.textContent.trim()} cell ${number}`);
      button.addEventListener("click", () => button.ariaDisabled !== "true" && this[name]());
    }
    this.state(false);
    this.keeping = ownCell(location.pathname, number, () => this.elsewhere());
    this.kept = soundCell(this.keeping.read(), this.issued);
    if (this.kept !== null) this.edit({ focus: false });
  }

  save(text) {
    if (text === this.issued && this.keeping.other === null) this.keeping.remove();
    else this.keeping.write({ issued: this.issued, text });
  }

  // Another tab edited this cell. Where it stands as issued here, that version is shown.
  elsewhere() {
    if (this.text !== this.issued) return this.offer();
    this.display(this.keeping.takeOther());
  }

  display(value) {
    this.kept = soundCell(value, this.issued);
    if (this.editor) this.editor.text = this.kept ?? this.issued;
    else if (this.kept !== null) this.edit({ focus: false });
  }

  offer() {
    offerVersions(this.place, {
      name: `cell ${this.number}`,
      kept: this.keeping,
      shown: () => ({ issued: this.issued, text: this.text }),
      show: (value) => this.display(value),
      focus: () => this.editor?.focus(),
    });
  }

  get text() { return this.editor?.text ?? this.issued; }

  state(running) {
    this.place.toggleAttribute("data-running", running);
    const cannot = { run: running, stop: !running, reset: running, edit: this.editor !== null };
    for (const [name, button] of Object.entries(this.buttons)) {
      button.disabled = false; // only said to be: who pressed it keeps the focus
      button.ariaDisabled = String(cannot[name]);
    }
  }

  // Say how it goes, also at the later cell that waits for this one.
  say(text) {
    this.status.textContent = text;
    if (this.follower) this.follower.status.textContent = `Running cell ${this.number} first. ${text}`;
  }

  show() {
    if (this.out) return;
    this.status = make("p", "ps-live-status");
    this.status.setAttribute("role", "status");
    this.out = make("pre", "ps-live-out");
    this.out.tabIndex = 0;
    this.out.setAttribute("role", "group");
    this.out.setAttribute("aria-label", `Output of cell ${this.number}`);
    const window = make("div", "ps-live-pools");
    this.pools = new PoolWindow(window);
    this.place.append(this.status, this.out, window);
  }

  print(text, kind = "text") {
    if (kind !== "text") {
      this.flush();
      this.out.append(make("span", `ps-live-${kind}`, text));
      return;
    }
    this.pending = (this.pending ?? "") + text;
    this.timer ??= setTimeout(() => this.flush(), FLUSH);
  }

  flush() {
    clearTimeout(this.timer);
    this.timer = undefined;
    if (this.pending) this.out.append(this.pending);
    this.pending = "";
  }

  // Run it; resolves with whether it came to its end without an error.
  execute() {
    this.execution = this.carryOut().finally(() => { this.execution = null; });
    return this.execution;
  }

  async carryOut() {
    this.show();
    this.out.textContent = "";
    this.pools.clear();
    this.state(true);
    this.stopped = false;
    this.reveal();
    this.say("Waiting for Python …");
    try {
      const result = await ask("run", {
        name: `cell ${this.number}`,
        waits: (name) => this.say(`Waiting for ${name}, which is running. Stop ends it.`),
        argument: this.text,
        text: this.text,
        hear: (told) => {
          if ("text" in told) this.print(told.text);
          if ("pool" in told) this.pools.take(told.pool);
        },
        progress: (fetched, total) => this.say(inWords(fetched, total) || "Running …"),
      });
      this.ranIn = generation();
      forgetSize();
      if (result.value) this.print(`${result.value}\n`, "value");
      if (result.error) this.print(`${result.error}\n`, "error");
      this.flush();
      this.say(result.error ? "It ended with an error." : this.out.textContent ? "Done." : "Done. It printed nothing.");
      this.pools.end();
      return result.error === "";
    } catch (problem) {
      this.flush();
      this.stopped = problem instanceof Stopped;
      this.status.textContent = this.stopped
        ? "Stopped. Python restarted; the next Run begins with cell 1."
        : `${problem.message} In a terminal, \`make course\` fetches it; the code also runs in any Python with SQLAlchemy.`;
      this.pools.end();
      return false;
    } finally {
      this.state(false);
    }
  }

  async run() {
    if (this.busy || this.execution) return; // Ctrl-Enter again queues nothing
    this.busy = true;
    try {
      for (const cell of cells.slice(0, this.number - 1)) {
        if (generation() !== 0 && cell.ranIn === generation()) continue;
        this.show();
        this.state(true);
        this.status.textContent = `Running cell ${cell.number} first.`;
        cell.follower = this;
        const ended = await (cell.execution ?? cell.execute()).finally(() => { cell.follower = null; });
        if (!ended) {
          this.state(false);
          this.status.textContent = cell.stopped
            ? `Stopped, while cell ${cell.number} ran. Python restarted; the next Run begins with cell 1.`
            : `Cell ${cell.number} did not run to its end, and this one builds on it.`;
          return;
        }
      }
      await this.execute();
    } finally {
      this.busy = false;
    }
  }

  // What the page says that it prints is shown, now that it is run.
  reveal() { this.block.dispatchEvent(new Event("ps-show")); }

  stop() { stop(); }

  async edit({ focus = true } = {}) {
    this.buttons.edit.ariaDisabled = "true";
    try {
      const edit = await loadEditor();
      const place = make("div", "ps-editor");
      this.editor = edit(place, {
        text: this.kept ?? this.issued, label: `Cell ${this.number}. Escape, then Tab, leaves the editor`, onRun: () => this.run(),
        onChange: (text) => this.save(text),
      });
      this.block.hidden = true;
      this.block.after(place);
      if (focus) this.editor.focus();
      if (soundCell(this.keeping.other, this.issued) !== null) this.offer();
    } catch (problem) {
      this.show();
      this.status.textContent = problem.message;
    }
    this.state(false);
  }

  // Put the code back as it was, and forget what all cells have defined.
  async reset() {
    if (this.editor) this.editor.text = this.issued;
    this.keeping.remove();
    for (const cell of cells) {
      cell.ranIn = 0;
      cell.out?.replaceChildren();
      cell.pools?.clear();
      if (cell.status) cell.status.textContent = "";
    }
    if (generation() > 0) await ask("reset").catch(() => {});
    this.show();
    this.status.textContent = "Code reset. Python has forgotten what the cells of this page defined.";
  }
}

// Where Python was fetched before, nothing is said of it; its place is kept, so nothing moves.
async function forgetSize() {
  const names = await globalThis.caches?.keys().catch(() => []) ?? [];
  if (!names.some((name) => name.startsWith("poolschool/python/"))) return;
  for (const note of document.querySelectorAll(".ps-fetches")) note.style.visibility = "hidden";
}

const cells = isPossible() ? [...document.querySelectorAll(".ps-live")].map((place, index) => new Cell(place, index + 1)) : [];
forgetSize();
