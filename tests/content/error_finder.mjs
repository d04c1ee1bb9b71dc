// What the finder of the page says of pasted texts; tests/content/errors/test_finder.py calls it.

import { finderOf } from "../../docs/assets/errors/finder.js";
import { errorPage } from "../../docs/assets/live/verdicts.js";

// The titles of the pages that an exercise's card would name beside such texts.
export const named = (errors, texts) => texts.map((text) => errorPage(text, errors)?.title ?? null);

export function found(data, texts) {
  const { find, nearest } = finderOf(data);
  return texts.map((text) => [find(text).map(({ id, follows, count, first, last }) => [id, follows, count, first, last]), nearest(text)?.id ?? null]);
}
