// Mark in the list of sections the one that is being read.

const links = new Map(
  [...document.querySelectorAll(".md-sidebar--secondary a.md-nav__link")].map((link) => [
    decodeURIComponent(link.hash.slice(1)),
    link,
  ]),
);
const sections = [...links.keys()].map((id) => document.getElementById(id)).filter(Boolean);
let marked = null;

function mark() {
  const begun = sections.filter((section) => section.getBoundingClientRect().top < innerHeight / 3);
  const link = links.get(begun.at(-1)?.id);
  if (link === marked) return;
  marked?.removeAttribute("aria-current");
  link?.setAttribute("aria-current", "true");
  marked = link;
}

const watch = new IntersectionObserver(mark, { rootMargin: "0px 0px -66% 0px" });
for (const section of sections) watch.observe(section);
