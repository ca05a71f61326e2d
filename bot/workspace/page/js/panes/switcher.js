// Ctrl/Cmd+K: jump to a channel, a person or Home by a few letters.

import { userAvatar } from "../avatars.js";
import { h } from "../dom.js";
import { icon } from "../icons.js";
import { channelTitle, otherOf, state } from "../store.js";
import { dialog } from "./confirm.js";

function targets() {
  const rooms = [...state.channels.values()].map((c) => ({ title: channelTitle(c), href: `#/c/${c.id}`, note: typeof c.topic === "string" ? c.topic : "", mark: () => (c.is_im ? userAvatar(otherOf(c), 22) : icon(c.is_private ? "lock" : "hash", 17)) }));
  return [...rooms, { title: `${state.app.name} Home`, href: "#/home", note: "App", mark: () => userAvatar(state.app.bot_user_id, 22) }];
}

export function openSwitcher() {
  if (document.querySelector("dialog[open]")) return;
  let shown = [];
  let active = 0;
  const list = h("div", { class: "options", role: "listbox", id: "switch-list", "aria-label": "Places" });
  const go = (i) => {
    if (!shown[i]) return;
    node.close();
    location.hash = shown[i].href;
  };
  const draw = () => {
    list.replaceChildren(...shown.map((t, i) => h("div", { class: "option", id: `switch-${i}`, role: "option", "aria-selected": String(i === active), on: { click: () => go(i) } }, h("span", { class: "option-mark" }, t.mark()), h("span", { class: "option-label" }, t.title), h("span", { class: "option-note" }, t.note))));
    if (!shown.length) list.append(h("p", { class: "hint pad" }, "Nothing by that name."));
    input.setAttribute("aria-activedescendant", shown.length ? `switch-${active}` : "");
  };
  const search = () => {
    const needle = input.value.trim().toLowerCase().replace(/^#/, "");
    shown = targets().filter((t) => t.title.toLowerCase().includes(needle)).slice(0, 9);
    active = 0;
    draw();
  };
  const keys = (event) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step && shown.length) {
      event.preventDefault();
      active = (active + step + shown.length) % shown.length;
      draw();
    } else if (event.key === "Enter") {
      event.preventDefault();
      go(active);
    }
  };
  const input = h("input", { type: "text", class: "switch-input", placeholder: "Jump to…", role: "combobox", "aria-expanded": "true", "aria-controls": "switch-list", "aria-label": "Jump to a channel or person", autocomplete: "off", on: { input: search, keydown: keys } });
  const node = dialog({ class: "dialog switcher", "aria-label": "Jump to", "data-testid": "switcher" }, h("div", { class: "switch-row" }, icon("search", 18), input), list);
  search();
  input.focus();
}
