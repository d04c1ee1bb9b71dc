/* An alarm, and ten recordings that are played to it: which signs let it ring in every incident, and in no busy hour. */

import { Clock } from "../page/clock.js";
import { firstRing, MINUTES, RECORDINGS, verdict } from "./watching-model.js";

const BEAT = 350; // milliseconds for a minute
const SIGNS = ["used", "pending", "wait", "timeouts", "failed"];
const FIRST = { signs: ["used"], inARow: 1 };

/** Give the lanes after so many minutes, and how many of them are right by now. */
function heard({ signs, inARow }, minute) {
  const lanes = RECORDINGS.map((recording) => {
    const rings = firstRing(recording, signs, inARow);
    if (minute < MINUTES && (!rings || rings > minute)) return { state: "idle", word: `${recording.name}: quiet so far`, at: minute / MINUTES };
    const [word, right] = verdict(recording, rings);
    return { state: !right ? "leaked" : rings ? "lent" : "idle", word: `${recording.name}: ${word}`, at: 1, right };
  });
  const count = (of) => String(lanes.filter(of).length);
  return {
    lanes,
    numbers: {
      "alarm-right": count(({ right }) => right),
      "alarm-missed": count(({ word }) => /missed|too late/.test(word)),
      "alarm-false": count(({ word }) => word.includes("false")),
    },
  };
}

/** Give the still: the usual alarm, at the end of the ten minutes. */
export function stills() {
  const { lanes, numbers } = heard(FIRST, MINUTES);
  return { lanes: lanes.map(({ state, word }) => [state, word]), ...numbers };
}

export function play(figure) {
  let timer = null, minute = MINUTES, played = false;
  const rule = () => ({ signs: SIGNS.filter((sign) => figure.setting(sign)), inARow: figure.setting("in-a-row") });

  function draw() {
    const { lanes, numbers } = heard(rule(), minute);
    figure.lanes("recordings", lanes);
    for (const [name, text] of Object.entries(numbers)) figure.put(name, text);
    figure.element.toggleAttribute("data-reached", minute === MINUTES && numbers["alarm-right"] === String(RECORDINGS.length));
    return numbers;
  }

  function say() {
    const { "alarm-right": right, "alarm-missed": missed, "alarm-false": wrong } = draw();
    if (!rule().signs.length) return figure.say("An alarm that looks at nothing is never wrong in a busy hour. Choose a sign.");
    if (right === String(RECORDINGS.length)) return figure.say("Reached: it rings in all five incidents, in time, and in none of the busy hours.");
    figure.say(`${right} of 10 are right: ${missed} missed or late, ${wrong} false. ${hint(missed, wrong)}`);
  }

  function hint(missed, wrong) {
    if (!played) return "Your turn: choose better signs.";
    if (figure.setting("used")) return "Which busy hour has all connections in use, and nobody waiting?";
    if (wrong !== "0") return "A deploy and a burst pass by themselves: ask for more than one minute.";
    return missed === "0" ? "" : "Which sign is there in the incident that it missed?";
  }

  function hear() {
    clearTimeout(timer);
    if (Clock.calm) {
      minute = MINUTES;
      return say();
    }
    minute += 1;
    draw();
    if (minute < MINUTES) timer = setTimeout(hear, BEAT); else say();
  }

  function start() {
    minute = 0;
    hear();
  }

  figure.on("hear", () => {
    played = true;
    start();
  });
  figure.onSet(() => {
    played = true;
    clearTimeout(timer);
    minute = MINUTES;
    say();
  });
  draw();
  figure.say("The usual alarm: all connections are in use. It is right seven times in ten. Choose better signs.");
  Clock.onSight(figure, () => played || start());
}
