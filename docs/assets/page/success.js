// Success looks like success: a lane that fills, a sentence, and the way on.

import { make } from "./elements.js";
import { nextLesson } from "./lessons.js";

/** Give the element that says it; `text` is its sentence, `onward` a link to show before the one to the next lesson. */
export function success(text, onward = null) {
  const lane = make("div", "ps-lane-filled");
  lane.setAttribute("aria-hidden", "true");
  const next = nextLesson();
  const links = onward ? [onward] : [];
  if (next) {
    const link = make("a", "ps-next", `Next lesson: ${next.title}`);
    link.href = next.url;
    links.push(link);
  }
  return make("div", "ps-success", lane, make("p", "ps-success-words", text), ...links);
}
