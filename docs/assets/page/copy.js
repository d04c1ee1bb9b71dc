// A button beside every block of code that copies it. It lies over the block and moves nothing.

const WORD = "Copy";

function place(code) {
  const block = code.closest(".highlight") ?? code.parentElement;
  if (block.querySelector(".ps-copy")) return;
  const button = document.createElement("button");
  button.type = "button";
  button.className = "ps-copy";
  button.textContent = WORD;
  button.setAttribute("aria-live", "polite");
  button.addEventListener("click", async () => {
    try {
      await navigator.clipboard.writeText(code.textContent.trimEnd() + "\n");
      button.textContent = "Copied";
    } catch {
      getSelection().selectAllChildren(code); // refused: at least it is selected
      button.textContent = "Selected";
    }
    setTimeout(() => { button.textContent = WORD; }, 2000);
  });
  block.classList.add("ps-copied-from");
  block.append(button);
}

document.querySelectorAll(".md-typeset pre > code").forEach(place);
