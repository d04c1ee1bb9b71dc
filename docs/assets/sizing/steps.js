// Each formula with a wish's numbers, so that it can be done by hand.

import { duration, text } from "./words.js";

/** Rows of name, source, formula and numbers. */
export function steps(wish, { pools, share, size, overflow, budget, now, twice }) {
  const offered = share * wish.hold;
  const others = wish.other_engines ? ` + ${wish.other_engines}` : "";
  return [
    {
      name: "Busy connections", source: "Little 1961",
      formula: "requests per second ÷ processes × seconds held",
      numbers: `${text(wish.rate)} ÷ ${pools} × ${text(wish.hold)} = ${text(offered)} in each pool`,
    },
    {
      name: "Utilisation", source: "queueing theory",
      formula: "busy connections ÷ pool_size",
      numbers: `${text(offered)} ÷ ${size} = ${text(now.utilisation)}`,
    },
    {
      name: "Chance of waiting", source: "Erlang 1917",
      formula: "B₀ = 1, Bₖ = a·Bₖ₋₁ ÷ (k + a·Bₖ₋₁); C = B ÷ (1 − ρ·(1 − B))",
      numbers: `with a = ${text(offered)}, ρ = ${text(now.utilisation)} and k up to ${size}: C = ${text(now.chance)}`,
    },
    {
      name: "p95 wait", source: "Erlang C; the spread by Allen and Cunneen",
      formula: "ln(C ÷ 0.05) × seconds held ÷ (pool_size × (1 − ρ)) × (1 + spread²) ÷ 2, or 0 if C is below 0.05",
      numbers: now.p95 === Infinity ? "without end: the pool is too small" : `${duration(now.p95)}, wished for: at most ${duration(wish.wait)}`,
    },
    {
      name: "At twice the load", source: "the same formulas with pool_size + max_overflow",
      formula: "ρ = 2 × busy ÷ (pool_size + max_overflow)",
      numbers: twice.p95 === Infinity
        ? `2 × ${text(offered)} ÷ ${size + overflow} = ${text(twice.utilisation)}: the queue grows until pool_timeout ends it`
        : `2 × ${text(offered)} ÷ ${size + overflow} = ${text(twice.utilisation)}: p95 wait ${duration(twice.p95)}`,
    },
    {
      name: "Budget", source: "PostgreSQL: max_connections less the reserved ones",
      formula: "processes × hosts × deploy × (pool_size + max_overflow + other engines) ≤ max_connections − reserved",
      numbers: `${budget.together} × (${size} + ${overflow}${others}) = ${budget.deploy} ${budget.deploy <= budget.available ? "≤" : ">"} ${budget.available}`,
    },
  ];
}
