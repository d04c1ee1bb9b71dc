// Feedback on a paper that was handed in: what was right and why, below each question.

import { make } from "../page/elements.js";
import { mark } from "../quiz/marking.js";

export const rounded = (points) => Number(points.toFixed(2));

// Fill each question's feedback. Gives {reached, most}, the points.
export function tell(questions, answers) {
  let reached = 0, most = 0;
  for (const { key, name, points, feedback, solution } of questions) {
    most += points;
    const answer = answers[name] ?? null;
    const marking = answer === null ? { right: false, remarks: [] } : mark(key, answer);
    if (marking.right) reached += points;
    const word = answer === null ? "Not answered." : marking.right ? "Right." : "Not right.";
    const verdict = make("p", "quiz-verdict", word);
    verdict.dataset.verdict = marking.right ? "right" : "wrong";
    feedback.replaceChildren(verdict, ...marking.remarks.flatMap((remark) => spoken(remark, key, solution)), solution);
  }
  return { reached: rounded(reached), most: rounded(most) };
}

// Say a remark: its own words, and the reason that the worked solution gives for that part.
function spoken({ kind, part, text }, key, solution) {
  const words = text ? [make("p", "", text)] : [];
  const reason = part === null ? null : solution.querySelector(`.quiz-whys [data-part="${part}"]`);
  if (!reason) return words;
  const copy = reason.cloneNode(true);
  if (key.type === "choice" || kind === "known") copy.querySelector(".quiz-about")?.remove();
  copy.querySelector(".quiz-right, .quiz-wrong")?.remove();
  return [...words, make("p", "quiz-remark", ...(kind === "missing" ? [make("strong", "", "Missing."), " "] : []), ...copy.childNodes)];
}
