// What the finder of the page says of pasted texts; tests/content/errors/test_finder.py calls it.

import { finderOf } from "../../docs/assets/errors/finder.js";

export function found(data, texts) {
  const { find, nearest } = finderOf(data);
  return texts.map((text) => [find(text).map(({ id, follows }) => [id, follows]), nearest(text)?.id ?? null]);
}
