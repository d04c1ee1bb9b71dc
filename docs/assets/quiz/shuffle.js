// Shuffle by seed, exactly as src/poolschool/quiz/shuffle.py does: FNV-1a of seed and uid, then mulberry32.

export function fnv1a(text) {
  let number = 0x811c9dc5;
  for (const byte of new TextEncoder().encode(text)) number = Math.imul(number ^ byte, 0x01000193);
  return number >>> 0;
}

function mulberry32(state) {
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return (mixed ^ (mixed >>> 14)) >>> 0;
  };
}

// Give the numbers from 0 to count - 1 in the order that belongs to this seed and question.
export function permutation(count, seed, uid) {
  const order = Array.from({ length: count }, (_, index) => index);
  const draw = mulberry32(fnv1a(`${seed}:${uid}`));
  for (let last = count - 1; last > 0; last--) {
    const other = Math.floor((draw() / 2 ** 32) * (last + 1));
    [order[last], order[other]] = [order[other], order[last]];
  }
  return order;
}

// Shuffle likewise, but never into the right order.
export function outOfOrder(count, seed, uid) {
  const order = permutation(count, seed, uid);
  return order.every((part, index) => part === index) ? [...order.slice(1), order[0]] : order;
}
