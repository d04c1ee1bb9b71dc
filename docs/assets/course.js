// The one entry of every page: fetch what this page has on it, and nothing else. Pages are whole without any of it.

import { keeps } from "./page/kept.js";
import { rememberPlace } from "./page/progress.js";
import "./page/menu.js";
import { keepForLater } from "./page/offline.js";
import "./page/search.js";

keepForLater();
if (document.querySelector("[data-lesson]")) import("./page/marks.js");

const has = (selector) => document.querySelector(selector) !== null;

if (has("[data-pool]")) {
  import("./pool/view.js").then(({ mount }) => document.querySelectorAll("[data-pool]").forEach(mount));
}
if (has("section.quiz")) import("./quiz/quiz.js");
if (has(".ps-live")) import("./live/live.js");
if (has(".ps-exercise-data")) import("./live/exercise.js");
if (has(".quiz-proofs")) import("./live/proof.js");
if (has("[data-assigned]")) import("./assigned/assigned.js");
if (has("form.ps-size")) import("./sizing/page.js");
if (has(".ps-errors-form")) import("./errors/finder.js").then(({ mount }) => mount(document.querySelector(".ps-errors-form")));
if (has(".ps-map")) import("./page/map.js");
if (has(".md-typeset .highlight pre > code")) import("./page/code.js");
if (has(".md-sidebar--secondary a") && matchMedia("(min-width: 90em)").matches) import("./page/contents.js");

// A page with a quiz is a lesson: the place to come back to.
const quiz = document.querySelector("section.quiz[id]");
if (quiz) {
  const title = document.querySelector("h1")?.firstChild?.textContent.trim();
  keeps();
  rememberPlace(quiz.id.replace("quiz-", ""), title || document.title, location.pathname);
}
