// Runs a script of steps through the model of the figure, for tests/content/test_forks_model.py.
import { Workers } from "../../docs/assets/pool/forks-model.js";

export function run({ warm, cured, steps }) {
  const workers = new Workers({ warm, cured });
  return steps.map(([step, worker, question]) => (step === "ask" ? workers.ask(worker, question) : workers.read(worker)));
}
