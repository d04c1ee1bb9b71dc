// Two versions of the same thing, made in two tabs: say so, and let the reader choose. Nothing is thrown away before.

import { make } from "./elements.js";

function button(text, name, act) {
  const made = make("button", "ps-choice", text);
  made.type = "button";
  made.setAttribute("aria-label", `${text}: ${name}`);
  made.addEventListener("click", act);
  return made;
}

/** Put the offer into `place`, in place of an older one. `name` says of what there are two versions; `swap` shows the other and
 * tells whether both are still there, `insist` keeps only the one that is shown; `focus` gives where to go on. */
export function offerVersions(place, { name, swap, insist, focus }) {
  const chosen = (act) => () => {
    withdraw(place);
    if (act()) offerVersions(place, { name, swap, insist, focus });
    focus?.();
  };
  withdraw(place);
  const offer = make("p", "ps-note ps-versions", `Another tab has a different version of ${name}. Both are kept. `,
    button("Show the other", name, chosen(swap)), " ", button("Keep only this one", name, chosen(insist)));
  offer.setAttribute("role", "status");
  place.prepend(offer);
}

export function withdraw(place) {
  place.querySelector(":scope > .ps-versions")?.remove();
}
