// Fill the map of the course with what this reader has answered, and offer to go on where they left.

import { lessons } from "./lessons.js";
import { inWords, lastPlace, standing, topicProgress, writeLesson } from "./progress.js";

for (const stop of document.querySelectorAll(".ps-stop")) {
  const { topic, questions, exercise: kind } = stop.dataset;
  const { right, total } = topicProgress("", JSON.parse(questions));
  writeLesson(topic, { right, total }); // its questions may have been changed since it was read
  const { quiz, exercise } = standing(topic);
  stop.style.setProperty("--ps-share", right / total);
  stop.classList.toggle("ps-whole", right === total);
  stop.dataset.done = kind === "none" ? "" : exercise;
  stop.querySelector(".ps-done").textContent = inWords({ quiz, exercise }) || `${total} questions`;
}

// The button keeps its size, so nothing moves.
const begin = document.querySelector("a.ps-begin");
const onward = begin && wayOn(lastPlace());
if (onward) {
  begin.href = onward.url;
  begin.textContent = begin.title = onward.words;
}

/** Where to go on: the lesson that was read last, or the next one with open questions if all of its own are right. */
function wayOn(place) {
  if (place === null) return null;
  const all = lessons();
  const last = all.findIndex(({ topic }) => topic === place.topic);
  const whole = ({ topic }) => {
    const { quiz } = standing(topic);
    return quiz.total > 0 && quiz.right === quiz.total;
  };
  if (last < 0 || !whole(all[last])) return { url: place.url, words: `Continue: ${place.title}` };
  const next = [...all.slice(last + 1), ...all.slice(0, last)].find((lesson) => !whole(lesson));
  if (next) return { url: next.url, words: `Next lesson: ${next.title}` };
  return { url: new URL("reference/simulator/", document.baseURI).href, words: "All done: play in the simulator" };
}
