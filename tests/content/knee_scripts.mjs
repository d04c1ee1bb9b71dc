// Runs traffic through the model of the figure, in jumps of so many milliseconds, for tests/content/test_knee_model.py.
import { Rush, traffic } from "../../docs/assets/pool/knee-model.js";

export function run({ connections, rate, number, jump }) {
  const requests = traffic(rate, number);
  const rush = new Rush(connections, requests);
  while (!rush.over) rush.advance(jump);
  return { requests: requests.map(({ at, held }) => [at, held]), waits: rush.waits, busy: rush.busy, p95: rush.p95, use: rush.use };
}
