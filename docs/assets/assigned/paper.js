// A student's paper from the link of an assignment: the same as src/poolschool/teaching/assignments/assignment.py and paper.py make. Pure.

import { fnv1a, permutation } from "../quiz/shuffle.js";

const VERSIONS = 200; // of a generated question: src/poolschool/quiz/generated.py
const FEEDBACK = ["now", "after_due", "never"];

// Read the fragment of a link. Gives {assignment, digest}; throws an Error whose message is a sentence for the student.
export function readLink(fragment) {
  let payload, link;
  try {
    const bytes = Uint8Array.from(atob(fragment.replaceAll("-", "+").replaceAll("_", "/")), (sign) => sign.charCodeAt(0));
    payload = new TextDecoder("utf-8", { fatal: true }).decode(bytes);
    link = JSON.parse(payload);
  } catch {
    throw new Error("This link is damaged: a part of it is missing or was changed. Copy it once more, as a whole.");
  }
  if (link?.v !== 1) throw new Error("This link is of another version of Pool School. Ask your instructor for the address of the right one.");
  const { id, title, seed, variants, order, due, feedback, questions } = link;
  const sound = [id, title].every((text) => typeof text === "string" && text) && Number.isInteger(seed) && seed >= 0
    && ["shared", "student"].includes(variants) && ["written", "shuffled"].includes(order) && FEEDBACK.includes(feedback)
    && (due === null || !Number.isNaN(Date.parse(due))) && Array.isArray(questions) && questions.length > 0
    && questions.every((asked) => Array.isArray(asked) && /^[a-z0-9_]+\.[a-z0-9_]+$/.test(asked[0]) && asked[1] > 0 && typeof asked[2] === "string");
  if (!sound) throw new Error("This link holds no assignment that can be read. Ask your instructor for a new one.");
  return { assignment: { id, title, seed, variants, order, due, feedback, questions }, digest: crc32(payload) };
}

export const knownAs = (student) => student.trim().toLowerCase();

// Give {seed, questions: [{name, points, hash, version}]}; `version` counts only if the question is a generated one.
export function paperOf({ id, seed, variants, order, questions }, student) {
  const own = variants === "student" ? fnv1a(`${seed}:${knownAs(student)}`) : seed;
  const places = order === "shuffled" ? permutation(questions.length, own, id) : questions.map((_, place) => place);
  return {
    seed: own,
    questions: places.map((place) => {
      const [name, points, hash] = questions[place];
      return { name, points, hash, version: fnv1a(`${own}:${name}`) % VERSIONS };
    }),
  };
}

// Give what the student hands in: src/poolschool/teaching/assignments/handed_in.py reads it. `inside` holds texts, whole numbers, null and lists only.
export function resultOf(inside) {
  // Half a character, which some ways of pasting leave behind, is no text to anybody else.
  const whole = (_, value) => (typeof value === "string" ? value.replace(/\p{Surrogate}/gu, "\ufffd") : value);
  const paper = JSON.parse(JSON.stringify(inside), whole);
  return { schema: "poolschool/handed_in/v1", check: crc32(JSON.stringify(paper)), paper };
}

// CRC-32 of a text's UTF-8, as 8 hex digits.
export function crc32(text) {
  let crc = ~0;
  for (const byte of new TextEncoder().encode(text)) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ (crc & 1 ? 0xedb88320 : 0);
  }
  return (~crc >>> 0).toString(16).padStart(8, "0");
}
