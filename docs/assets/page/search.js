// The button of the search and the keys that open it; what searches is fetched once somebody asks.

const find = document.querySelector(".ps-find");
let dialog = null;

async function open() {
  dialog ??= import("./search-dialog.js").then(({ searchDialog }) => searchDialog(find));
  (await dialog).open();
}

if (find) {
  find.addEventListener("click", open);
  addEventListener("keydown", (event) => {
    const elsewhere = event.target.closest?.("input, textarea, select, [contenteditable], dialog");
    const opens = ["/", "s", "f"].includes(event.key) && !event.ctrlKey && !event.metaKey && !event.altKey;
    if (elsewhere || !opens) return;
    event.preventDefault();
    open();
  });
}
