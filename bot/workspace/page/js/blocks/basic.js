// The long-standing blocks: section, header, context, actions, divider, image, input, file, video.

import { h, link, uid } from "../dom.js";
import { icon } from "../icons.js";
import { plain, textObject } from "../text/mrkdwn.js";
import { element, picture } from "./elements.js";

export function section(block, ctx) {
  const text = block.text ? h("div", { class: "txt" }, textObject(block.text)) : null;
  const fields = block.fields?.length ? h("div", { class: "fields" }, block.fields.map((f) => h("div", { class: "txt" }, textObject(f)))) : null;
  const side = block.accessory ? h("div", { class: "accessory" }, element(block.accessory, { ...ctx, live: true })) : null;
  return h("div", { class: ["section", side && "with-accessory"] }, h("div", { class: "section-main" }, text, fields), side);
}

export const header = (block, ctx) => h(ctx.kind === "message" ? "h3" : "h2", { class: "block-head" }, plain(block.text?.text, block.text?.emoji !== false));

export function context(block, ctx) {
  return h("div", { class: "context" }, (block.elements || []).map((e) => (e.type === "image" ? picture(e, "context-image") : h("span", { class: "context-text" }, element(e, ctx)))));
}

export const actions = (block, ctx) => h("div", { class: "actions" }, (block.elements || []).map((e) => element(e, { ...ctx, live: true })));

export const divider = () => h("hr");

export function image(block) {
  const title = block.title ? h("figcaption", null, plain(block.title.text)) : null;
  return h("figure", { class: "figure" }, title, picture(block, "figure-image"));
}

export function input(block, ctx) {
  const id = uid("field");
  const spec = block.element || {};
  const grouped = /checkboxes|radio|multi_/.test(spec.type || "");
  const error = ctx.errors?.[block.block_id];
  const field = element(spec, { ...ctx, live: Boolean(block.dispatch_action), fieldId: grouped ? null : id });
  const control = field.querySelector?.(`#${id}`) || field.querySelector?.("[role]");
  const notes = [block.hint && `${id}-hint`, error && `${id}-error`].filter(Boolean).join(" ");
  if (control && notes) control.setAttribute("aria-describedby", notes);
  if (control && error) control.setAttribute("aria-invalid", "true");
  if (control && grouped) control.setAttribute("aria-labelledby", `${id}-label`);
  const label = [plain(block.label?.text), block.optional ? h("span", { class: "optional" }, " (optional)") : null];
  return h(
    "div",
    { class: ["input", error && "has-error"] },
    grouped ? h("div", { class: "label", id: `${id}-label` }, label) : h("label", { class: "label", for: id }, label),
    field,
    error ? h("p", { class: "error", id: `${id}-error`, role: "alert" }, icon("alert", 15), error) : null,
    block.hint ? h("p", { class: "hint", id: `${id}-hint` }, plain(block.hint.text)) : null,
  );
}

export const file = (block) => h("p", { class: "unknown" }, icon("file", 15), `Remote file ${block.external_id || ""}`);

export function video(block) {
  const title = block.title?.text || "Video";
  return h("div", { class: "card" }, h("div", { class: "card-body" }, h("div", { class: "card-title" }, link(block.title_url || block.video_url, title)), block.description ? h("div", { class: "card-sub" }, textObject(block.description)) : null));
}
