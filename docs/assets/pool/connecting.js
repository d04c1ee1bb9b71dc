/* A connection taken apart: each press draws its steps on one time axis and adds them to the bill. */

import { Clock } from "../page/clock.js";
import { Picture, still } from "./drawing.js";
import { handshake, LOOPBACK } from "./handshake.js";

const ROWS = ["socket", "tls", "start", "scram", "query", "close"];
const SECONDS = 2.5; // one press is drawn in about this time, whatever it costs

const GROUND = 96, HOUSE = 46;
const FAR = { 0.05: 190, 0.5: 380, 30: 740 }; // where the server stands, by the round trip in milliseconds

/** Draw the house, the server, and the letter that walks once to and fro for each round trip. */
function sceneOf({ cost, trip, drawn, goal }) {
  const far = FAR[trip];
  const things = [
    { key: "house", kind: "house", x: HOUSE, y: GROUND, text: "store" },
    { key: "server", kind: "server", x: far, y: GROUND, text: "PostgreSQL", state: drawn >= cost.connect ? "open" : "closed" },
  ];
  const { walked, total, share, name } = tripAt(cost, drawn, goal);
  const [start, end] = [HOUSE + 40, far - 38];
  const out = share < 0.5;
  const there = out ? share * 2 : 2 - share * 2;
  if (drawn > 0 && drawn < goal) things.push({ key: "letter", kind: "letter", x: start + (end - start) * there, y: GROUND - 22 - (out ? 14 : 0), state: out ? "out" : "back" });
  things.push({ key: "trips", kind: "words", x: 12, y: 20, text: drawn > 0 ? `${Math.min(walked, total)} of ${total} round trips${name ? `: ${name}` : ""}` : "no round trip yet" });
  return things;
}

/** Tell how many round trips lie behind, how many there will be, and how far the present one has come. */
function tripAt(cost, drawn, goal) {
  const queries = Math.max(Math.round((goal - cost.connect) / cost.query), 0);
  const steps = [...cost.steps, ...Array.from({ length: Math.min(queries, 100) }, () => ({ name: "query", ms: cost.query, trips: 1 }))];
  const total = cost.trips + queries;
  let from = 0, walked = 0;
  for (const { ms, trips, name } of steps) {
    if (drawn < from + ms - 1e-9 && ms > 0) {
      const at = ((drawn - from) / ms) * trips;
      return { walked: walked + Math.floor(at), total, share: at % 1, name: name.toLowerCase() };
    }
    from += ms;
    walked += trips;
  }
  return { walked: Math.round(walked), total, share: 0, name: "" };
}

/** Give the still: connected, and one query asked. */
export function stills() {
  const cost = handshake({ trip: LOOPBACK, tls: false });
  const drawn = cost.connect + cost.query;
  return { scene: still(sceneOf({ cost, trip: LOOPBACK, drawn, goal: drawn })), words: words(LOOPBACK) };
}

const words = (trip) => `A store and PostgreSQL, ${trip} ms there and back; a letter walks once to and fro for each round trip`;

export function play(figure) {
  let cost, open, drawn, goal, bill;
  let played = false; // the reader has taken over
  const picture = new Picture(figure.part("scene"));

  function restart() {
    cost = handshake({ trip: figure.setting("trip"), tls: figure.setting("tls") });
    open = false;
    drawn = goal = 0; // milliseconds on the axis of the present connection: drawn so far, and where it will end
    bill = { connects: 0, queries: 0 };
  }

  const until = () => (drawn < goal ? nextEdge() - drawn : null);

  function edges() {
    const ends = [];
    let end = 0;
    for (const step of cost.steps) ends.push((end += step.ms));
    while (end < goal - 1e-9) ends.push((end += cost.query));
    return ends;
  }

  const nextEdge = () => edges().find((edge) => edge > drawn + 1e-9) ?? goal;

  function advance(ms) {
    if (drawn >= goal) return;
    drawn = Math.min(drawn + ms, goal);
    if (goal - drawn < 1e-9) drawn = goal;
    draw();
  }

  function draw() {
    picture.draw(sceneOf({ cost, trip: figure.setting("trip"), drawn, goal }));
    figure.part("scene").ariaLabel = words(figure.setting("trip"));
    const axis = Math.max(cost.connect + cost.query, goal);
    let from = 0;
    for (const key of ROWS) {
      const step = cost.steps.find((one) => one.key === key);
      const long = step ? step.ms : key === "query" ? Math.max(goal - cost.connect, 0) : 0;
      const shown = Math.max(Math.min(drawn - from, long), 0);
      const row = figure.part(key);
      row.querySelector("i").style.setProperty("--from", from / axis);
      row.querySelector("i").style.setProperty("--long", shown / axis);
      row.dataset.now = drawn > from && drawn < from + long ? "yes" : "no";
      const output = row.querySelector("output");
      if (key === "close") output.textContent = "in start-up";
      else if (key === "socket" && cost.measured) output.textContent = drawn > 0 ? "in start-up" : "–";
      else output.textContent = shown > 0 ? milliseconds(shown) : "–";
      from += long;
    }
    const spent = [bill.connects * cost.connect, bill.queries * cost.query];
    const scale = Math.max(...spent, cost.connect);
    figure.bar("connect-bar", 0, spent[0] / scale);
    figure.bar("query-bar", 0, spent[1] / scale);
    figure.put("connects", `${bill.connects} ×`);
    figure.put("queries", `${bill.queries} ×`);
    figure.put("connect-ms", milliseconds(spent[0]));
    figure.put("query-ms", milliseconds(spent[1]));
    figure.put("ratio", `One connection costs as much as ${ratio()} queries.`);
    figure.part("tls").querySelector("small").textContent = figure.setting("tls") ? "2 round trips" : "off";
    figure.put("origin", cost.measured
      ? `Measured over loopback, PostgreSQL 15 on two cores: socket, process and close 2.9 ms together, password 3.1 ms${figure.setting("tls") ? ", TLS 3.7 ms" : ""}, query 0.17 ms.`
      : `Modelled: the figures measured over loopback, plus ${milliseconds(figure.setting("trip") - LOOPBACK)} for each of ${cost.trips} round trips to connect and 1 to query.`);
  }

  function ratio() {
    const times = cost.connect / cost.query;
    return times < 10 ? times.toFixed(1) : Math.round(times);
  }

  function press(sentence, connects, queries, from, to) {
    played = true;
    bill.connects += connects;
    bill.queries += queries;
    drawn = from;
    goal = to;
    if (Clock.calm || figure.setting("speed") === 0) drawn = goal;
    draw();
    figure.say(sentence);
    clock.wake();
  }

  function ask(times) {
    if (!open) return figure.say("There is no connection to ask on. Connect first.");
    press(`${times} ${times === 1 ? "query" : "queries"}: ${milliseconds(times * cost.query)}, on a connection that was already there.`,
      0, times, goal, goal + times * cost.query);
  }

  const clock = new Clock(figure, {
    until, advance,
    speed: () => (figure.setting("speed") * Math.max(goal, cost.connect)) / (SECONDS * 1000),
    leap: () => goal - drawn,
    first: () => played || connect(),
  });

  function connect() {
    played = true;
    if (open) return figure.say("The connection is open already. Ask on it, or close it first.");
    open = true;
    press(`Connected in ${milliseconds(cost.connect)}, ${cost.trips} round trips. No query has run yet.`, 1, 0, 0, cost.connect);
  }

  figure.on("connect", connect);
  figure.on("query", () => ask(1));
  figure.on("query20", () => ask(20));
  figure.on("close", () => {
    if (!open) return figure.say("There is nothing to close.");
    open = false;
    press("Closed. The next query has to connect again.", 0, 0, 0, 0);
  });
  figure.on("fresh20", () => {
    open = false;
    const [fresh, kept] = [20 * (cost.connect + cost.query), cost.connect + 20 * cost.query];
    press(`20 times connect, query, close: ${milliseconds(fresh)}. The same 20 queries on one kept connection: ${milliseconds(kept)}.`,
      20, 20, 0, cost.connect + cost.query);
  });
  figure.on("reset", () => {
    restart();
    draw();
    figure.say("The bill is empty.");
  });
  figure.onSet((name) => {
    if (name === "speed") return clock.wake();
    restart();
    draw();
    figure.say(`A new bill: connecting ${milliseconds(cost.connect)}, a query ${milliseconds(cost.query)}.`);
  });

  restart();
  draw();
}

function milliseconds(ms) {
  return `${ms === 0 ? "0" : ms < 1 ? ms.toFixed(2) : ms < 100 ? ms.toFixed(1) : Math.round(ms)} ms`;
}
