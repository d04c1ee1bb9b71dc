// The one module that touches localStorage. It may be blocked, full or hold garbage, and the course must work all the same:
// then things last as long as the page, and a bar says so at once. The one exception is the light or dark scheme
// (poolschool/scheme), which theme/partials/scheme.html must read before the first paint.
//
// Two tabs do not overwrite each other. What an owner writes after another tab has changed the same key lies beside it,
// under KEY~, until the reader has chosen one of the two:
//
//     KEY   what stands        KEY~   the other version

import { make } from "./elements.js";

const BESIDE = "~";
const ROOM = 20_000; // characters that must fit in for answers to be kept
const SAY = {
  blocked: "This browser keeps nothing for this site. What you answer and write here is lost when you close the page.",
  full: "This browser has no room left for this site. What you answer and write from now on is lost when you close the page.",
};
const inMemory = new Map();
let said = null;

function textOf(key) {
  try {
    return localStorage.getItem(key) ?? inMemory.get(key) ?? null;
  } catch {
    return inMemory.get(key) ?? null; // blocked: what this page remembers is all there is
  }
}

/** Read an object; null if there is none, or garbage. */
export function readKept(key) {
  try {
    const value = JSON.parse(textOf(key));
    return value !== null && typeof value === "object" && !Array.isArray(value) ? value : null;
  } catch {
    return null;
  }
}

/** Keep an object; tell whether it outlasts the page. */
export function keep(key, value) {
  const text = JSON.stringify(value);
  try {
    localStorage.setItem(key, text);
    inMemory.delete(key);
    return true;
  } catch (refused) {
    inMemory.set(key, text);
    if (key !== PLACE) say(refused?.name === "QuotaExceededError" ? "full" : "blocked");
    return false;
  }
}

const PLACE = "poolschool/place"; // not worth a word if it cannot be kept

export function remove(key) {
  inMemory.delete(key);
  try {
    localStorage.removeItem(key);
  } catch {
    // blocked
  }
}

/** Try whether this browser keeps anything, and say so if it does not; gives true or false. */
export function keeps() {
  const probe = "poolschool/probe";
  const kept = keep(probe, { room: "x".repeat(ROOM) });
  remove(probe);
  return kept;
}

function say(why) {
  if (said || !document.body) return;
  said = make("div", "ps-keeps-nothing", make("p", "", SAY[why]));
  said.setAttribute("role", "alert");
  const close = make("button", "", "OK");
  close.type = "button";
  close.setAttribute("aria-label", "OK, close this message");
  close.addEventListener("click", () => { said.hidden = true; });
  said.append(close);
  document.body.append(said);
}

/** One key that a part of this page shows and writes. `same` tells whether two versions are alike for a reader; `elsewhere`
 * is called when another tab has changed it and the two are not alike. */
export class Kept {
  #key;
  #seen; // the text that this page last read or wrote
  #mine = null; // this page's version, while another tab's stands under the key
  #same;
  #closing = new AbortController();

  constructor(key, { same, elsewhere }) {
    this.#key = key;
    this.#same = same;
    this.#seen = textOf(key);
    const look = () => this.#look(elsewhere);
    const { signal } = this.#closing;
    addEventListener("storage", (event) => (event.key === key || event.key === null) && look(), { signal });
    addEventListener("pageshow", (event) => event.persisted && look(), { signal });
  }

  /** Hear no more of other tabs. */
  close() { this.#closing.abort(); }

  read() {
    this.#seen = textOf(this.#key);
    return readKept(this.#key);
  }

  #look(elsewhere) {
    if (textOf(this.#key) === this.#seen) return;
    const mine = this.#mine ?? parsed(this.#seen);
    const theirs = readKept(this.#key);
    if (this.#same(mine, theirs)) {
      this.read();
      this.#mine = null;
    } else {
      this.#mine = mine ?? {};
      elsewhere(theirs);
    }
  }

  /** Keep a version; beside the other one, if another tab has changed it and the reader has not chosen. */
  write(value) {
    if (this.#mine === null && textOf(this.#key) !== this.#seen && !this.#same(value, readKept(this.#key))) this.#mine = value;
    if (this.#mine !== null) {
      this.#mine = value;
      return keep(this.#key + BESIDE, value);
    }
    const kept = keep(this.#key, value);
    this.#seen = textOf(this.#key);
    return kept;
  }

  remove() {
    remove(this.#key);
    remove(this.#key + BESIDE);
    this.#mine = null;
    this.#seen = textOf(this.#key);
  }

  /** The version that is not shown: another tab's, or the one that was left beside; null if there is none. */
  get other() {
    return this.#mine === null ? readKept(this.#key + BESIDE) : readKept(this.#key);
  }

  /** Show the other version, and give it: the one shown until now lies beside it, unless that is null. */
  showOther(shown) {
    const other = this.other;
    this.#settle(other);
    if (shown !== null) keep(this.#key + BESIDE, shown);
    return other;
  }

  /** Make the other version the only one, and give it. */
  takeOther() {
    return this.showOther(null);
  }

  /** Make this page's version the only one; null: nothing. */
  keepThis(value) {
    this.#settle(value);
  }

  #settle(value) {
    this.#mine = null;
    remove(this.#key + BESIDE);
    if (value === null) remove(this.#key);
    else keep(this.#key, value);
    this.#seen = textOf(this.#key);
  }
}

function parsed(text) {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
