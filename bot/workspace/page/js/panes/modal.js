// Modals: a stack of views in one dialog; errors stand at their fields, what was typed survives an update.

import { post } from "../api.js";
import { explain } from "../blocks/action.js";
import { renderBlocks } from "../blocks/index.js";
import { focusFirst } from "../blocks/inputs.js";
import { stateValues } from "../blocks/values.js";
import { $, h } from "../dom.js";
import { icon } from "../icons.js";
import { morph } from "../morph.js";
import { emit, listen } from "../store.js";
import { plain, textObject } from "../text/mrkdwn.js";
import { dialog } from "./confirm.js";

let stack = [];
let node = null;

const top = () => stack[stack.length - 1];

function shut() {
  stack = [];
  if (node?.open) node.close();
  node = null;
}

async function dismiss() {
  const view = stack.pop();
  if (!view) return shut();
  if (!stack.length || view.clear_on_close) shut();
  else draw();
  try {
    await post("view/close", { view_id: view.id });
  } catch {
    return undefined; // the modal is closed for the person either way
  }
  return undefined;
}

function applied(answer) {
  const view = answer.view;
  if (answer.response_action === "errors") return draw({ errors: answer.errors || {} });
  if (answer.response_action === "update" && view) {
    stack[stack.length - 1] = view;
    return draw();
  }
  if (answer.response_action === "push" && view) {
    stack.push(view);
    return draw({ fresh: true });
  }
  if (answer.response_action === "clear") return shut();
  stack.pop();
  return stack.length ? draw() : shut();
}

async function submit(event) {
  event.preventDefault();
  const view = top();
  const button = $("[data-testid=modal-submit]", node);
  if (!view || button?.classList.contains("pending")) return;
  button?.classList.add("pending");
  try {
    const answer = await post("view/submit", { view_id: view.id, values: stateValues($("[data-scope]", node)) });
    if (answer.ok === false && !answer.response_action) throw new Error(answer.error);
    button?.classList.remove("pending");
    if (top() === view) applied(answer);
  } catch (error) {
    button?.classList.remove("pending");
    draw({ problem: explain(error.code || error.message) });
  }
}

function content({ errors, problem }) {
  const view = top();
  const ctx = { kind: "view", viewId: view.id, errors };
  const close = textObject(view.close || { type: "plain_text", text: view.submit ? "Cancel" : "Close" });
  return h(
    "form",
    { novalidate: true, "data-key": view.id, on: { submit } },
    h("div", { class: "dialog-head" }, stack.length > 1 ? h("button", { type: "button", class: "icon-btn", "aria-label": "Back", on: { click: dismiss } }, icon("back")) : null, h("h2", { id: "modal-title" }, plain(view.title?.text)), h("button", { type: "button", class: "icon-btn", "aria-label": "Close", "data-testid": "modal-x", on: { click: dismiss } }, icon("close"))),
    h("div", { class: "dialog-body", "data-scope": view.id }, problem ? h("p", { class: "error", role: "alert" }, problem) : null, renderBlocks(view.blocks, ctx)),
    h("div", { class: "dialog-foot" }, h("button", { type: "button", class: "btn", "data-testid": "modal-close", on: { click: dismiss } }, close), view.submit ? h("button", { type: "submit", class: "btn primary-fill", "data-testid": "modal-submit" }, h("span", { class: "btn-label" }, textObject(view.submit)), h("span", { class: "spinner", "aria-hidden": "true" })) : null),
  );
}

function draw({ errors = {}, problem = null, fresh = false } = {}) {
  if (!top()) return;
  if (!node) {
    node = dialog({ class: "dialog modal", "data-testid": "modal", "aria-labelledby": "modal-title" });
    node.addEventListener("cancel", (event) => {
      event.preventDefault();
      dismiss();
    });
    node.append(content({ errors, problem }));
    if (!focusFirst(node)) node.querySelector("[data-testid=modal-submit], [data-testid=modal-close]")?.focus();
    return;
  }
  const next = content({ errors, problem });
  const old = node.firstElementChild;
  if (fresh || old.dataset.key !== next.dataset.key) {
    old.replaceWith(next);
    focusFirst(node);
  } else morph(old, next);
  node.querySelector("[aria-invalid=true]")?.focus();
}

export function startModals() {
  listen("event:view_open", ({ view }) => {
    stack = [view];
    draw({ fresh: true });
  });
  listen("event:view_push", ({ view }) => {
    stack.push(view);
    draw({ fresh: true });
  });
  listen("event:view_update", ({ view }) => {
    const at = stack.findIndex((v) => v.id === view.id || (view.external_id && v.external_id === view.external_id));
    if (at < 0) return;
    stack[at] = view;
    if (at === stack.length - 1) draw();
  });
  listen("event:view_close", ({ view_id: id }) => {
    if (!id || stack.length <= 1 || stack[0].id === id) return shut();
    stack = stack.filter((v) => v.id !== id);
    return draw();
  });
  listen("event:home", ({ view }) => emit("home", view));
  listen("acting", shut);

}
