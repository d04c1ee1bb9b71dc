// The controls of one question: read an answer from them, put one back, arrange them by seed.

import { outOfOrder, permutation } from "./shuffle.js";

const partOf = (element) => Number(element.dataset.part);

export function controlsOf(section, { uid, type }) {
  const fieldset = section.querySelector("fieldset");
  if (type === "order") return orderControls(fieldset, uid);
  if (type === "number" || type === "output") return typedControls(fieldset);
  return chosenControls(fieldset, uid, type === "choice");
}

function chosenControls(fieldset, uid, one) {
  const labels = [...fieldset.querySelectorAll(".quiz-option")];
  const inputs = labels.map((label) => label.querySelector("input"));
  return {
    first: () => fieldset.querySelector("input"),
    read() {
      const chosen = inputs.filter((input) => input.checked).map((input) => Number(input.value)).sort((a, b) => a - b);
      return one ? (chosen[0] ?? null) : chosen;
    },
    write(answer) {
      for (const input of inputs) input.checked = [answer].flat().includes(Number(input.value));
    },
    arrange: (seed) => inOrder(fieldset, labels, permutation(labels.length, seed, uid)),
  };
}

function typedControls(fieldset) {
  const field = fieldset.querySelector("input, textarea");
  // In a textarea Enter is a new line; Ctrl+Enter submits, as in many programs.
  field.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) field.form.requestSubmit();
  });
  return {
    first: () => field,
    read: () => field.value,
    write(answer) {
      field.value = answer ?? "";
    },
    arrange() {},
  };
}

function orderControls(fieldset, uid) {
  const list = fieldset.querySelector(".quiz-steps");
  const moved = fieldset.querySelector(".quiz-moved");
  const steps = () => [...list.children];
  const parts = steps();
  let seed = 0;

  function limit() {
    // aria-disabled and not disabled: a button that reaches the end must not lose the focus
    steps().forEach((step, index) => {
      const [up, down] = step.querySelectorAll("button");
      up.setAttribute("aria-disabled", index === 0);
      down.setAttribute("aria-disabled", index === parts.length - 1);
    });
  }

  list.addEventListener("click", (event) => {
    const button = event.target.closest("[data-move]");
    if (button === null || button.getAttribute("aria-disabled") === "true") return;
    const step = button.closest("li");
    if (button.dataset.move === "-1") step.previousElementSibling.before(step);
    else step.nextElementSibling.after(step);
    limit();
    button.focus(); // moving the element took the focus away
    const text = step.querySelector(".quiz-step").textContent;
    moved.textContent = `“${text}” is now step ${steps().indexOf(step) + 1} of ${parts.length}.`;
    fieldset.dispatchEvent(new Event("change", { bubbles: true }));
  });

  limit();
  return {
    first: () => list.querySelector("button:not([aria-disabled=true])"),
    read: () => steps().map(partOf),
    write(answer) {
      moved.textContent = "";
      inOrder(list, parts, answer ?? outOfOrder(parts.length, seed, uid));
      limit();
    },
    arrange(newSeed) {
      seed = newSeed;
      this.write(null);
    },
  };
}

function inOrder(parent, elements, order) {
  const byPart = new Map(elements.map((element) => [partOf(element), element]));
  const after = elements.at(-1).parentElement === parent ? [...parent.children].filter((child) => elements.includes(child)).at(-1).nextSibling : null;
  for (const part of order) parent.insertBefore(byPart.get(part), after);
}
