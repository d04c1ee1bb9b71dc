/* Brings a still pool figure to life: `mount(element)` for every [data-pool]. Without this module the still remains. */

import { Figure } from "./figure.js";
import { scenarios } from "./scenarios.js";

export async function mount(element) {
  const load = scenarios["simulator" in element.dataset ? "simulator" : element.dataset.pool];
  if (!load || element.dataset.alive) return;
  element.dataset.alive = "soon";
  const { play } = await load();
  const figure = new Figure(element);
  figure.enable();
  play(figure);
  element.dataset.alive = "yes";
}
