// Elements from text. Nothing in a text is ever read as HTML.

export function make(name, className = "", ...content) {
  const element = document.createElement(name);
  if (className) element.className = className;
  element.append(...content);
  return element;
}

// A sentence of the course: what stands in backticks is code.
export const withCode = (text) => text.split("`").map((part, index) => (index % 2 ? make("code", "", part) : part));
