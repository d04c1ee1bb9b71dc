/* Which module plays which scenario; the names are those of scenarios.py. Only the one on the page is fetched. */

export const scenarios = {
  phone_booths: () => import("./pool-booths.js"),
  connecting: () => import("./pool-connecting.js"),
  engine_settings: () => import("./pool-settings.js"),
  leak: () => import("./pool-leak.js"),
  simulator: () => import("./sim-view.js"),
};
