// Elements that hold a value: selects, dates, boxes and text fields. Native controls, so keyboard and screen reader work.

import { $, h, uid } from "../dom.js";
import { icon } from "../icons.js";
import { channelTitle, state } from "../store.js";
import { textObject } from "../text/mrkdwn.js";
import { act, hooks } from "./action.js";
import { readElement } from "./values.js";

const people = () => [...state.users.values()].filter((u) => !u.is_bot).map((u) => ({ text: { type: "plain_text", text: u.real_name || u.name }, value: u.id }));
const rooms = (withIms) => [...state.channels.values()].filter((c) => withIms || !c.is_im).map((c) => ({ text: { type: "plain_text", text: c.is_im ? channelTitle(c) : `#${c.name}` }, value: c.id }));

const flat = (element) => [...(element.options || []), ...(element.option_groups || []).flatMap((g) => g.options || [])];

function optionsOf(element) {
  if (element.type.includes("users")) return people();
  if (element.type.includes("channels")) return rooms(false);
  if (element.type.includes("conversations")) return rooms(true);
  return flat(element);
}

function initialOf(element) {
  const many = element.initial_options || element.initial_users || element.initial_channels || element.initial_conversations;
  if (many) return many.map((o) => o.value ?? o);
  const one = element.initial_option?.value ?? element.initial_user ?? element.initial_channel ?? element.initial_conversation;
  return one === undefined ? [] : [one];
}

/** The wrapper that values.js reads; `live` elements tell the app at each change. */
function hold(element, ctx, content, options) {
  const root = h("div", { ...hooks(ctx, element), class: ["field", `field-${element.type}`], "data-element": element.type }, content);
  root.__options = options;
  return root;
}

function changed(element, ctx) {
  if (!ctx.live) return null;
  return (event) => {
    const root = event.currentTarget.closest("[data-element]");
    const { type, ...value } = readElement(root);
    act(ctx, root, { ...element, type }, value);
  };
}

const entry = (o, chosen) => h("option", { value: o.value, selected: chosen.includes(o.value) }, o.text?.text);

export function select(element, ctx) {
  const options = optionsOf(element);
  const chosen = initialOf(element);
  const groups = element.option_groups ? element.option_groups.map((g) => h("optgroup", { label: g.label?.text }, (g.options || []).map((o) => entry(o, chosen)))) : options.map((o) => entry(o, chosen));
  const prompt = h("option", { value: "", selected: chosen.length === 0 }, element.placeholder?.text || "Choose…");
  const control = h("select", { id: ctx.fieldId, "aria-label": ctx.fieldId ? null : element.placeholder?.text || "Choose", "data-action-id": null, on: { change: changed(element, ctx) } }, prompt, groups);
  return hold(element, ctx, [control, icon("down", 16)], options);
}

function boxes(kind, element, ctx, options, chosen) {
  const name = uid("choice");
  return options.map((o) =>
    h(
      "label",
      { class: "choice", data: { key: o.value } },
      h("input", { type: kind, name, value: o.value, checked: chosen.includes(o.value), on: { change: changed(element, ctx) } }),
      h("span", { class: "choice-text" }, textObject(o.text), o.description ? h("span", { class: "choice-note" }, textObject(o.description)) : null),
    ),
  );
}

export function multi(element, ctx) {
  const options = optionsOf(element);
  const list = h("div", { class: "multi", role: "group", "aria-label": element.placeholder?.text || "Choose any" }, boxes("checkbox", element, ctx, options, initialOf(element)));
  return hold(element, ctx, list, options);
}

export function checkboxes(element, ctx) {
  return hold(element, ctx, h("div", { role: "group", class: "choices" }, boxes("checkbox", element, ctx, flat(element), initialOf(element))), flat(element));
}

export function radio(element, ctx) {
  return hold(element, ctx, h("div", { role: "radiogroup", class: "choices" }, boxes("radio", element, ctx, flat(element), initialOf(element))), flat(element));
}

function localDateTime(seconds) {
  if (!seconds) return null;
  const d = new Date(seconds * 1000 - new Date(seconds * 1000).getTimezoneOffset() * 60000);
  return d.toISOString().slice(0, 16);
}

const PICKERS = {
  datepicker: ["date", (e) => e.initial_date],
  timepicker: ["time", (e) => e.initial_time],
  datetimepicker: ["datetime-local", (e) => localDateTime(e.initial_date_time)],
};

export function picker(element, ctx) {
  const [type, initial] = PICKERS[element.type];
  const control = h("input", { type, id: ctx.fieldId, value: initial(element), "aria-label": ctx.fieldId ? null : element.placeholder?.text || "Date", on: { change: changed(element, ctx) } });
  return hold(element, ctx, control);
}

const TYPES = { email_text_input: "email", url_text_input: "url", number_input: "text" };

/** Single and multi-line text; Enter in a single line dispatches where the app asked for it. */
export function textInput(element, ctx) {
  const rich = element.type === "rich_text_input";
  const multiline = element.multiline || rich;
  const initial = rich ? element.initial_value?.elements?.[0]?.elements?.map((p) => p.text || "").join("") : element.initial_value;
  const common = {
    id: ctx.fieldId,
    placeholder: element.placeholder?.text,
    maxlength: element.max_length,
    autofocus: element.focus_on_load || null,
    "aria-label": ctx.fieldId ? null : element.placeholder?.text || "Text",
  };
  const dispatch = changed(element, ctx);
  const keys = (event) => {
    if (event.key === "Enter" && !event.shiftKey && !event.isComposing && dispatch) {
      event.preventDefault();
      dispatch(event);
    }
  };
  if (multiline) {
    const rows = Math.min(12, Math.max(4, String(initial || "").split("\n").length + 1));
    return hold(element, ctx, h("textarea", { ...common, rows, props: { value: initial || "" } }));
  }
  const control = h("input", { ...common, type: TYPES[element.type] || "text", inputmode: element.type === "number_input" ? (element.is_decimal_allowed ? "decimal" : "numeric") : null, value: initial, autocomplete: "off", on: { keydown: dispatch ? keys : null } });
  return hold(element, ctx, control);
}

export function focusFirst(root) {
  const wanted = $("[autofocus]", root) || $("[data-element] input, [data-element] textarea, [data-element] select", root);
  if (wanted) wanted.focus({ preventScroll: true });
  return Boolean(wanted);
}
