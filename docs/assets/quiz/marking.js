// Mark an answer, exactly as src/poolschool/quiz/marking.py does; tests/tooling/marking_cases.json holds the two together.
// `question` is an entry of the page's quiz key. Gives {right, counted, remarks: [{kind, part, text}]}.

const NUMERAL = /^([-+−]?[0-9.,](?:[0-9.,_'’\s]*[0-9])?(?:[eE][-+]?[0-9]+)?)\s*([^\s0-9][\s\S]*)?$/;
const GROUPED = /^[0-9]{1,3}(?:[_'’\s][0-9]{3})+(?=$|[.,eE])/;
const LONGEST = 60;

const remark = (kind, part = null, text = "") => ({ kind, part, text });
const marking = (right, ...remarks) => ({ right, counted: true, remarks });
const unread = (text) => ({ right: false, counted: false, remarks: [remark("note", null, text)] });

const isPart = (value, count) => Number.isInteger(value) && value >= 0 && value < count;

export function mark(question, answer) {
  if (question.type === "choice") return markChoice(question, answer);
  if (question.type === "choose_all") return markChooseAll(question, answer);
  if (question.type === "number" && typeof answer === "string") return markNumber(question, answer);
  if (question.type === "output" && typeof answer === "string") return markOutput(question, answer);
  if (question.type === "order" && Array.isArray(answer)) return markOrder(question, answer);
  return unread("Answer the question first.");
}

function markChoice(question, chosen) {
  if (!isPart(chosen, question.right.length)) return unread("Choose one of the options first.");
  const right = question.right[chosen];
  return marking(right, remark(right ? "right" : "wrong", chosen));
}

function markChooseAll(question, chosen) {
  if (!Array.isArray(chosen) || chosen.length === 0 || !chosen.every((part) => isPart(part, question.right.length))) {
    return unread("Choose at least one of the options first.");
  }
  const remarks = [];
  question.right.forEach((right, part) => {
    if (chosen.includes(part)) remarks.push(remark(right ? "right" : "wrong", part));
    else if (right) remarks.push(remark("missing", part));
  });
  return marking(remarks.every(({ kind }) => kind === "right"), ...remarks);
}

function markNumber(question, typed) {
  if (!typed.trim()) return unread("Type a number first.");
  const match = readNumber(typed);
  if (match === null) return unread("This is not a number that can be read. Type it like 20, 0.5 or 1904.");
  const [numeral, unit] = match;
  if (unit && !question.unit) return unread("Type the number alone, without a word after it.");
  if (unit && singular(unit) !== singular(question.unit)) {
    return unread(`The answer is asked for in ${question.unit}. Type the number alone.`);
  }
  const given = Number(numeral);
  if (within(given, question.value, question.tolerance)) return marking(true);
  const read = remark("note", null, `Your answer was read as ${numeral}.`);
  const known = question.wrong.findIndex((wrong) => within(given, wrong, 0));
  return known < 0 ? marking(false, read) : marking(false, read, remark("known", known));
}

// Take a typed number apart into a plain numeral and the unit after it; null if it is not a number.
function readNumber(typed) {
  const match = [...typed.trim()].length <= LONGEST ? NUMERAL.exec(typed.trim()) : null;
  if (match === null) return null;
  const numeral = match[1].replace("−", "-");
  const sign = numeral.startsWith("-") ? "-" : "";
  let digits = numeral.replace(/^[-+]+/, "");
  const grouped = GROUPED.exec(digits);
  if (grouped) digits = grouped[0].replace(/[_'’\s]/g, "") + digits.slice(grouped[0].length);
  if (/^[1-9][0-9]{0,2}(?:,[0-9]{3})+(?:\.[0-9]+)?$/.test(digits)) {
    digits = digits.replaceAll(",", "");
  } else if (/^(?:[1-9][0-9]{0,2}(?:\.[0-9]{3}){2,}|[1-9][0-9]{0,2}(?:\.[0-9]{3})+,[0-9]+)$/.test(digits)) {
    digits = digits.replaceAll(".", "").replace(",", ".");
  } else if (/^[0-9]*,[0-9]+(?:[eE][-+]?[0-9]+)?$/.test(digits)) {
    digits = digits.replace(",", ".");
  }
  if (!/^(?:[0-9]+(?:\.[0-9]+)?|\.[0-9]+)(?:[eE][-+]?[0-9]+)?$/.test(digits) || !Number.isFinite(Number(digits))) return null;
  return [sign + (digits.startsWith(".") ? "0" : "") + digits, (match[2] ?? "").trim().replace(/\.+$/, "")];
}

const singular = (unit) => unit.toLowerCase().replace(/s$/, "");

// Compare with a tolerance, and forgive what binary fractions add.
const within = (given, value, tolerance) => Math.abs(given - value) <= tolerance + 1e-9 * Math.max(1, Math.abs(value));

// Split an output into lines, without blanks at their ends and without blank lines around them.
function outputLines(text) {
  const lines = text.split(/\r\n|\r|\n/).map((line) => line.replace(/[ \t\f\v\u00a0]+$/, ""));
  while (lines.length && !lines[0]) lines.shift();
  while (lines.length && !lines.at(-1)) lines.pop();
  return lines;
}

function markOutput(question, typed) {
  const given = outputLines(typed);
  const expected = outputLines(question.prints);
  const same = (one, other) => one.length === other.length && one.every((line, index) => line === other[index]);
  if (given.length === 0) return unread("Type what the program prints first.");
  if (same(given, expected)) return marking(true);
  const known = question.wrong.findIndex((wrong) => same(given, outputLines(wrong)));
  if (known >= 0) return marking(false, remark("known", known));
  const shared = Math.min(given.length, expected.length);
  const differs = given.slice(0, shared).findIndex((line, index) => line !== expected[index]);
  if (differs >= 0) return marking(false, remark("note", null, `Line ${differs + 1} is the first that differs.`));
  const moreOrFewer = given.length < expected.length ? "more" : "fewer";
  return marking(false, remark("note", null, `So far so good, but the program prints ${moreOrFewer} lines.`));
}

function markOrder(question, order) {
  const complete = order.length === question.steps && new Set(order).size === order.length;
  if (!complete || !order.every((part) => isPart(part, question.steps))) return unread("Give every step exactly once.");
  const position = order.findIndex((part, index) => part !== index);
  if (position < 0) return marking(true);
  return marking(false, remark("place", order[position], `Step ${position + 1} is the first out of place.`));
}
