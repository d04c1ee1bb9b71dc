// Runs a script of steps through the model of the figure, for tests/content/test_poolers_model.py.
import { Pooled } from "../../docs/assets/pool/poolers-model.js";

export function run({ prepares, steps }) {
  const pooled = new Pooled({ queries: [39, 7], prepares });
  return steps.map(([step, at]) => {
    if (step === "end") return pooled.end(at);
    const { got, error, name } = pooled.ask(at);
    return got ?? (name ? `${name} ${error}` : error);
  });
}
