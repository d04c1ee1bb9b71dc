// A window on the pool of a live cell: what SQLAlchemy's pool events told (poolschool.browser.pools), one picture after
// another so that an eye can follow; with reduced motion only the last. What is still lent at the end stays red.

import { make } from "../page/elements.js";

const PACE = 140; // milliseconds a picture stands
const MOST_EMPTY = 20; // slots drawn although nothing was opened yet
const WHOLE = 4000; // milliseconds that all pictures of a run may take
const SAY = {
  connect: "opened", checkout: "checked out", checkin: "returned", close: "closed", detach: "detached from the pool",
  invalidate: "declared broken", wait: "somebody waits", timeout: "gave up waiting",
};
const WORD = { idle: "idle", lent: "in use", broken: "broken", left: "not returned" };
const plain = matchMedia("(prefers-reduced-motion: reduce)");

const sentence = ({ event, slot, pool, seconds }) =>
  `Pool ${pool}: ${slot ? `connection ${slot} ${SAY[event]}` : SAY[event]}${seconds === undefined ? "" : ` after ${seconds} s`}`;

function lamp(words, state) {
  const made = make("li", "ps-window-slot", words);
  made.dataset.state = state;
  return made;
}

class Drawing {
  constructor(place) {
    this.figure = make("figure", "ps-window");
    this.title = make("figcaption", "ps-window-title");
    this.slots = make("ul", "ps-window-slots");
    this.counts = make("p", "ps-window-counts");
    this.figure.append(this.title, this.slots, this.counts);
    place.append(this.figure);
  }

  draw({ pool, kind, size, most, slots, opened, closed, loans, waiting, gave_up: gaveUp, skipped }, over = false) {
    const limit = size === null ? "no limit" : `keeps ${size}, opens ${most === null ? "any number" : `at most ${most}`}`;
    this.title.textContent = `Pool ${pool}: ${kind}, ${limit}`;
    const lamps = slots.map(([number, state], place) => {
      const shown = over && state === "lent" ? "left" : state;
      const overflow = size !== null && place >= size;
      const made = lamp(`${number} ${WORD[shown]}${overflow ? " (overflow)" : ""}`, shown);
      made.toggleAttribute("data-overflow", overflow);
      return made;
    });
    const missing = size === null ? 0 : Math.min(size, MOST_EMPTY) - slots.length;
    for (let number = 0; number < missing; number += 1) lamps.push(lamp("not opened", "none"));
    if (waiting) lamps.push(lamp(`${waiting} waiting`, "waiting"));
    this.slots.replaceChildren(...lamps);
    const left = slots.filter(([, state]) => state === "lent").length;
    this.counts.textContent = `${opened} opened, ${closed} closed, ${loans} loans`
      + (gaveUp ? `, ${gaveUp} gave up` : "")
      + (over && left ? `. ${left} not returned when the code ended.` : "")
      + (skipped ? ` (${skipped} events were not drawn one by one)` : "");
  }
}

export class PoolWindow {
  constructor(place) {
    this.place = place;
    this.clear();
  }

  clear() {
    clearTimeout(this.timer);
    this.place.replaceChildren();
    this.drawings = new Map();
    this.last = new Map();
    this.pictures = [];
    this.said = [];
    this.timer = undefined;
    this.over = false;
  }

  take(picture) {
    this.last.set(picture.pool, picture);
    if (!picture.skipped) this.said.push(sentence(picture));
    this.pictures.push(picture);
    if (!plain.matches) this.timer ??= setTimeout(() => this.next(), 0);
  }

  drawing(pool) {
    if (!this.drawings.has(pool)) this.drawings.set(pool, new Drawing(this.place));
    return this.drawings.get(pool);
  }

  next() {
    this.timer = undefined;
    const picture = this.pictures.shift();
    if (picture) {
      this.drawing(picture.pool).draw(picture);
      this.timer = setTimeout(() => this.next(), Math.min(PACE, WHOLE / (this.pictures.length + 1)));
    } else if (this.over) {
      this.finish();
    }
  }

  // The run has ended: when the last picture has stood, show what is left.
  end() {
    this.over = true;
    if (plain.matches || this.timer === undefined) this.finish();
  }

  finish() {
    this.pictures = [];
    for (const picture of this.last.values()) this.drawing(picture.pool).draw(picture, true);
    if (this.said.length === 0) return;
    const log = make("details", "ps-window-log");
    log.append(make("summary", "", `What happened: ${this.said.length} events`));
    const list = Object.assign(make("ol", ""), { tabIndex: 0, ariaLabel: "Events" }); // it scrolls
    list.append(...this.said.map((said) => make("li", "", said)));
    log.append(list);
    this.place.append(log);
  }
}
