// Numbers as people say them.

/** A number with three significant digits, without a tail of noughts. */
export function text(value) { return String(Number(value.toPrecision(3))); }

/** Seconds in a unit that suits them. */
export function duration(seconds) {
  if (seconds === null || seconds === Infinity) return "without end";
  if (seconds === 0) return "0 ms";
  return seconds < 1 ? `${text(seconds * 1000)} ms` : `${text(seconds)} s`;
}

export function percent(share) { return `${text(share * 100)} %`; }

/** A count with its noun: 1 connection, 2 connections. */
export function count(number, noun) { return `${number} ${noun}${String(number) === "1" ? "" : noun.endsWith("s") ? "es" : "s"}`; }
