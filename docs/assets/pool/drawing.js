/* The one module that draws. A scene is a list of things, each with a key, a kind, a place and a state; it becomes text, for
 * the still that the server sends, or elements that move. What a state looks like is said in pool.css.
 *
 *   { key, kind, x, y, state, scale?, at?, text?, from?: [x, y], to?: [x, y] }
 *
 * `at` from 0 to 1 is how far the work has come, `from` and `to` are where a thing appears and whither it leaves. */

const CALM = globalThis.matchMedia?.("(prefers-reduced-motion: reduce)");
const LEAVING = 600; // milliseconds that a thing takes to leave; as in pool.css

const panes = [-74, -50, -26].flatMap((y) => [-15, 1].map((x) => `<rect class="pane" x="${x}" y="${y}" width="14" height="21" rx="1"/>`)).join("");

const MARKUP = {
  // Stands on its place: 0, 0 is the middle of its threshold.
  booth: '<rect class="plot" x="-18" y="-76" width="36" height="76" rx="3"/>' +
    `<g class="kit"><rect class="box" x="-20" y="-82" width="40" height="82" rx="3"/><rect class="box" x="-23" y="-90" width="46" height="10" rx="4"/>${panes}` +
    '<circle class="lamp" cx="0" cy="-85" r="3.5"/></g>' +
    '<path class="scaffold" d="M-26 0V-92M26 0V-92M-26-30H26M-26-62H26M-26 0 26-30M26-30-26-62"/>' +
    '<path class="wave" d="M27-70q7 8 0 16M33-76q12 14 0 28"/>' +
    '<g class="receiver"><path d="M2-56q10 12 2 30"/><rect x="-1" y="-27" width="9" height="16" rx="4"/></g>',
  shopper: '<g class="body"><rect x="-6" y="-14" width="12" height="16" rx="5"/><circle cy="-20" r="5"/></g>' +
    '<path class="sigh" d="M9-28l3-5M5-31l0-6M1-28l-3-5"/>',
  letter: '<rect x="-11" y="-8" width="22" height="15" rx="2"/><path d="M-11-7 0 2 11-7"/>',
  house: '<path class="wall" d="M-30 0V-44L0-64 30-44V0z"/><rect class="pane" x="-8" y="-24" width="16" height="24"/>',
  server: '<rect class="wall" x="-26" y="-70" width="52" height="70" rx="4"/><path class="slots" d="M-18-56H18M-18-42H18M-18-28H18M-18-14H18"/>',
  slot: '<rect class="slot" x="-11" y="-24" width="22" height="31" rx="3"/>',
  words: "",
};

MARKUP.folding = MARKUP.booth.replace('class="kit"', 'class="kit fold"');

const place = ({ x, y, scale = 1 }) => `translate(${round(x)}px, ${round(y)}px)${scale === 1 ? "" : ` scale(${round(scale)})`}`;
const round = (number) => Math.round(number * 100) / 100;
/* How much of a kit is seen: its own style, for a property that its parts inherit would cost them all a new style in each frame. */
const built = (at) => (at === 1 ? "" : `inset(${round((1 - at) * 100)}% -3px -3px)`);
const escaped = (text) => text.replace(/[&<>"]/g, (sign) => `&#${sign.codePointAt(0)};`);

/** Give a scene as the text of an SVG element's content: the still. */
export function still(scene) {
  return scene.map((thing) => {
    const { key, kind, state = "", at = 1, text = "" } = thing;
    const markup = at === 1 ? MARKUP[kind] : MARKUP[kind].replace('<g class="kit', `<g style="clip-path:${built(at)}" class="kit`);
    return `<g class="thing ${kind}" data-key="${key}" data-state="${state}" style="transform:${place(thing)}">` +
      `${markup}${text ? `<text>${escaped(text)}</text>` : ""}</g>`;
  }).join("");
}

export class Picture {
  #svg;
  #things = new Map();

  constructor(svg) {
    this.#svg = svg;
    for (const element of svg.querySelectorAll(".thing")) this.#things.set(element.dataset.key, { element });
  }

  /** Show a scene: what is new appears, what is no longer in it leaves, all else moves to its new place. */
  draw(scene) {
    const fresh = scene.filter(({ key }) => !this.#things.has(key));
    for (const thing of fresh) this.#appear(thing);
    if (fresh.some(({ from }) => from)) this.#svg.getBoundingClientRect(); // from here they walk; asked once for all
    const seen = new Set();
    for (const thing of scene) {
      seen.add(thing.key);
      this.#update(this.#things.get(thing.key), thing);
    }
    for (const [key, known] of this.#things) if (!seen.has(key)) this.#leave(key, known);
  }

  #appear(thing) {
    const element = document.createElementNS("http://www.w3.org/2000/svg", "g");
    element.setAttribute("class", `thing ${thing.kind}`);
    element.dataset.key = thing.key;
    element.innerHTML = MARKUP[thing.kind];
    if (thing.from) element.style.transform = place({ x: thing.from[0], y: thing.from[1] });
    this.#svg.append(element);
    this.#things.set(thing.key, { element });
  }

  #update(known, thing) {
    const { element } = known;
    const { state = "", at = 1, text = "" } = thing;
    const where = place(thing);
    if (known.where !== where) element.style.transform = known.where = where;
    if (known.state !== state) element.dataset.state = known.state = state;
    if (known.at !== at) {
      known.at = at;
      const kit = element.querySelector(".kit");
      if (kit) kit.style.clipPath = built(at);
    }
    if (known.text !== text) {
      known.text = text;
      let label = element.querySelector("text");
      if (!label && text) element.append((label = document.createElementNS("http://www.w3.org/2000/svg", "text")));
      if (label) label.textContent = text;
    }
    known.to = thing.to;
  }

  #leave(key, { element, to }) {
    this.#things.delete(key);
    if (!to || CALM?.matches) return element.remove();
    element.dataset.state = "gone";
    element.style.transform = place({ x: to[0], y: to[1] });
    setTimeout(() => element.remove(), LEAVING);
  }
}

/** Give five booths their places on a pavement 640 wide; `open` tells the state and the text of each. */
export const booths = (open) => open.map((one, place) => ({ key: `booth${place}`, kind: "booth", x: 90 + place * 115, y: 122, ...one }));

/** Give shoppers their places in rows before the booths; who is beyond the last place is counted in words. */
export function queue(waiting, { right = 452, top = 160, width = 20, rows = 2, step = 22 }) {
  const seats = rows * width;
  const things = waiting.slice(0, seats).map(({ key, mood }, index) => {
    const row = Math.floor(index / width);
    return {
      key, kind: "shopper", state: mood, from: [-20, top + 20], to: [500, top + 8],
      x: right - (index % width) * step - (row % 2) * (step / 2), y: top + row * 17,
    };
  });
  const more = waiting.length - seats;
  if (more > 0) things.push({ key: "more", kind: "words", x: 6, y: top + 4, text: `+ ${more} more` });
  return things;
}

/** Say how a shopper feels after waiting; thresholds in the unit of the figure. */
export const mood = (waited, tired, late) => (waited >= late ? "late" : waited >= tired ? "tired" : "fresh");
