// The lessons in order, read from the one list that every page has: the sidebar, which both builders make from the nav.

const STEM = /l\d\d_([a-z_]+)\/?$/;

/** Give {topic, title, url, item, here} of each lesson. */
export function lessons() {
  return [...document.querySelectorAll(".md-sidebar--primary [data-lesson]")].map((item) => {
    const link = item.querySelector("a");
    item.dataset.title ??= link.textContent.trim();
    return {
      topic: STEM.exec(item.dataset.lesson)?.[1] ?? "", title: item.dataset.title, url: link.href, item,
      here: link.getAttribute("aria-current") === "page",
    };
  });
}

/** Give the lesson after the one that is open; null after the last. */
export function nextLesson() {
  const all = lessons();
  const here = all.findIndex((lesson) => lesson.here);
  return here < 0 ? null : all[here + 1] ?? null;
}
