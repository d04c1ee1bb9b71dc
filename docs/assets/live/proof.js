// "Run this proof": the test behind an answer, run in the page by pytest as the course's own tests run it.

import { ask, inWords, isPossible, Stopped } from "./python.js";

const quiz = document.querySelector("section.quiz");
const data = JSON.parse(quiz.querySelector(".quiz-proofs").textContent);

async function prove(button) {
  const status = button.parentElement.querySelector("[role=status]");
  button.disabled = true;
  status.textContent = "Waiting for Python …";
  button.parentElement.nextElementSibling?.matches(".ps-live-out") && button.parentElement.nextElementSibling.remove();
  try {
    const { passed, seconds, error } = await ask("prove", {
      argument: JSON.stringify({ ...data, question: button.dataset.prove }),
      text: `${data.proofs} import pytest`,
      progress: (fetched, total) => { status.textContent = inWords(fetched, total) || "Running …"; },
    });
    status.textContent = passed ? `It holds: passed in ${seconds.toFixed(2)} s.` : "It does not hold here:";
    if (!passed) {
      const out = document.createElement("pre");
      out.className = "ps-live-out";
      out.tabIndex = 0;
      out.textContent = error;
      button.parentElement.after(out);
    }
  } catch (problem) {
    const command = `pytest quizzes/${data.stem}_proof.py -k ${button.dataset.prove}`;
    status.textContent = problem instanceof Stopped ? "Stopped." : `${problem.message} In a terminal: ${command}`;
  } finally {
    button.disabled = false;
  }
}

isPossible();
for (const button of quiz.querySelectorAll("button[data-prove]")) {
  button.addEventListener("click", () => prove(button));
  button.disabled = false;
}
