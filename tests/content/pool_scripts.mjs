// Runs a script of connects and closes through the pool that readers play with; test_pool_model.py calls it.

import { NullPool, QueuePool } from "../../docs/assets/pool/model.js";

export function run({ settings, steps }) {
  const pool = settings === null ? new NullPool() : new QueuePool(settings);
  const loans = [];
  return steps.map(([what, which]) => {
    if (what === "connect") loans.push(pool.connect());
    else if (what === "close") pool.close(loans[which]);
    else pool.advance(settings.timeout);
    return {
      status: pool.status(), opened: pool.opened, closed: pool.closed,
      loans: loans.map(({ state, connection, error }) =>
        state === "failed" ? `${error.kind}: ${error.text}` : state === "lent" ? connection : state),
    };
  });
}
