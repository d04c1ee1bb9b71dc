/* One figure on the page: its parts by name, its controls, and a voice that does not chatter. */

const PAUSE = 1500; // milliseconds between two sentences read out by a screen reader

export class Figure {
  #voice = null;
  #sentence = "";

  constructor(element) { this.element = element; }

  part(name) { return this.element.querySelector(`[data-part="${name}"]`); }

  put(name, text) {
    const part = this.part(name);
    if (part.textContent !== String(text)) part.textContent = text;
  }

  /** Say what happened: on the page at once, to a screen reader in its time and in a hurry only the last sentence. */
  say(sentence) {
    this.put("said", sentence);
    this.#sentence = sentence;
    if (this.#voice) return;
    this.put("heard", sentence);
    this.#voice = setTimeout(() => {
      this.#voice = null;
      if (this.part("heard").textContent !== this.#sentence) this.say(this.#sentence);
    }, PAUSE);
  }

  on(action, listener) { this.element.querySelector(`[data-do="${action}"]`).addEventListener("click", listener); }

  onSet(listener) {
    this.element.addEventListener("input", (event) => event.target.dataset.set && listener(event.target.dataset.set));
  }

  /** The value of a setting: a boolean of a check box, a number of everything else. */
  setting(name) {
    const control = this.element.querySelector(`[data-set="${name}"]`);
    return control.type === "checkbox" ? control.checked : Number(control.value);
  }

  enable() { for (const control of this.element.querySelectorAll("[disabled]")) control.disabled = false; }

  /** Draw lanes: [{state, word, at}], `at` from 0 to 1 is how far the work in it has come. The rest is closed. */
  lanes(name, lanes) {
    [...this.part(name).children].forEach((row, place) => {
      const lane = lanes[place] ?? { state: "off", word: "" };
      if (row.dataset.state !== lane.state) {
        row.dataset.state = lane.state;
        row.ariaHidden = lane.state === "off" ? "true" : null;
      }
      if (row.lastChild.textContent !== lane.word) row.lastChild.textContent = lane.word;
      row.style.setProperty("--at", (lane.at ?? 0).toFixed(3));
    });
  }

  /** Draw one dot for each who waits, up to 20, and the words beside them. */
  bench(name, waiting, words) {
    this.put(name, words);
    const dots = this.part(`${name}-dots`);
    while (dots.children.length > Math.min(waiting, 20)) dots.lastChild.remove();
    while (dots.children.length < Math.min(waiting, 20)) dots.append(document.createElement("i"));
  }

  bar(name, from, long) {
    const style = this.part(name).style;
    style.setProperty("--from", from);
    style.setProperty("--long", long);
  }
}
