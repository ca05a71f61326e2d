// A code box with a copy button; no colouring, the text is what matters.

import { h } from "../dom.js";
import { icon } from "../icons.js";

async function copy(event) {
  const button = event.currentTarget;
  const text = button.parentElement.querySelector("pre").textContent;
  try {
    await navigator.clipboard.writeText(text);
    button.setAttribute("data-done", "");
    setTimeout(() => button.removeAttribute("data-done"), 1200);
  } catch {
    getSelection().selectAllChildren(button.parentElement.querySelector("pre"));
  }
}

export function codeBlock(text, language) {
  return h(
    "div",
    { class: "code" },
    language ? h("span", { class: "code-lang" }, language) : null,
    h("pre", { tabindex: "0" }, text),
    h("button", { class: "code-copy icon-btn", type: "button", "aria-label": "Copy code", title: "Copy", data: { sticky: "data-done" }, on: { click: copy } }, icon("copy", 15)),
  );
}
