// The stills that the figures' own modules draw, for tests/content/test_stills.py: every figure that has one.
import { scenarios } from "../../docs/assets/pool/scenarios.js";

const modules = await Promise.all(Object.entries(scenarios).map(async ([name, load]) => [name, await load()]));
const figures = Object.fromEntries(modules.filter(([, { stills }]) => stills).map(([name, { stills }]) => [name, stills]));

export const names = () => Object.keys(figures);
export const draw = (name) => figures[name]();
