// What the model of the figure `frozen_loop` says of a rush; test_frozen_loop.py calls it.

import { Rush } from "../../docs/assets/pool/loop.js";

export function run({ how, requests, capacity, timeout }) {
  const rush = new Rush(how, requests, { capacity, timeout });
  const { states, blocked, pings, due } = rush.at(rush.frozen / 2);
  return { frozen: rush.frozen, failed: rush.failed, blocked, pings, due, answered: rush.at(rush.end).states.filter((state) => state === "answered").length, first: states };
}
