// Make the quizzes of a page answer. The page is whole without this: it only adds marking, progress and retries.

import { writeLesson } from "../page/progress.js";
import { success } from "../page/success.js";
import { QuestionView } from "./question.js";

function enhance(quiz) {
  if (quiz.dataset.ready) return;
  quiz.dataset.ready = "yes";
  const key = JSON.parse(quiz.querySelector(".quiz-key").textContent);
  const retry = quiz.querySelector("[data-do=retry]");
  const asked = new URLSearchParams(location.search).get("seed");
  let seed = /^\d{1,9}$/.test(asked ?? "") ? Number(asked) : Number(quiz.dataset.seed);

  const end = quiz.querySelector(".quiz-end");
  const undo = quiz.querySelector("[data-do=undo]");
  let before = null; // what a reset took away: {seed, answers}

  const views = key.questions.map(
    (question) => new QuestionView(quiz.querySelector(`[data-uid="${question.uid}"]`), question, { whenMarked, rescore: score }),
  );
  const count = (state) => views.filter((view) => view.state === state).length;

  function score() {
    const [right, missed] = [count("right"), count("missed")];
    const text = `${right} of ${views.length} right` + (missed ? `, ${missed} incorrect` : "");
    for (const line of quiz.querySelectorAll(".quiz-score")) line.textContent = text;
    retry.disabled = false; // only said to be: who pressed it keeps the focus
    retry.ariaDisabled = String(missed === 0);
    writeLesson(key.topic, { right, total: views.length });
    celebrate(right === views.length);
    return { text, done: right + missed === views.length };
  }

  function celebrate(done) {
    quiz.querySelector(":scope > .ps-success")?.remove();
    if (done) end.after(success(`All ${views.length} questions right.`));
  }

  function whenMarked() {
    undo.hidden = true;
    const { text, done } = score();
    return done ? `That was the last one: ${text}.` : `So far: ${text}.`;
  }

  if (seed !== Number(quiz.dataset.seed)) for (const view of views) view.arrange(seed);
  for (const view of views) view.restore();
  score();

  retry.addEventListener("click", () => {
    if (retry.ariaDisabled === "true") return;
    const missed = views.filter((view) => view.state === "missed");
    for (const view of missed) view.clear();
    score();
    missed[0]?.focus();
  });
  quiz.querySelector("[data-do=over]").addEventListener("click", () => {
    const answers = views.map((view) => view.clear({ startOver: true }));
    if (undo.hidden) before = { seed, answers }; // after a second reset in a row the first is the one to take back
    seed += 1;
    for (const view of views) view.arrange(seed);
    score();
    undo.hidden = false;
    views[0].focus();
  });
  undo.addEventListener("click", () => {
    seed = before.seed;
    views.forEach((view, place) => {
      view.arrange(seed);
      view.undo(before.answers[place]);
    });
    score();
    undo.hidden = true;
    quiz.querySelector("[data-do=over]").focus();
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
