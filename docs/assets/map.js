// Fill the map of the course with what this reader has answered, and offer to go on where they left.

import { lastPlace, topicProgress } from "./progress.js";

for (const stop of document.querySelectorAll(".ps-stop")) {
  const { right, total } = topicProgress("", JSON.parse(stop.dataset.questions));
  if (!right) continue;
  stop.style.setProperty("--ps-part-done", `${(100 * right) / total}%`);
  stop.querySelector(".ps-done").textContent = right === total ? `all ${total} right ✓` : `${right} of ${total} right`;
}

const place = lastPlace();
const line = document.querySelector(".ps-continue");
if (place && line) {
  const link = document.createElement("a");
  link.href = place.url;
  link.textContent = place.title;
  line.append("Continue where you left: ", link);
  line.hidden = false;
}
