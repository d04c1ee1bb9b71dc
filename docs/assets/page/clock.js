/* Lets a model's time flow while there is something to see, and never for readers who ask for less motion. */

const CALM = matchMedia("(prefers-reduced-motion: reduce)");
const LONGEST_FRAME = 50; // milliseconds; a stalled tab must not make the model jump

export class Clock {
  #frame = null;
  #last = 0;
  #inSight = true;

  /** `until()` tells how long until the model's next event, null if there is none; `speed()` is model time per millisecond. */
  constructor(figure, { until, advance, speed, leap }) {
    Object.assign(this, { figure, until, advance, speed });
    figure.on("step", () => this.until() !== null && this.advance(this.until()));
    figure.on("skip", () => this.until() !== null && this.advance(leap()));
    new IntersectionObserver(([entry]) => {
      this.#inSight = entry.isIntersecting;
      this.wake();
    }).observe(figure.element);
    document.addEventListener("visibilitychange", () => this.wake());
    CALM.addEventListener("change", () => this.wake());
  }

  static get calm() { return CALM.matches; }

  get #flows() {
    return !CALM.matches && this.#inSight && !document.hidden && this.figure.element.isConnected
      && this.speed() > 0 && this.until() !== null;
  }

  /** Start flowing if there is reason to; call after anything that may have given the model work. */
  wake() {
    if (this.#frame !== null || !this.#flows) return;
    this.#last = performance.now();
    this.#frame = requestAnimationFrame((now) => this.#tick(now));
  }

  #tick(now) {
    this.#frame = null;
    const passed = Math.min(Math.max(now - this.#last, 0), LONGEST_FRAME);
    this.#last = now;
    if (!this.#flows) return;
    this.advance(passed * this.speed());
    this.#frame = this.#flows ? requestAnimationFrame((next) => this.#tick(next)) : null;
  }
}
