/* Lets a model's time flow while there is something to see, and never for readers who ask for less motion. */

const CALM = globalThis.matchMedia?.("(prefers-reduced-motion: reduce)");
const MOMENT = 500; // milliseconds that a figure is in view before it plays by itself
const LONGEST_FRAME = 50; // milliseconds; a stalled tab must not make the model jump

export class Clock {
  #frame = null;
  #last = 0;
  #inSight = true;

  /** `until()` tells how long until the model's next event, null if there is none; `speed()` is model time per millisecond.
   * `first()` is called once, where motion is welcome, when half of the figure has been in view for a moment. */
  constructor(figure, { until, advance, speed, leap, first }) {
    Object.assign(this, { figure, until, advance, speed });
    figure.on("step", () => this.until() !== null && this.advance(this.until()));
    figure.on("skip", () => this.until() !== null && this.advance(leap()));
    new IntersectionObserver(([entry]) => {
      this.#inSight = entry.isIntersecting;
      this.wake();
    }).observe(figure.element);
    if (first) Clock.onSight(figure, first);
    document.addEventListener("visibilitychange", () => this.wake());
    CALM?.addEventListener("change", () => this.wake());
  }

  /** Call `first` once, where motion is welcome, when half of what can be seen of the figure has been in view for a moment. */
  static onSight(figure, first) {
    let timer = null;
    const seen = new IntersectionObserver(([entry]) => {
      clearTimeout(timer);
      if (entry.intersectionRect.height < Math.min(entry.boundingClientRect.height, innerHeight) / 2) return;
      timer = setTimeout(() => {
        if (document.hidden) return;
        seen.disconnect();
        if (!Clock.calm) first();
      }, MOMENT);
    }, { threshold: [0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.75] });
    seen.observe(figure.element);
  }

  static get calm() { return Boolean(CALM?.matches); }

  get #flows() {
    return !CALM?.matches && this.#inSight && !document.hidden && this.figure.element.isConnected
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
