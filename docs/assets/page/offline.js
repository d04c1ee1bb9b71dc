// Have the service worker keep the site, once the page has been read for a moment: nobody waits for it.

const MOMENT = 3000; // milliseconds
const WORKER = new URL("../../sw.js", import.meta.url); // at the site's root, for all of it

export function keepForLater() {
  if (!("serviceWorker" in navigator) || !isSecureContext) return;
  setTimeout(async () => {
    try {
      await navigator.serviceWorker.register(WORKER, { updateViaCache: "none" });
      (await navigator.serviceWorker.ready).active.postMessage("keep");
    } catch {
      // not allowed here: the site works as before, with a network
    }
  }, MOMENT);
}
