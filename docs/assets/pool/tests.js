/* Two tests that share a database: what each finds, by the fixture and the order. tests/content/test_pools_in_tests.py does the same for real. */

import { Clock } from "../page/clock.js";
import { Picture, still } from "./drawing.js";

const GROUND = 118;
const BEAT = 700; // milliseconds from one test to the next
const NAMES = { a: "A sells a sofa", b: "B counts the products" };
const LOST = "fails: the sofa is gone", NO_TABLE = "fails: no such table", THREE = "fails: 3 products", PASSES = "passes";
// Which connections there are, and what becomes of them.
const BOOTHS = {
  memory: [["idle", "fixture’s thread"], ["leaked", "A’s thread"], ["leaked", "B’s thread"]],
  static: [["leaked", "one for all"]],
  commits: [["idle", "order"], ["idle", "search"]],
  rollback: [["idle", "one, rolled back"]],
};

/** Say what both tests find: `order` is "ab" or "ba". `left` is how many products the next test would find. */
export function outcome(fixture, order) {
  if (fixture === "memory") return { a: NO_TABLE, b: NO_TABLE, left: "none" };
  if (fixture === "static") return { a: LOST, b: PASSES, left: 2 };
  if (fixture === "rollback") return { a: PASSES, b: PASSES, left: 2 };
  return { a: PASSES, b: order === "ab" ? THREE : PASSES, left: 3 };
}

const WHY = {
  memory: "A handler runs in a thread of its own, and in memory each thread has a database of its own: an empty one.",
  static: "While A sells, another shopper searches. Both have the same connection: when the search returned it, the pool rolled the sale back.",
  rollback: "Each test ran inside of a transaction that was rolled back at its end.",
};

function why(fixture, order) {
  if (fixture !== "commits") return WHY[fixture];
  return order === "ab" ? "A’s sale was committed, and B finds it." : "B came first. Now let A run first.";
}

function sceneOf(fixture) {
  const booths = BOOTHS[fixture];
  return booths.map(([state, text], place) => ({
    key: `${fixture}${place}`, kind: "booth", state, text, x: 320 + (place - (booths.length - 1) / 2) * 170, y: GROUND,
  }));
}

const words = (fixture) => `connections: ${BOOTHS[fixture].map(([, text]) => text).join(", ")}`;

/** Give the still: in memory, both tests fail. */
export function stills() {
  const { a, b, left } = outcome("memory", "ab");
  return { scene: still(sceneOf("memory")), words: words("memory"), "tests-first": `${NAMES.a}: ${a}`, "tests-second": `${NAMES.b}: ${b}`, "tests-left": left };
}

export function play(figure) {
  let timer = null;
  let played = false;
  const green = new Map(); // by fixture, the orders in which both tests passed
  const picture = new Picture(figure.part("scene"));
  const text = (name) => figure.element.querySelector(`[data-set="${name}"]`).value;

  function run() {
    clearTimeout(timer);
    const fixture = text("fixture"), order = text("order");
    const found = outcome(fixture, order);
    picture.draw(sceneOf(fixture));
    figure.part("scene").ariaLabel = words(fixture);
    figure.put("tests-first", `${NAMES[order[0]]}: ${found[order[0]]}`);
    figure.put("tests-second", `${NAMES[order[1]]}: …`);
    figure.put("tests-left", "…");
    const end = () => {
      figure.put("tests-second", `${NAMES[order[1]]}: ${found[order[1]]}`);
      figure.put("tests-left", found.left);
      figure.say(`${why(fixture, order)} ${verdict(fixture, order, found)}`);
    };
    if (Clock.calm) end(); else timer = setTimeout(end, BEAT);
  }

  function verdict(fixture, order, { a, b }) {
    if (a !== PASSES || b !== PASSES) return played ? "Try another fixture." : "Your turn: find the fixture with which both tests pass, in either order.";
    const orders = (green.get(fixture) ?? new Set()).add(order);
    green.set(fixture, orders);
    return orders.size === 2 ? "Both tests pass in either order. That is the goal." : "Both tests pass in this order. And in the other?";
  }

  figure.on("run", () => {
    played = true;
    run();
  });
  figure.onSet(() => {
    played = true;
    run();
  });
  Clock.onSight(figure, () => played || run());
}
