// Blocks made for agents: plan, task card, alert, card, container, context actions.

import { h, link } from "../dom.js";
import { icon } from "../icons.js";
import { textObject } from "../text/mrkdwn.js";
import { richText } from "../text/rich.js";
import { element, picture } from "./elements.js";

const STATUS = {
  pending: ["waiting", null],
  in_progress: ["in progress", null],
  complete: ["done", "check"],
  error: ["failed", "cross"],
};

const words = (value) => (typeof value === "string" ? textObject({ type: "plain_text", text: value }) : textObject(value));

export function statusMark(status) {
  const [label, glyph] = STATUS[status] || STATUS.pending;
  return h("span", { class: `mark-status is-${STATUS[status] ? status : "pending"}`, role: "img", "aria-label": label, title: label }, glyph ? icon(glyph, 13) : null);
}

/** Remembers what a person opened, over live updates. */
function toggler(event) {
  const button = event.currentTarget;
  const open = button.getAttribute("aria-expanded") !== "true";
  button.setAttribute("aria-expanded", String(open));
  button.closest("[data-fold]").setAttribute("data-open", open ? "yes" : "no");
}

function sources(list) {
  if (!list?.length) return null;
  return h("div", { class: "sources" }, list.map((src) => h("span", { class: "source" }, icon("link", 12), link(src.url, src.text || src.url))));
}

const filled = (rich) => rich && (typeof rich === "string" ? rich.trim() : rich.elements?.length);
const body = (rich) => (typeof rich === "string" ? h("div", { class: "txt" }, textObject({ type: "mrkdwn", text: rich })) : richText(rich));

function task(spec) {
  const title = h("span", { class: "task-title" }, words(spec.title));
  const details = filled(spec.details) ? h("div", { class: "task-details" }, body(spec.details)) : null;
  const more = filled(spec.output) || spec.sources?.length ? h("div", { class: "task-output" }, filled(spec.output) ? body(spec.output) : null, sources(spec.sources)) : null;
  const row = more
    ? h("button", { class: "task-row foldable", type: "button", "aria-expanded": "false", data: { sticky: "aria-expanded" }, on: { click: toggler } }, statusMark(spec.status), title, icon("chevron", 15))
    : h("div", { class: "task-row" }, statusMark(spec.status), title);
  return h("div", { class: `task is-${spec.status || "pending"}`, role: "listitem", data: { fold: more ? "" : null, key: spec.task_id || null, open: "no", sticky: more ? "data-open" : null } }, row, details, more);
}

export const taskCard = (block) => h("div", { class: "tasks alone", role: "list" }, task(block));

export function plan(block) {
  const tasks = block.tasks || [];
  const done = tasks.filter((t) => t.status === "complete").length;
  const failed = tasks.some((t) => t.status === "error");
  const share = tasks.length ? Math.round((100 * done) / tasks.length) : 0;
  return h(
    "div",
    { class: ["plan", failed && "has-error", tasks.length > 0 && done === tasks.length && "all-done"] },
    h("div", { class: "plan-head" }, h("span", { class: "plan-title" }, words(block.title)), tasks.length ? h("span", { class: "plan-count" }, `${done} of ${tasks.length}`) : null),
    tasks.length ? h("div", { class: "plan-bar", "aria-hidden": "true" }, h("span", { style: { width: `${share}%` } })) : null,
    h("div", { class: "tasks", role: "list" }, tasks.map(task)),
  );
}

const ALERT = { default: "info", info: "info", warning: "alert", error: "alert", success: "check" };

export function alert(block) {
  const level = ALERT[block.level] ? block.level : "default";
  return h("div", { class: `alert is-${level}`, role: level === "error" ? "alert" : "note" }, icon(ALERT[level], 17), h("div", { class: "txt" }, block.title ? h("strong", null, words(block.title)) : null, textObject(block.text)));
}

export function card(block, ctx) {
  const text = (value, className) => (value ? h("div", { class: className }, textObject(value)) : null);
  const head = block.icon || block.title || block.subtitle;
  return h(
    "div",
    { class: "card" },
    block.hero_image ? picture(block.hero_image, "card-hero") : null,
    h(
      "div",
      { class: "card-body" },
      head ? h("div", { class: "card-head" }, block.icon ? picture(block.icon, "card-icon") : null, h("div", null, text(block.title, "card-title"), text(block.subtitle, "card-sub"))) : null,
      text(block.body, "card-text"),
      block.actions?.length ? h("div", { class: "actions" }, block.actions.map((e) => element(e, { ...ctx, live: true }))) : null,
    ),
  );
}

export const carousel = (block, ctx) => h("div", { class: "carousel", tabindex: "0", role: "region", "aria-label": "Cards" }, (block.elements || []).map((c) => card(c, ctx)));

export function container(block, ctx, renderBlocks) {
  const foldable = Boolean(block.is_collapsible);
  const open = !(foldable && block.default_collapsed);
  const title = block.rich_text_title ? richText(block.rich_text_title) : h("span", { class: "container-title" }, words(block.title));
  const label = [
    foldable ? icon("chevron", 15) : null,
    block.icon ? picture(block.icon, "card-icon") : null,
    h("span", { class: "container-words" }, title, block.subtitle ? h("span", { class: "container-sub" }, words(block.subtitle)) : null),
  ];
  const head = foldable
    ? h("button", { class: "container-head foldable", type: "button", "aria-expanded": String(open), data: { sticky: "aria-expanded" }, on: { click: toggler } }, label)
    : h("div", { class: ["container-head", block.has_header_divider && "ruled"] }, label);
  const inner = h("div", { class: "container-body" }, renderBlocks(block.child_blocks || block.blocks || [], { ...ctx, depth: `${ctx.blockId}.` }));
  return h("div", { class: "container", data: { fold: "", open: open ? "yes" : "no", sticky: foldable ? "data-open" : null } }, head, inner);
}

export function contextActions(block, ctx) {
  return h("div", { class: "context-actions" }, (block.elements || []).map((e) => element(e, { ...ctx, live: true })));
}
