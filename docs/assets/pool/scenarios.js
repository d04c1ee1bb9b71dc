/* Which module plays which scenario; the names are those of scenarios.py. Only the one on the page is fetched. */

export const scenarios = {
  phone_booths: () => import("./booths.js"),
  connecting: () => import("./connecting.js"),
  two_borrowers: () => import("./borrowers.js"),
  engine_settings: () => import("./settings.js"),
  request_life: () => import("./request.js"),
  cliff: () => import("./cliff.js"),
  frozen_loop: () => import("./frozen.js"),
  pools_in_tests: () => import("./tests.js"),
  leak: () => import("./leak.js"),
  who_holds: () => import("./holders.js"),
  lock: () => import("./lock.js"),
  slow_readers: () => import("./stream.js"),
  stale: () => import("./stale.js"),
  forks: () => import("./forks.js"),
  knee: () => import("./knee.js"),
  watching: () => import("./watching.js"),
  pooler: () => import("./poolers.js"),
  hour: () => import("./hour.js"),
  simulator: () => import("../simulator/view.js"),
};
