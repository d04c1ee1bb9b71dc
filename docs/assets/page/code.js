// A row above every block of code: Copy, and Show output where the code says what it prints. The row has its place before
// the script arrives (course.css), so nothing moves.

import { make } from "./elements.js";

function button(text, name, className) {
  const made = make("button", className, text);
  made.type = "button";
  made.setAttribute("aria-label", name);
  return made;
}

function copy(code, what) {
  const made = button("Copy", `Copy ${what}`, "ps-copy");
  made.addEventListener("click", async () => {
    let word = "Copied";
    try {
      await navigator.clipboard.writeText(code.textContent.trimEnd() + "\n");
    } catch {
      getSelection().selectAllChildren(code); // refused: at least it is selected
      word = "Selected";
    }
    made.textContent = word;
    status.textContent = word;
    setTimeout(() => {
      made.textContent = "Copy";
      status.textContent = "";
    }, 2000);
  });
  return made;
}

// What is printed stays folded until the reader asks, or runs the code, or a search in the page finds it.
function show(block, outputs, what) {
  const made = button("Show output", `Show output of ${what}`, "ps-show");
  const turn = (shown) => {
    made.setAttribute("aria-expanded", String(shown));
    for (const output of outputs) shown ? output.removeAttribute("hidden") : output.setAttribute("hidden", "until-found");
  };
  turn(false);
  made.addEventListener("click", () => turn(made.ariaExpanded !== "true"));
  block.addEventListener("ps-show", () => turn(true));
  for (const output of outputs) output.addEventListener("beforematch", () => turn(true));
  return made;
}

const status = make("p", "ps-spoken");
status.setAttribute("role", "status");
document.querySelector(".md-content")?.append(status);

const cells = [...document.querySelectorAll(".ps-live")];
let blocks = 0;
for (const code of document.querySelectorAll(".md-typeset .highlight pre > code")) {
  const block = code.closest(".highlight");
  if (block.querySelector(":scope > .ps-code-bar")) continue;
  const cell = cells.indexOf(block.closest(".ps-live")) + 1;
  if (!cell) blocks += 1;
  const what = cell ? `cell ${cell}` : `code block ${blocks}`;
  const place = () => {
    const outputs = [...code.querySelectorAll(".ps-out")];
    block.append(make("div", "ps-code-bar", ...(outputs.length ? [show(block, outputs, what)] : []), copy(code, what)));
  };
  // What is folded gets its row when it opens: a page has dozens that nobody opens.
  const folded = block.closest("details:not([open])");
  if (folded) folded.addEventListener("toggle", place, { once: true });
  else place();
}
