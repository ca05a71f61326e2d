// Block Kit's confirm dialogs, and the page's own small questions.

import { h } from "../dom.js";
import { textObject } from "../text/mrkdwn.js";

/** A native modal dialog: focus stays inside, Esc closes, focus returns. */
export function dialog(attributes, ...children) {
  const node = h("dialog", { role: "dialog", "aria-modal": "true", ...attributes }, ...children);
  node.addEventListener("mousedown", (event) => {
    if (event.target === node && !node.classList.contains("modal")) node.close();
  });
  node.addEventListener("close", () => node.remove());
  document.body.append(node);
  node.showModal();
  return node;
}

/** Resolves to true when the person agreed. */
export function confirmDialog(spec) {
  return new Promise((resolve) => {
    const finish = (answer) => {
      resolve(answer);
      node.close();
    };
    const yes = h("button", { type: "button", class: ["btn", spec.style === "danger" ? "danger-fill" : "primary-fill"], "data-testid": "confirm-yes", on: { click: () => finish(true) } }, textObject(spec.confirm || "Yes"));
    const no = h("button", { type: "button", class: "btn", "data-testid": "confirm-no", on: { click: () => finish(false) } }, textObject(spec.deny || "Cancel"));
    const node = dialog(
      { class: "dialog small", "aria-label": spec.title?.text || "Are you sure?", "data-testid": "confirm" },
      h("div", { class: "dialog-head" }, h("h2", null, textObject(spec.title || "Are you sure?"))),
      h("div", { class: "dialog-body txt" }, textObject(spec.text)),
      h("div", { class: "dialog-foot" }, no, yes),
    );
    node.addEventListener("close", () => resolve(false));
    yes.focus();
  });
}
