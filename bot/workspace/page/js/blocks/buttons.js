// Buttons of every kind: plain, link, overflow menu, feedback and icon buttons.

import { h, safeUrl } from "../dom.js";
import { icon, knownIcon } from "../icons.js";
import { openMenu } from "../panes/popover.js";
import { state } from "../store.js";
import { plain, textObject } from "../text/mrkdwn.js";
import { act, hooks, spinner } from "./action.js";

export const hiddenFrom = (element) => Array.isArray(element.visible_to_user_ids) && element.visible_to_user_ids.length > 0 && !element.visible_to_user_ids.includes(state.me);

export function button(element, ctx) {
  if (hiddenFrom(element)) return null;
  const look = ["btn", element.style === "primary" && "primary", element.style === "danger" && "danger"];
  const label = h("span", { class: "btn-label" }, plain(element.text?.text ?? "", true));
  const common = { ...hooks(ctx, element), class: look, "aria-label": element.accessibility_label || null };
  const href = element.url ? safeUrl(element.url) : null;
  const press = (event) => act(ctx, event.currentTarget, element, { value: element.value, text: element.text, style: element.style });
  if (href) return h("a", { ...common, href, target: "_blank", rel: "noopener noreferrer", on: { click: (e) => element.action_id && press(e) } }, label, icon("external", 14));
  return h("button", { ...common, type: "button", "aria-busy": null, on: { click: press } }, label, spinner());
}

export function overflow(element, ctx) {
  const open = (event) => {
    const anchor = event.currentTarget;
    openMenu(
      anchor,
      (element.options || []).map((option) => ({
        label: textObject(option.text),
        note: option.description?.text,
        run: () => {
          if (option.url && safeUrl(option.url)) window.open(safeUrl(option.url), "_blank", "noopener");
          act(ctx, anchor, element, { selected_option: option });
        },
      })),
    );
  };
  return h("button", { ...hooks(ctx, element), class: "btn btn-square", type: "button", "aria-label": "More actions", "aria-haspopup": "menu", title: "More actions", on: { click: open } }, icon("more"), spinner());
}

function thumb(element, ctx, side, name) {
  const spec = element[`${side}_button`] || {};
  const press = (event) => {
    const here = event.currentTarget;
    for (const other of here.parentElement.querySelectorAll(".feedback")) other.setAttribute("aria-pressed", String(other === here));
    act(ctx, here, element, { value: spec.value });
  };
  return h(
    "button",
    { ...hooks(ctx, element), "data-key": `${ctx.blockId}/${element.action_id}/${side}`, "data-sticky": "aria-pressed", class: "icon-btn feedback", type: "button", "aria-pressed": "false", "aria-label": spec.accessibility_label || spec.text?.text || (side === "positive" ? "Good answer" : "Poor answer"), title: spec.text?.text || null, on: { click: press } },
    icon(name, 17),
  );
}

export function feedback(element, ctx) {
  return [thumb(element, ctx, "positive", "up"), thumb(element, ctx, "negative", "thumbDown")];
}

export function iconButton(element, ctx) {
  if (hiddenFrom(element)) return null;
  const label = element.accessibility_label || element.text?.text || element.icon;
  const press = (event) => act(ctx, event.currentTarget, element, { value: element.value });
  return h("button", { ...hooks(ctx, element), class: "icon-btn", type: "button", "aria-label": label, title: element.text?.text || label, on: { click: press } }, icon(knownIcon(element.icon) ? element.icon : "more", 17));
}
