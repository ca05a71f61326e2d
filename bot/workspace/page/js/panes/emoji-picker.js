// A small picker: the usual ones first, search over the rest.

import { h } from "../dom.js";
import { EMOJI, FREQUENT, emojiMatches } from "../text/emoji.js";
import { closePopover, openPopover } from "./popover.js";

const known = new Set();
const ALL = [...FREQUENT, ...EMOJI.keys()]
  .map((name) => ({ name, char: EMOJI.get(name) }))
  .filter(({ char }) => !known.has(char) && known.add(char));

export function openEmojiPicker(anchor, choose) {
  const grid = h("div", { class: "emoji-grid" });
  const fill = (query) => {
    const names = query ? emojiMatches(query, 48) : ALL;
    grid.replaceChildren(...names.map(({ name, char }) => h("button", { type: "button", class: "emoji-cell", title: `:${name}:`, "aria-label": name.replace(/_/g, " "), on: { click: () => pick(name) } }, char)));
  };
  const pick = (name) => {
    closePopover();
    choose(name);
  };
  const search = h("input", { type: "text", class: "emoji-search", placeholder: "Search emoji", "aria-label": "Search emoji", on: {
    input: () => fill(search.value.trim()),
    keydown: (event) => {
      if (event.key === "Enter") grid.querySelector("button")?.click();
    },
  } });
  fill("");
  openPopover(anchor, h("div", { class: "emoji-picker", role: "dialog", "aria-label": "Pick an emoji" }, search, grid), { prefer: "right" });
  if (matchMedia("(hover: hover)").matches) search.focus();
}
