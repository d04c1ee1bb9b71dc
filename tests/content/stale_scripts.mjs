// Runs a script of steps through the model of the figure, for tests/content/test_stale_model.py.
import { StalePool } from "../../docs/assets/pool/stale-model.js";

export function run({ size, ping, steps }) {
  const pool = new StalePool({ size, ping });
  const taken = [];
  return steps.map(([step, which]) => {
    let outcome = null;
    if (step === "request") outcome = pool.request();
    if (step === "restart") pool.restart();
    if (step === "take") {
      const place = pool.take();
      if (place) taken.push(place);
      outcome = place !== null;
    }
    if (step === "query" && taken.length) {
      const place = taken[which % taken.length];
      outcome = pool.query(place);
      if (!outcome) taken.splice(taken.indexOf(place), 1);
    }
    if (step === "give" && taken.length) pool.give(taken.splice(which % taken.length, 1)[0]);
    return [outcome, pool.opened];
  });
}
