// Make the quizzes of a page answer. The page is whole without this: it only adds marking, progress and retries.

import { QuestionView } from "./question.js";

function enhance(quiz) {
  if (quiz.dataset.ready) return;
  quiz.dataset.ready = "yes";
  const key = JSON.parse(quiz.querySelector(".quiz-key").textContent);
  const retry = quiz.querySelector("[data-do=retry]");
  const asked = new URLSearchParams(location.search).get("seed");
  let seed = /^\d{1,9}$/.test(asked ?? "") ? Number(asked) : Number(quiz.dataset.seed);

  const views = key.questions.map(
    (question) => new QuestionView(quiz.querySelector(`[data-uid="${question.uid}"]`), question, whenMarked),
  );
  const count = (state) => views.filter((view) => view.state === state).length;

  function score() {
    const [right, missed] = [count("right"), count("missed")];
    const text = `${right} of ${views.length} right` + (missed ? `, ${missed} missed` : "");
    for (const line of quiz.querySelectorAll(".quiz-score")) line.textContent = text;
    retry.disabled = missed === 0;
    return { text, done: right + missed === views.length };
  }

  function whenMarked() {
    const { text, done } = score();
    return done ? `That was the last one: ${text}.` : `So far: ${text}.`;
  }

  if (seed !== Number(quiz.dataset.seed)) for (const view of views) view.arrange(seed);
  for (const view of views) view.restore();
  score();

  retry.addEventListener("click", () => {
    const missed = views.filter((view) => view.state === "missed");
    for (const view of missed) view.clear();
    score();
    missed[0]?.focus();
  });
  quiz.querySelector("[data-do=over]").addEventListener("click", () => {
    seed += 1;
    for (const view of views) {
      view.clear({ startOver: true });
      view.arrange(seed);
    }
    score();
    views[0].focus();
  });
}

function enhanceAll() {
  for (const quiz of document.querySelectorAll("section.quiz")) enhance(quiz);
}

// On paper everything is open; afterwards it is as it was.
let opened = [];
addEventListener("beforeprint", () => {
  opened = [...document.querySelectorAll(".quiz details:not([open])")];
  for (const details of opened) details.open = true;
});
addEventListener("afterprint", () => {
  for (const details of opened) details.open = false;
});

// With Material's instant navigation a new page arrives without a new script.
if (globalThis.document$) globalThis.document$.subscribe(enhanceAll);
else enhanceAll();
