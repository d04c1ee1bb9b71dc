// The one entry: fetch what this page has on it, and nothing else.

const here = document;

if (here.querySelector("section.quiz")) import("./quiz.js");
if (here.querySelector(".ps-map, .ps-continue")) import("./map.js");
