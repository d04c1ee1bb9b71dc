// Runs a script of steps through the model of the figure, for tests/content/test_stream_model.py.
import { StreamStore } from "../../docs/assets/pool/stream-model.js";

export function run({ size, pieces, way, steps }) {
  const store = new StreamStore({ size, pieces, way });
  return steps.map(([step, which]) => {
    let outcome = null;
    const reader = store.readers[which % Math.max(store.readers.length, 1)];
    if (step === "come") outcome = store.come();
    if (step === "ask") outcome = store.ask();
    if (step === "next" && reader) store.next(reader);
    if (step === "leave" && reader) store.leave(reader);
    return [outcome, store.inUse, store.readers.map(({ got }) => got)];
  });
}
