// The sizing calculator on its page: the form's numbers go to sizing.js, its answer is written below, the wish into the address.

import { make } from "../page/elements.js";
import { advise, duration, faults, percent } from "./sizing.js";

function start(form) {
  const answer = form.querySelector(".ps-size-answer");
  const inputs = [...form.querySelectorAll("input")];
  const issued = inputs.map((input) => input.value);
  const asked = new URLSearchParams(location.hash.slice(1));
  for (const input of inputs) if (asked.has(input.name)) input.value = asked.get(input.name).slice(0, 20);

  const read = (input) => (/^\s*[+-]?(\d+[.,]?\d*|[.,]\d+)\s*$/.test(input.value) ? Number(input.value.trim().replace(",", ".")) : NaN);

  function show() {
    const wish = Object.fromEntries(inputs.map((input) => [input.name, read(input) * Number(input.dataset.scale)]));
    const found = faults(wish);
    for (const input of inputs) {
      const fault = found[input.name];
      input.setAttribute("aria-invalid", fault ? "true" : "false");
      // The limits are in seconds; the reader typed in the unit beside the field.
      const inSeconds = fault?.startsWith("must be from") && input.dataset.scale !== "1";
      input.parentElement.querySelector(".ps-size-fault").textContent = fault ? `It ${fault}${inSeconds ? " (in seconds)" : ""}` : "";
    }
    if (Object.keys(found).length) {
      answer.replaceChildren(make("p", "ps-size-no", "Fix the highlighted fields."));
      return;
    }
    answer.replaceChildren(...written(advise(wish)));
    if (inputs.some((input, place) => input.value !== issued[place])) {
      const told = new URLSearchParams(inputs.map((input) => [input.name, input.value.trim()]));
      history.replaceState(null, "", `#${told}`);
    }
  }

  let timer;
  form.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(show, 150); // milliseconds: a screen reader hears the number that was meant, not each digit
  });
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    show();
  });
  show();
}

function written(advice) {
  const { now, twice, without, budget } = advice;
  const parts = [];
  if (advice.impossible) {
    parts.push(make("p", "ps-size-no", make("strong", "", "This cannot be. "), advice.impossible), make("p", "", "The closest that fits:"));
  }
  const line = make("code", "ps-size-line", advice.line);
  line.tabIndex = 0;
  const copy = make("button", "", "Copy the line");
  copy.type = "button";
  copy.addEventListener("click", () => copied(copy, advice.line));
  const share = make("button", "", "Copy a link to these numbers");
  share.type = "button";
  share.addEventListener("click", () => copied(share, location.href));
  const row = make("p", "ps-size-row", copy, share);
  const facts = make("dl", "ps-size-facts");
  const fact = (name, value, kind = "") => facts.append(make("dt", "", name), make("dd", kind, value));
  fact("a request waits in", `${percent(now.chance)} of all cases; average ${duration(now.mean)}, p95 ${duration(now.p95)}, p99 ${duration(now.p99)}`);
  fact("the pool is used", now.utilisation < 1 ? `${percent(now.utilisation)} of the time` : `all the time, and ${percent(now.utilisation)} would be needed`);
  if (without) fact("with one connection less", without.p95 === null ? "the queue is unbounded" : `p95 wait ${duration(without.p95)}`);
  fact("at twice the load", twice.p95 === null ? "the queue grows until pool_timeout ends it" : `p95 wait ${duration(twice.p95)}, with the overflow in use`);
  fact("the database sees", `up to ${budget.used} connections of ${advice.pools} ${advice.pools === 1 ? "pool" : "pools"}, ${budget.kept} of them kept open; it has ${budget.available} for you`, budget.over ? "ps-size-over" : "");
  parts.push(line, row, facts, ...advice.remarks.map((remark) => make("p", "", remark)));
  const rows = advice.steps.map((step) => make("tr", "",
    make("th", "", step.name), make("td", "", step.formula), make("td", "", step.numbers), make("td", "", step.source)));
  for (const row of rows) row.firstChild.scope = "row";
  const head = make("tr", "", ...["step", "formula", "with your numbers", "source"].map((title) => {
    const cell = make("th", "", title);
    cell.scope = "col";
    return cell;
  }));
  const table = make("table", "", make("thead", "", head), make("tbody", "", ...rows));
  const wide = make("div", "ps-wide", table);
  wide.tabIndex = 0;
  wide.setAttribute("role", "group");
  wide.setAttribute("aria-label", "By hand");
  parts.push(make("p", "", make("strong", "", "By hand:")), wide);
  return parts;
}

async function copied(button, text) {
  const said = button.textContent;
  try {
    await navigator.clipboard.writeText(text);
    button.textContent = "Copied";
  } catch {
    button.textContent = "Not allowed here: select and copy it";
  }
  setTimeout(() => { button.textContent = said; }, 2000);
}

document.querySelectorAll("form.ps-size").forEach(start);
