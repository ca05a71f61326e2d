// One short line at the bottom for what went wrong or was done, also read aloud.

import { $, h } from "../dom.js";
import { icon } from "../icons.js";
import { listen } from "../store.js";

const SHOWN_FOR = 5000; // ms

export function startToasts() {
  const holder = $("#toasts");
  listen("toast", ({ text, tone }) => {
    const node = h("div", { class: `toast is-${tone || "plain"}`, role: tone === "error" ? "alert" : "status" }, icon(tone === "error" ? "alert" : "check", 16), text);
    holder.append(node);
    setTimeout(() => node.remove(), SHOWN_FOR);
  });
  const bar = $("#offline");
  listen("online", (online) => {
    bar.hidden = online;
  });
}

/** Read a new message to a screen reader, politely. */
export function announce(text) {
  $("#live").textContent = text.slice(0, 300);
}
