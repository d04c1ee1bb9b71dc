// Fill the map of the course with what this reader has answered, and offer to go on where they left.

import { lastPlace, topicProgress } from "./progress.js";

for (const stop of document.querySelectorAll(".ps-stop")) {
  const { right, total } = topicProgress("", JSON.parse(stop.dataset.questions));
  if (!right) continue;
  stop.style.setProperty("--ps-share", right / total);
  stop.classList.toggle("ps-whole", right === total);
  stop.querySelector(".ps-done").textContent = right === total ? `all ${total} right` : `${right} of ${total} right`;
}

// The button keeps its size, so nothing moves.
const place = lastPlace();
const begin = document.querySelector("a.ps-begin");
if (place && begin) {
  begin.href = place.url;
  begin.textContent = `Continue: ${place.title}`;
}
