// The dialog of the search: a field, a list of links, a word of how many.

import { make } from "./elements.js";
import { excerpt, load } from "./search-index.js";

const ROOT = new URL("../../", import.meta.url); // of the site: this file lies in assets/page/
const LACKS = "The search could not be loaded. Run `make course` once with a network; the glossary and the settings list every term.";

export async function searchDialog(opener) {
  await style();
  const field = make("input", "ps-search-field");
  Object.assign(field, { type: "search", placeholder: "Search, or paste an error text", autocomplete: "off", spellcheck: false });
  field.setAttribute("aria-label", "Search, or paste an error text");
  const count = make("p", "ps-search-count", "");
  count.setAttribute("role", "status");
  const list = make("ol", "ps-search-results");
  const close = make("button", "ps-search-close", "Close");
  close.type = "button";
  const dialog = make("dialog", "ps-search", make("div", "ps-search-head", field, close), count, list);
  dialog.setAttribute("aria-label", "Search");
  document.body.append(dialog);

  let search = null;
  load(ROOT).then((loaded) => {
    search = loaded;
    show();
  }, () => { count.textContent = LACKS; });

  function show() {
    if (!search) return;
    const query = field.value.trim();
    const sections = query ? search(query) : [];
    list.replaceChildren(...sections.map((section) => result(section, query)));
    count.textContent = !query ? "" : sections.length === 0 ? "Nothing found. Try fewer words." : `${sections.length} section${sections.length === 1 ? "" : "s"}, the best first`;
  }

  field.addEventListener("input", show);
  close.addEventListener("click", () => dialog.close());
  dialog.addEventListener("click", (event) => event.target === dialog && dialog.close());
  dialog.addEventListener("close", () => opener.focus());
  list.addEventListener("click", (event) => event.target.closest("a") && dialog.close());
  dialog.addEventListener("keydown", (event) => {
    const stops = [field, ...list.querySelectorAll("a")];
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (event.key === "Enter" && event.target === field) return stops[1]?.click();
    if (!step) return;
    event.preventDefault();
    stops[Math.min(Math.max(stops.indexOf(document.activeElement) + step, 0), stops.length - 1)].focus();
  });

  return {
    open() {
      dialog.showModal();
      field.select();
    },
  };
}

function result({ location, title, page, text }, query) {
  const link = make("a", "", make("b", "", withoutTags(title)));
  link.href = new URL(location, ROOT).href;
  if (page && page !== title) link.append(make("span", "ps-search-page", withoutTags(page)));
  link.append(make("span", "ps-search-text", excerpt(text, query)));
  return make("li", "", link);
}

const withoutTags = (html) => html.replace(/<[^>]+>/g, "").replace(/&lt;/g, "<").replace(/&gt;/g, ">").replace(/&amp;/g, "&");

function style() {
  return new Promise((resolve, reject) => {
    const link = make("link");
    link.rel = "stylesheet";
    link.href = new URL("search.css", import.meta.url);
    link.addEventListener("load", resolve);
    link.addEventListener("error", reject);
    document.head.append(link);
  });
}
