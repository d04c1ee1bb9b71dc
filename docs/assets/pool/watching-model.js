/* Ten recordings of a pool, minute by minute, as the simulator's rules played them (tests/content/pool_minutes.mjs), and what
 * an alarm makes of them. tests/content/test_pool_minutes.py holds both to the simulation and to the exercise's checker. */

// used, pending, timeouts, failed, obtained, p95 of the wait and of the use in milliseconds. `most` may be in use;
// an incident begins in minute 4, and must ring by minute `by`; a healthy one has none.
export const RECORDINGS = [
  { key: "slow_query", name: "slow query", most: 15, by: 6, minutes: "3 0 0 0 2395 6 307 | 4 0 0 0 2380 6 301 | 6 0 0 0 2358 6 300 | 15 25 0 0 1498 1396 1780 | 15 25 0 0 1526 1389 1749 | 15 25 0 0 1498 1335 1837 | 15 25 0 0 1545 1350 1869 | 15 25 0 0 1513 1275 1845 | 15 25 0 0 1510 1391 1768 | 15 25 0 0 1484 1304 1803" },
  { key: "pool_too_small", name: "pool too small", most: 5, by: 6, minutes: "3 0 0 0 945 137 617 | 1 0 0 0 884 138 612 | 3 0 0 0 876 176 629 | 5 35 0 0 1533 1707 592 | 5 35 0 0 1457 1871 614 | 5 35 0 0 1512 1834 576 | 5 35 0 0 1501 1804 603 | 5 35 0 0 1521 1776 576 | 5 35 0 0 1486 1810 621 | 5 35 0 0 1550 1825 607" },
  { key: "database_gone", name: "database gone", most: 15, by: 6, minutes: "3 0 0 0 2395 6 307 | 4 0 0 0 2380 6 301 | 6 0 0 0 2358 6 300 | 0 0 0 2239 189 6 295 | 0 0 0 2414 0 - - | 0 0 0 2440 0 - - | 0 0 0 2471 0 - - | 0 0 0 2339 0 - - | 0 0 0 2480 0 - - | 0 0 0 2429 0 - -" },
  { key: "table_lock", name: "table locked", most: 15, by: 6, minutes: "3 0 0 0 2395 6 307 | 4 0 0 0 2380 6 301 | 6 0 0 0 2358 6 300 | 15 25 25 0 432 6 293 | 15 25 50 0 0 - - | 15 25 50 0 0 - - | 15 25 50 0 0 - - | 15 25 0 0 7614 227 306 | 6 0 0 0 6351 223 299 | 4 0 0 0 2429 6 310" },
  { key: "leak", name: "leak", most: 15, by: 8, minutes: "3 0 0 0 2395 6 307 | 4 0 0 0 2380 6 301 | 6 0 0 0 2358 6 300 | 12 0 0 0 2428 6 299 | 14 0 0 0 2414 28 305 | 15 38 0 0 2045 1990 304 | 15 40 0 0 572 4483 298 | 15 40 80 0 0 - - | 15 40 80 0 0 - - | 15 40 80 0 0 - -" },
  { key: "always_full", name: "always full", most: 15, minutes: "15 0 0 0 8976 0 303 | 15 0 0 0 9082 0 301 | 15 0 0 0 9010 0 306 | 15 0 0 0 9037 0 292 | 15 0 0 0 9166 0 300 | 15 0 0 0 9163 0 288 | 15 0 0 0 9109 0 291 | 15 0 0 0 9071 0 299 | 15 0 0 0 9100 0 296 | 15 0 0 0 8986 0 294" },
  { key: "overflow_used", name: "overflow used", most: 15, minutes: "5 0 0 0 2395 6 677 | 11 0 0 0 2380 6 659 | 11 0 0 0 2358 6 658 | 13 0 0 0 2428 6 656 | 9 0 0 0 2414 11 671 | 14 0 0 0 2440 6 684 | 7 0 0 0 2471 6 651 | 7 0 0 0 2339 6 620 | 10 0 0 0 2480 6 676 | 8 0 0 0 2429 6 681" },
  { key: "slow_but_few", name: "few long reports", most: 15, minutes: "4 0 0 0 42 6 17263 | 2 0 0 0 29 0 22431 | 2 0 0 0 38 6 15381 | 6 0 0 0 34 6 18563 | 5 0 0 0 28 0 24319 | 4 0 0 0 32 0 13272 | 2 0 0 0 21 0 15116 | 6 0 0 0 44 6 14125 | 2 0 0 0 30 0 19413 | 3 0 0 0 29 6 12475" },
  { key: "short_burst", name: "short burst", most: 15, minutes: "3 0 0 0 2395 6 307 | 4 0 0 0 2380 6 301 | 6 0 0 0 2358 6 300 | 7 0 0 0 2428 6 299 | 15 25 0 0 2534 109 305 | 7 0 0 0 2720 172 301 | 3 0 0 0 2471 6 296 | 5 0 0 0 2339 6 297 | 5 0 0 0 2480 6 304 | 4 0 0 0 2429 6 309" },
  { key: "cold_start", name: "deploy", most: 15, minutes: "1 0 0 0 516 3909 303 | 1 0 0 0 485 0 301 | 0 0 0 0 479 0 328 | 0 0 0 0 471 0 287 | 2 0 0 0 444 0 306 | 1 0 0 0 493 0 307 | 0 0 0 0 471 0 315 | 0 0 0 0 476 0 264 | 1 0 0 0 477 0 315 | 1 0 0 0 463 0 295" },
];
export const MINUTES = 10, BEGINS = 4;

// The signs that an alarm may look at, in one minute.
const SIGNS = {
  used: ({ used }, most) => used >= most,
  pending: ({ pending }) => pending > 0,
  wait: ({ wait }) => wait > 1000,
  timeouts: ({ timeouts }) => timeouts > 0,
  failed: ({ failed }) => failed > 0,
};

/** Give the minutes of a recording: numbers by name; NaN where there was nothing to time, which is on no side of a limit. */
export function minutesOf({ minutes }) {
  return minutes.split(" | ").map((row) => {
    const [used, pending, timeouts, failed, obtained, wait, use] = row.split(" ").map(Number);
    return { used, pending, timeouts, failed, obtained, wait, use };
  });
}

/** Give the minute in which an alarm first rings, if one of its signs must be seen so many minutes in a row; 0 if it does not. */
export function firstRing(recording, signs, inARow) {
  let seen = 0;
  for (const [at, minute] of minutesOf(recording).entries()) {
    seen = signs.some((sign) => SIGNS[sign](minute, recording.most)) ? seen + 1 : 0;
    if (seen >= inARow) return at + 1;
  }
  return 0;
}

/** Say what that is worth: the word for it, and whether it is right. */
export function verdict({ by = 0 }, rings) {
  if (!rings) return by ? ["missed", false] : ["silent", true];
  if (!by || rings < BEGINS) return [`false alarm, minute ${rings}`, false];
  return rings <= by ? [`rings, minute ${rings}`, true] : [`too late, minute ${rings}`, false];
}
