// Sends a burst through the requests that readers play with; test_cliff_model.py calls it.

import { Hops } from "../../docs/assets/pool/hops.js";

export function burst({ threads, connections, pattern, number }) {
  const hops = new Hops({ threads, connections, pattern });
  hops.arrive(number);
  while (hops.untilNext !== null) hops.advance(hops.untilNext);
  return hops.standsStill ? [hops.working, hops.forThread.length, hops.held] : null;
}
