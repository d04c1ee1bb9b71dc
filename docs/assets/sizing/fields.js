// What the calculator asks, and how an answer is read: page and terminal hand over what was typed.

// Limits are in the unit in which the reader types; times `scale` it is what the formulas take (seconds, plain numbers).
const FIELDS = {
  rate: { unit: "per second", from: 0.001, to: 1e6 },
  hold: { unit: "ms", scale: 0.001, from: 0.001, to: 3600000 },
  spread: { unit: "× the mean", from: 0, to: 20 },
  processes: { unit: "", from: 1, to: 10000, whole: true },
  hosts: { unit: "", from: 1, to: 10000, whole: true },
  threads: { unit: "", from: 0, to: 10000, whole: true },
  other_engines: { unit: "connections", from: 0, to: 10000, whole: true },
  deploy: { unit: "× the processes", from: 1, to: 10 },
  max_connections: { unit: "", from: 1, to: 1e6, whole: true },
  reserved: { unit: "", from: 0, to: 1e6, whole: true },
  cores: { unit: "", from: 0, to: 10000, whole: true },
  wait: { unit: "ms", scale: 0.001, from: 0, to: 3600000 },
  pool_size: { unit: "", from: 0, to: 10000, whole: true, unset: 5 },
  max_overflow: { unit: "", from: -1, to: 10000, whole: true, unset: 10 },
  pool_timeout: { unit: "s", from: 0, to: 3600, unset: 30 },
};
const LOAD = ["rate", "hold"];
const SETTINGS = Object.keys(FIELDS).filter((name) => "unset" in FIELDS[name]); // unset: what SQLAlchemy takes
const NUMBER = /^[+-]?(\d+[.,]?\d*|[.,]\d+)(e[+-]?\d+)?$/i;

/**
 * Read what was typed, as text by name. Give { wish, faults }: `faults` are sentences by name, {} if all is well.
 *
 * A setting that is left empty is SQLAlchemy's own if another is given; without any, wish.checks is false. To check
 * settings the load is not needed: rate and hold are null if both are left empty.
 */
export function read(typed) {
  const wish = {}, faults = {};
  const given = (name) => String(typed[name] ?? "").trim();
  wish.checks = SETTINGS.some(given);
  const noLoad = wish.checks && !LOAD.some(given);
  for (const [name, field] of Object.entries(FIELDS)) {
    if (!given(name) && (SETTINGS.includes(name) || (noLoad && LOAD.includes(name)))) {
      wish[name] = wish.checks ? (field.unset ?? null) : null;
      continue;
    }
    const value = NUMBER.test(given(name)) ? Number(given(name).replace(",", ".")) : NaN;
    const fault = faultOf(value, field, given(name));
    if (fault) faults[name] = fault;
    wish[name] = field.scale ? value * field.scale : value;
  }
  if (!faults.reserved && !faults.max_connections && wish.reserved >= wish.max_connections) {
    faults.reserved = "leaves no connection: it must be less than max_connections.";
  }
  return { wish, faults };
}

function faultOf(value, { unit, from, to, whole }, given) {
  if (!given) return "is missing: a number belongs here.";
  if (Number.isNaN(value)) return "is not a number.";
  if (value < from || value > to) return `must be from ${from} to ${to}${unit ? ` ${unit}` : ""}.`;
  return whole && !Number.isInteger(value) ? "must be a whole number." : "";
}

/** The unit of each field, as it is typed. */
export function units() { return Object.fromEntries(Object.entries(FIELDS).map(([name, { unit }]) => [name, unit])); }
