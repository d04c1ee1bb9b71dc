// The one entry of every page: fetch what this page has on it, and nothing else. Pages are whole without any of it.

import { rememberPlace } from "./progress.js";
import "./menu.js";
import "./search.js";

const has = (selector) => document.querySelector(selector) !== null;

if (has("[data-pool]")) {
  import("./pool-view.js").then(({ mount }) => document.querySelectorAll("[data-pool]").forEach(mount));
}
if (has("section.quiz")) import("./quiz.js");
if (has(".ps-live")) import("./live.js");
if (has(".ps-exercise-data")) import("./exercise.js");
if (has(".quiz-proofs")) import("./proof.js");
if (has("[data-assigned]")) import("./assigned.js");
if (has("form.ps-size")) import("./sizing-page.js");
if (has(".ps-map")) import("./map.js");
if (has(".md-typeset pre > code")) import("./copy.js");
if (has(".md-sidebar--secondary a") && matchMedia("(min-width: 60em)").matches) import("./contents.js");

// A page with a quiz is a lesson: the place to come back to.
const quiz = document.querySelector("section.quiz[id]");
if (quiz) {
  const title = document.querySelector("h1")?.firstChild?.textContent.trim();
  rememberPlace(quiz.id.replace("quiz-", ""), title || document.title, location.pathname);
}
