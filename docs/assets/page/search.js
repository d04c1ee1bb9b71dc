// The search is Material's (or Zensical's). Its script is a third of a page's weight: fetched once somebody searches.

const find = document.querySelector(".ps-find");
const toggle = document.getElementById("__search");
let asked = null;

function script({ dataset }) {
  return new Promise((resolve, reject) => {
    const script = document.createElement("script");
    script.src = dataset.src;
    script.addEventListener("load", resolve);
    script.addEventListener("error", reject);
    document.body.append(script);
  });
}

function style() {
  return new Promise((resolve, reject) => {
    const link = document.createElement("link");
    link.rel = "stylesheet";
    link.href = new URL("search.css", import.meta.url);
    link.addEventListener("load", resolve);
    link.addEventListener("error", reject);
    document.head.append(link);
  });
}

async function search() {
  asked ??= Promise.all([style(), ...[...document.querySelectorAll(".ps-search-script")].map(script)]);
  await asked;
  const dialog = document.querySelector(".md-search__button"); // Zensical opens a dialog of its own
  if (dialog) return dialog.click();
  if (!toggle.checked) toggle.click();
  document.querySelector(".md-search__input").focus();
}

if (find && toggle) {
  find.addEventListener("click", search);
  toggle.addEventListener("change", () => toggle.checked || find.focus());
  addEventListener("keydown", (event) => {
    const elsewhere = event.target.closest?.("input, textarea, select, [contenteditable]");
    const opens = ["/", "s", "f"].includes(event.key) && !event.ctrlKey && !event.metaKey && !event.altKey;
    if (asked || elsewhere || !opens) return; // once it is there, Material's script listens itself
    event.preventDefault();
    search();
  });
}
