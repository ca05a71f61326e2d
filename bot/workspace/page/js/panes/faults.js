// The drawer that makes the connection bad on purpose, to see how the app copes.

import { get, post } from "../api.js";
import { $, h } from "../dom.js";
import { icon } from "../icons.js";
import { emit } from "../store.js";
import { dialog } from "./confirm.js";

const SWITCHES = [
  ["rate_limit", "Rate limit", "Calls are refused with 429 and Retry-After"],
  ["server_error", "Server error", "Calls fail with a 503"],
  ["drop", "Lose events", "Events, and answers to calls that were done, get lost"],
  ["duplicate", "Send twice", "The same event is delivered two times"],
  ["disconnect", "Cut the socket", "The app's connection is closed"],
];

function slider(name, label, note, value) {
  const id = `fault-${name}`;
  const shown = h("output", { for: id }, `${Math.round(value * 100)} %`);
  const input = h("input", { type: "range", id, name, min: 0, max: 1, step: 0.05, value, on: { input: () => { shown.textContent = `${Math.round(input.value * 100)} %`; } } });
  return h("div", { class: "fault" }, h("label", { for: id }, h("span", { class: "fault-name" }, label), h("span", { class: "fault-note" }, note)), input, shown);
}

function mark(settings) {
  const on = Object.values(settings).some((v) => Number(v) > 0);
  $("#faults").classList.toggle("on", on);
  $("#faults").setAttribute("aria-label", on ? "Faults: some are on" : "Faults");
}

async function open() {
  let settings;
  try {
    settings = await get("faults");
  } catch (error) {
    emit("toast", { text: `Faults are not reachable: ${error.message}`, tone: "error" });
    return;
  }
  settings = settings.faults || settings;
  const delay = h("input", { type: "number", id: "fault-delay", name: "delay_ms", min: 0, max: 60000, step: 100, value: Number(settings.delay_ms) || 0 });
  const save = async (values) => {
    const answer = await post("faults", { user: undefined, ...values });
    mark(answer.faults || answer);
    node.close();
  };
  const submit = (event) => {
    event.preventDefault();
    const values = { delay_ms: Number(delay.value) || 0 };
    for (const [name] of SWITCHES) values[name] = Number(form.elements[name].value);
    save(values).catch((error) => emit("toast", { text: `Not saved: ${error.message}`, tone: "error" }));
  };
  const clear = () => save(Object.fromEntries([["delay_ms", 0], ...SWITCHES.map(([n]) => [n, 0])]));
  const form = h(
    "form",
    { on: { submit } },
    h("div", { class: "dialog-head" }, h("h2", null, "Faults"), h("button", { type: "button", class: "icon-btn", "aria-label": "Close", on: { click: () => node.close() } }, icon("close"))),
    h(
      "div",
      { class: "dialog-body" },
      h("p", { class: "hint" }, "Make the connection bad on purpose. The share says how often it happens."),
      SWITCHES.map(([name, label, note]) => slider(name, label, note, Number(settings[name]) || 0)),
      h("div", { class: "fault" }, h("label", { for: "fault-delay" }, h("span", { class: "fault-name" }, "Delay"), h("span", { class: "fault-note" }, "Milliseconds added to every call and event")), delay, h("span", null, "ms")),
    ),
    h("div", { class: "dialog-foot" }, h("button", { type: "button", class: "btn", on: { click: clear } }, "All off"), h("button", { type: "submit", class: "btn primary-fill", "data-testid": "faults-save" }, "Apply")),
  );
  const node = dialog({ class: "dialog drawer", "aria-label": "Faults", "data-testid": "faults-drawer" }, form);
}

export function startFaults() {
  $("#faults").addEventListener("click", open);
  get("faults").then((s) => mark(s.faults || s)).catch(() => mark({}));
}
