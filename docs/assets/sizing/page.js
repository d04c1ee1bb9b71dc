// The sizing calculator on its page: the form's numbers go to sizing.js, its answer is written below, the wish into the address.

import { make, withCode } from "../page/elements.js";
import { answer as ask, read } from "./sizing.js";
import { duration, percent } from "./words.js";

function start(form) {
  const answer = form.querySelector(".ps-size-answer");
  const inputs = [...form.querySelectorAll("input")];
  const issued = inputs.map((input) => input.value);
  const asked = new URLSearchParams(location.hash.slice(1));
  for (const input of inputs) if (asked.has(input.name)) input.value = asked.get(input.name).slice(0, 20);

  function show() {
    const { wish, faults } = read(Object.fromEntries(inputs.map((input) => [input.name, input.value])));
    for (const input of inputs) {
      const fault = faults[input.name];
      input.setAttribute("aria-invalid", fault ? "true" : "false");
      input.parentElement.querySelector(".ps-size-fault").textContent = fault ? `It ${fault}` : "";
    }
    if (Object.keys(faults).length) {
      answer.replaceChildren(make("p", "ps-size-no", "Fix the highlighted fields."));
      return;
    }
    answer.replaceChildren(...written(ask(wish)));
    if (inputs.some((input, place) => input.value !== issued[place])) {
      const told = new URLSearchParams(inputs.map((input) => [input.name, input.value.trim()]));
      history.replaceState(null, "", `#${told}`);
    }
  }

  for (const button of form.querySelectorAll("button[data-typed]")) {
    button.addEventListener("click", () => {
      inputs.forEach((input, place) => { input.value = issued[place]; });
      for (const pair of button.dataset.typed.split(" ")) {
        const [name, value] = pair.split("=");
        form.elements.namedItem(name).value = value;
      }
      show();
      answer.scrollIntoView({ block: "nearest" }); // the form is longer than a phone
    });
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

const SIGNS = { wrong: "✗", risk: "!", fine: "✓", note: "•" };
const MEANT = { wrong: "wrong", risk: "a risk", fine: "fine", note: "to know" };

function written({ advice, check }) {
  const parts = check ? checked(check) : [];
  if (!advice) return [...parts, make("p", "ps-size-row", copier("Copy a link to these numbers", () => location.href))];
  if (check) parts.push(make("p", "", make("strong", "", "For this load:")));
  parts.push(...advised(advice, Boolean(check)));
  if (advice.released && advice.impossible) return parts;
  parts.push(facts(advice), ...advice.remarks.map((remark) => make("p", "", ...sentence(remark))));
  parts.push(make("p", "", make("strong", "", "By hand:")), byHand(advice.steps));
  return parts;
}

// A finding or remark, with a link to the lesson on it.
function sentence({ what, see }) {
  if (!see) return withCode(what);
  const link = make("a", "", "Lesson");
  link.href = `../../${see}/`; // from reference/sizing/
  link.setAttribute("aria-label", `Lesson ${see.split("/")[1].replace(/^l\d+_/, "").replaceAll("_", " ")}`);
  return [...withCode(what), " ", link, "."];
}

function checked({ level, verdict, settings, findings }) {
  const items = findings.map((finding) => make("li", `ps-size-${finding.level}`,
    make("span", "ps-size-sign", `${SIGNS[finding.level]} ${MEANT[finding.level]}: `), ...sentence(finding)));
  return [
    make("p", `ps-size-verdict ps-size-${level}`, make("strong", "", verdict), " ", make("code", "", settings)),
    make("ul", "ps-size-findings", ...items),
  ];
}

function advised(advice, explained) {
  const { released, impossible } = advice;
  const parts = [];
  if (released) {
    if (!explained) parts.push(make("p", "ps-size-no", make("strong", "", "Release it first. "), released.what, " ", ...sentence({ what: "", see: "p3_breaks/l12_streaming_and_sockets" })));
    parts.push(make("p", "", released.before), ...lineOf(released.line));
    if (impossible) return [...parts, make("p", "", "As it is, it cannot be: ", impossible)];
    return [...parts, make("p", "", "If nothing can be released:"), ...lineOf(advice.line, "ps-size-second")];
  }
  if (impossible) parts.push(make("p", "ps-size-no", make("strong", "", "This cannot be. "), impossible), make("p", "", advice.before));
  return [...parts, ...lineOf(advice.line)];
}

function lineOf(text, kind = "ps-size-line") {
  const line = make("code", kind, text);
  line.tabIndex = 0;
  const row = make("p", "ps-size-row", copier("Copy the line", () => text));
  if (kind === "ps-size-line") row.append(copier("Copy a link to these numbers", () => location.href));
  return [line, row];
}

function copier(label, text) {
  const button = make("button", "", label);
  button.type = "button";
  button.addEventListener("click", () => copied(button, text()));
  return button;
}

function facts({ now, twice, without, budget }) {
  const list = make("dl", "ps-size-facts");
  const fact = (name, value, kind = "") => list.append(make("dt", "", name), make("dd", kind, value));
  fact("a request waits in", `${percent(now.chance)} of all cases; average ${duration(now.mean)}, p95 ${duration(now.p95)}, p99 ${duration(now.p99)}`);
  fact("the pool is used", now.utilisation < 1 ? `${percent(now.utilisation)} of the time` : `all the time, and ${percent(now.utilisation)} would be needed`);
  if (without) fact("with one connection less", without.p95 === null ? "the queue is unbounded" : `p95 wait ${duration(without.p95)}`);
  fact("at twice the load", twice.p95 === null ? "the queue grows until pool_timeout ends it" : `p95 wait ${duration(twice.p95)}, with the overflow in use`);
  fact("the database sees", budget.what, budget.over ? "ps-size-over" : "");
  return list;
}

function byHand(steps) {
  const rows = steps.map((step) => make("tr", "",
    make("th", "", step.name), make("td", "", step.formula), make("td", "", step.numbers), make("td", "", step.source)));
  for (const row of rows) row.firstChild.scope = "row";
  const head = make("tr", "", ...["step", "formula", "with your numbers", "source"].map((title) => {
    const cell = make("th", "", title);
    cell.scope = "col";
    return cell;
  }));
  const wide = make("div", "ps-wide", make("table", "", make("thead", "", head), make("tbody", "", ...rows)));
  wide.tabIndex = 0;
  wide.setAttribute("role", "group");
  wide.setAttribute("aria-label", "By hand");
  return wide;
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
