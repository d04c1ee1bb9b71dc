// Two marks for each lesson in the sidebar: how much of its quiz is right, and whether its exercise passes. They have their
// place before they are drawn, so nothing moves.

import { make } from "./elements.js";
import { lessons } from "./lessons.js";
import { inWords, standing } from "./progress.js";

function mark({ topic, item }) {
  const { quiz, exercise } = standing(topic);
  const marks = make("span", "ps-marks", make("i", "ps-mark-quiz"), make("i", "ps-mark-exercise"));
  marks.setAttribute("aria-hidden", "true");
  marks.style.setProperty("--ps-share", quiz.total ? quiz.right / quiz.total : 0);
  marks.firstChild.toggleAttribute("data-whole", quiz.total > 0 && quiz.right === quiz.total);
  marks.lastChild.dataset.state = exercise;
  item.querySelector(":scope > .ps-marks")?.remove();
  item.append(marks);
  const words = inWords({ quiz, exercise });
  marks.title = words;
  const spoken = item.querySelector("a > .ps-spoken") ?? item.querySelector("a").appendChild(make("span", "ps-spoken"));
  spoken.textContent = words ? ` (${words})` : "";
}

export function markLessons() {
  for (const lesson of lessons()) mark(lesson);
}

markLessons();
addEventListener("storage", markLessons);
document.addEventListener("ps-progress", markLessons);
