// Dark and light: what the system says, unless the person chose; the choice is remembered.

import { $ } from "./dom.js";
import { icon } from "./icons.js";
import { remember } from "./store.js";

const dark = matchMedia("(prefers-color-scheme: dark)");

function current() {
  return remember("theme") || (dark.matches ? "dark" : "light");
}

function apply() {
  const theme = current();
  document.documentElement.dataset.theme = theme;
  const button = $("#theme");
  button.replaceChildren(icon(theme === "dark" ? "sun" : "moon", 17));
  button.setAttribute("aria-label", theme === "dark" ? "Use light colours" : "Use dark colours");
  button.title = button.getAttribute("aria-label");
}

export function startTheme() {
  apply();
  dark.addEventListener("change", apply);
  $("#theme").addEventListener("click", () => {
    remember("theme", current() === "dark" ? "light" : "dark");
    apply();
  });
}
