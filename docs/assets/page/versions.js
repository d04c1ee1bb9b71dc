// Two versions of the same thing, made in two tabs: say so, and let the reader choose. Nothing is thrown away before.

import { make } from "./elements.js";

function button(text, name, act) {
  const made = make("button", "ps-choice", text);
  made.type = "button";
  made.setAttribute("aria-label", `${text}: ${name}`);
  made.addEventListener("click", act);
  return made;
}

/** Put the offer into `place`, in place of an older one. `name` says of what there are two versions, and `kept` (a Kept) holds
 * them; `shown` gives the one that is shown, `show` shows the other; `focus` gives where to go on. */
export function offerVersions(place, { name, kept, shown, show, focus }) {
  const swap = async () => {
    withdraw(place);
    await show(kept.showOther(shown()));
    const offered = place.querySelector(":scope > .ps-versions"); // by whoever showed it
    if (!offered && kept.other !== null) offerVersions(place, { name, kept, shown, show, focus });
    focus?.();
  };
  const insist = () => {
    withdraw(place);
    kept.keepThis(shown());
    focus?.();
  };
  withdraw(place);
  const offer = make("p", "ps-note ps-versions", `Another tab has a different version of ${name}. Both are kept. `,
    button("Show the other", name, swap), " ", button("Keep only this one", name, insist));
  offer.setAttribute("role", "status");
  place.prepend(offer);
}

export function withdraw(place) {
  place.querySelector(":scope > .ps-versions")?.remove();
}
