/* Which module plays which scenario; the names are those of scenarios.py. Only the one on the page is fetched. */

export const scenarios = {
  phone_booths: () => import("./booths.js"),
  connecting: () => import("./connecting.js"),
  two_borrowers: () => import("./borrowers.js"),
  engine_settings: () => import("./settings.js"),
  leak: () => import("./leak.js"),
  simulator: () => import("../simulator/view.js"),
};
