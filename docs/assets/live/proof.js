// "Run this proof": the test behind an answer, run in the page by pytest as the course's own tests run it.

import { ask, inWords, isPossible, Stopped } from "./python.js";

const quiz = document.querySelector("section.quiz");
const data = JSON.parse(quiz.querySelector(".quiz-proofs").textContent);

async function prove(button) {
  if (button.ariaDisabled === "true") return;
  const status = button.parentElement.querySelector("[role=status]");
  button.ariaDisabled = "true"; // only said to be: who pressed it keeps the focus
  status.textContent = "Waiting for Python …";
  button.parentElement.nextElementSibling?.matches(".ps-live-out") && button.parentElement.nextElementSibling.remove();
  try {
    const { passed, seconds, error } = await ask("prove", {
      name: `the proof of ${button.dataset.prove}`,
      waits: (name) => { status.textContent = `Waiting for ${name}, which is running.`; },
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
    button.ariaDisabled = "false";
  }
}

isPossible();
for (const button of quiz.querySelectorAll("button[data-prove]")) {
  const number = button.closest("section.quiz-question").querySelector("h3").textContent.toLowerCase();
  button.setAttribute("aria-label", `${button.textContent}: ${number}`);
  button.addEventListener("click", () => prove(button));
  button.disabled = false;
}
