// Plays a locked table through the model that readers play with; test_outage_model.py calls it.

import { Outage, SECOND } from "../../docs/assets/pool/outage.js";

export function outage({ seconds, locked, ...given }) {
  const outage = new Outage({ ...given, end: seconds * SECOND, locked: locked.map((at) => at * SECOND), timeout: given.timeout * SECOND });
  outage.advance(seconds * SECOND);
  return outage.columns();
}
