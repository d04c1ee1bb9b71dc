// What a reader has done, kept in this browser only. The one module that touches localStorage: it may be blocked, full
// or hold garbage, and the course must work all the same (then progress lasts as long as the page). The one exception is
// the light or dark scheme (poolschool/scheme), which theme/partials/scheme.html must read before the first paint.

const QUIZ = "poolschool/quiz/";
const EXERCISE = "poolschool/exercise/";
const PLACE = "poolschool/place";
const GOALS = "poolschool/goals";
const CELL = "poolschool/cell/";
const ASSIGNED = "poolschool/assigned/";
const inMemory = new Map();

function readKept(key) {
  let text = inMemory.get(key) ?? null;
  try {
    text = localStorage.getItem(key) ?? text;
  } catch {
    // blocked: what this page remembers is all there is
  }
  try {
    const value = JSON.parse(text);
    return value !== null && typeof value === "object" && !Array.isArray(value) ? value : null;
  } catch {
    return null; // garbage counts as nothing
  }
}

function keep(key, value) {
  const text = JSON.stringify(value);
  inMemory.set(key, text);
  try {
    localStorage.setItem(key, text);
  } catch {
    // blocked or full
  }
}

// Give {hash, answer, right, tries} of a question, or null if it was not answered in this wording.
export function readQuestion(uid, hash) {
  const kept = readKept(QUIZ + uid);
  if (kept === null || kept.hash !== hash) return null;
  const tries = Number.isInteger(kept.tries) && kept.tries > 0 ? kept.tries : 0;
  return { hash, answer: kept.answer ?? null, right: kept.right === true, tries };
}

// Tell whether a question was answered before its author changed what is asked.
export function hasChanged(uid, hash) {
  const kept = readKept(QUIZ + uid);
  return kept !== null && typeof kept.hash === "string" && kept.hash !== hash;
}

// Keep an answer; `answer: null` keeps the number of tries of a question that is open again.
export function writeQuestion(uid, { hash, answer, right, tries }) {
  keep(QUIZ + uid, { hash, answer, right, tries });
}

export function forget(uid) { remove(QUIZ + uid); }

function remove(key) {
  inMemory.delete(key);
  try {
    localStorage.removeItem(key);
  } catch {
    // blocked
  }
}

// Count the questions of a topic; `questions` lists {uid, hash}, with or without the topic before the uid's point.
export function topicProgress(topic, questions) {
  const kept = questions.map(({ uid, hash }) => readQuestion(uid.includes(".") ? uid : `${topic}.${uid}`, hash));
  const answered = kept.filter((question) => question !== null && question.answer !== null);
  return { right: answered.filter(({ right }) => right).length, answered: answered.length, total: questions.length };
}

// Give what a learner has of an exercise: {text, stub, tries, verdicts}, or null; `stub` is the one they began with.
export function readExercise(topic) {
  const kept = readKept(EXERCISE + topic);
  if (kept === null || typeof kept.text !== "string" || typeof kept.stub !== "string") return null;
  const count = (value) => (Number.isInteger(value) && value > 0 ? value : 0);
  return { text: kept.text, stub: kept.stub, tries: count(kept.tries), verdicts: Array.isArray(kept.verdicts) ? kept.verdicts : [] };
}

export function writeExercise(topic, { text, stub, tries, verdicts }) {
  keep(EXERCISE + topic, { text, stub, tries, verdicts });
}

// What a reader made of a live cell, kept for as long as the page issues the same code; null: as issued.
export function readCell(page, number, issued) {
  const kept = readKept(`${CELL}${page}#${number}`);
  return kept !== null && kept.issued === issued && typeof kept.text === "string" && kept.text !== issued ? kept.text : null;
}

export function writeCell(page, number, issued, text) {
  const key = `${CELL}${page}#${number}`;
  if (text !== null && text !== issued) return keep(key, { issued, text });
  remove(key);
}

// Remember the lesson that is being read, for "continue where you left".
export function rememberPlace(topic, title, url) {
  keep(PLACE, { topic, title, url });
}

// Give {topic, title, url}, or null. The address is only given if it stays on this site.
export function lastPlace() {
  const place = readKept(PLACE);
  if (place === null || !["topic", "title", "url"].every((key) => typeof place[key] === "string")) return null;
  try {
    if (new URL(place.url, document.baseURI).origin !== location.origin) return null;
  } catch {
    return null;
  }
  return { topic: place.topic, title: place.title, url: place.url };
}

// The simulator's goals that were reached: their ids.
export function readGoals() {
  const reached = readKept(GOALS)?.reached;
  return Array.isArray(reached) ? reached.filter((id) => typeof id === "string") : [];
}

export function writeGoal(id) { keep(GOALS, { reached: [...new Set([...readGoals(), id])] }); }

// What a student has of an assignment: {began, name, answers, handedIn, times}, or null; `digest` tells assignments apart.
export function readAssigned(digest, student) {
  const kept = readKept(`${ASSIGNED}${digest}/${student}`);
  const object = (value) => value !== null && typeof value === "object" && !Array.isArray(value);
  if (kept === null || typeof kept.began !== "string" || Number.isNaN(Date.parse(kept.began)) || !object(kept.answers)) return null;
  const handedIn = typeof kept.handedIn === "string" && !Number.isNaN(Date.parse(kept.handedIn)) ? kept.handedIn : null;
  const times = Number.isInteger(kept.times) && kept.times > 0 ? kept.times : 0;
  return { began: kept.began, name: typeof kept.name === "string" ? kept.name : "", answers: kept.answers, handedIn, times };
}

export function writeAssigned(digest, student, kept) {
  keep(`${ASSIGNED}${digest}/${student}`, kept);
}
