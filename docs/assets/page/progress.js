// What a reader has done, kept in this browser only (kept.js): its keys, and what of it can be trusted when it is read.

import { keep, Kept, readKept, remove } from "./kept.js";

const QUIZ = "poolschool/quiz/";
const EXERCISE = "poolschool/exercise/";
const LESSON = "poolschool/lesson/";
const PLACE = "poolschool/place";
const GOALS = "poolschool/goals";
const CELL = "poolschool/cell/";
const ASSIGNED = "poolschool/assigned/";
const alike = (part) => (one, other) => JSON.stringify(part(one)) === JSON.stringify(part(other));
const tell = () => document.dispatchEvent(new Event("ps-progress"));
const object = (value) => value !== null && typeof value === "object" && !Array.isArray(value);
const count = (value) => (Number.isInteger(value) && value > 0 ? value : 0);

// Give {hash, answer, right, tries} of a question, or null if it was not answered in this wording.
export const readQuestion = (uid, hash) => soundQuestion(readKept(QUIZ + uid), hash);

export function soundQuestion(kept, hash) {
  if (kept === null || kept.hash !== hash) return null;
  return { hash, answer: kept.answer ?? null, right: kept.right === true, tries: count(kept.tries) };
}

// Tell whether a question was answered before its author changed what is asked.
export function hasChanged(uid, hash) {
  const kept = readKept(QUIZ + uid);
  return kept !== null && typeof kept.hash === "string" && kept.hash !== hash;
}

// The place of a question's answer, for who shows and writes it: {hash, answer, right, tries}; `answer: null` keeps the number
// of tries of a question that is open again.
export const ownQuestion = (uid, elsewhere) => new Kept(QUIZ + uid, { same: alike((kept) => kept?.answer ?? null), elsewhere });

export const writeQuestion = (uid, { hash, answer, right, tries }) => keep(QUIZ + uid, { hash, answer, right, tries });

// Count the questions of a topic; `questions` lists {uid, hash}, with or without the topic before the uid's point.
export function topicProgress(topic, questions) {
  const kept = questions.map(({ uid, hash }) => readQuestion(uid.includes(".") ? uid : `${topic}.${uid}`, hash));
  const answered = kept.filter((question) => question !== null && question.answer !== null);
  return { right: answered.filter(({ right }) => right).length, answered: answered.length, total: questions.length };
}

// Keep how a lesson's quiz stands, for the sidebars of other pages: they do not know its questions.
export function writeLesson(topic, { right, total }) {
  const before = readKept(LESSON + topic);
  if (before !== null && before.right === right && before.total === total) return;
  if (before === null && right === 0) return;
  if (right === 0) remove(LESSON + topic);
  else keep(LESSON + topic, { right, total });
  tell();
}

// Give how a lesson stands: {quiz: {right, total}, exercise: "none" | "begun" | "passed"}; total 0: no question was answered.
export function standing(topic) {
  const quiz = readKept(LESSON + topic);
  const [total, right] = [count(quiz?.total), count(quiz?.right)];
  const exercise = readExercise(topic);
  return { quiz: { right: Math.min(right, total), total }, exercise: exercise === null ? "none" : exercise.passed ? "passed" : "begun" };
}

export function inWords({ quiz, exercise }) {
  const words = [];
  if (quiz.right > 0) words.push(quiz.right === quiz.total ? "quiz done" : `${quiz.right} of ${quiz.total} questions right`);
  if (exercise !== "none") words.push(exercise === "passed" ? "exercise passed" : "exercise begun");
  return words.join(", ");
}

// Give what a learner has of an exercise: {text, stub, tries, verdicts, passed}, or null; `stub` is the one they began with,
// and what passed once has passed, whatever is tried out afterwards.
export const readExercise = (topic) => soundExercise(readKept(EXERCISE + topic));

export function soundExercise(kept) {
  if (kept === null || typeof kept.text !== "string" || typeof kept.stub !== "string") return null;
  const verdicts = Array.isArray(kept.verdicts) ? kept.verdicts : [];
  return { text: kept.text, stub: kept.stub, tries: count(kept.tries), verdicts, passed: kept.passed === true || allPass(verdicts) };
}

export const allPass = (verdicts) => verdicts.length > 0 && verdicts.every((verdict) => verdict?.status === "passed");

export const ownExercise = (topic, elsewhere) => new Kept(EXERCISE + topic, { same: alike((kept) => kept?.text ?? null), elsewhere });

export const tellProgress = tell;

// What a reader made of a live cell, kept for as long as the page issues the same code.
export const ownCell = (page, number, elsewhere) => new Kept(`${CELL}${page}#${number}`, { same: alike((kept) => kept?.text ?? null), elsewhere });

// Give the text of a cell that is kept; null: as issued.
export const soundCell = (kept, issued) =>
  (kept !== null && kept.issued === issued && typeof kept.text === "string" && kept.text !== issued ? kept.text : null);

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
export const ownAssigned = (digest, student, elsewhere) =>
  new Kept(`${ASSIGNED}${digest}/${student}`, { same: alike((kept) => [kept?.answers ?? null, kept?.handedIn ?? null]), elsewhere });

export function soundAssigned(kept) {
  if (kept === null || typeof kept.began !== "string" || Number.isNaN(Date.parse(kept.began)) || !object(kept.answers)) return null;
  const handedIn = typeof kept.handedIn === "string" && !Number.isNaN(Date.parse(kept.handedIn)) ? kept.handedIn : null;
  return { began: kept.began, name: typeof kept.name === "string" ? kept.name : "", answers: kept.answers, handedIn, times: count(kept.times) };
}
