// Small things that float beside what was pressed: menus and pickers. Esc and a click elsewhere close them, focus goes back.

import { $$, h } from "../dom.js";

let current = null;

export function closePopover(restore = true) {
  if (!current) return;
  const { node, anchor, off } = current;
  current = null;
  off();
  node.remove();
  if (anchor.hasAttribute("aria-haspopup")) anchor.setAttribute("aria-expanded", "false");
  if (restore && anchor.isConnected) anchor.focus({ preventScroll: true });
}

function place(node, anchor, prefer) {
  const box = anchor.getBoundingClientRect();
  const { offsetWidth: w, offsetHeight: height } = node;
  const below = prefer !== "above" && box.bottom + height + 8 < innerHeight;
  const top = below ? box.bottom + 6 : Math.max(8, box.top - height - 6);
  const left = Math.max(8, Math.min(box.right - w, innerWidth - w - 8));
  node.style.top = `${top}px`;
  node.style.left = `${box.left + w < innerWidth - 8 && prefer !== "right" ? Math.max(8, box.left) : left}px`;
}

/** Shows `node` beside `anchor`; returns nothing, closes by itself. */
export function openPopover(anchor, node, { prefer } = {}) {
  const again = current?.anchor === anchor;
  closePopover(false);
  if (again) return;
  node.classList.add("popover");
  (anchor.closest("dialog") || document.body).append(node);
  place(node, anchor, prefer);
  const outside = (event) => {
    if (!node.contains(event.target) && !anchor.contains(event.target)) closePopover(false);
  };
  const keys = (event) => {
    if (event.key !== "Escape") return;
    event.preventDefault();
    event.stopPropagation();
    closePopover();
  };
  document.addEventListener("pointerdown", outside, true);
  document.addEventListener("keydown", keys, true);
  const off = () => {
    document.removeEventListener("pointerdown", outside, true);
    document.removeEventListener("keydown", keys, true);
  };
  if (anchor.hasAttribute("aria-haspopup")) anchor.setAttribute("aria-expanded", "true");
  current = { node, anchor, off };
}

function move(event) {
  const items = $$("[role^=menuitem]", event.currentTarget);
  const at = items.indexOf(document.activeElement);
  const next = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: items.length - 1 }[event.key];
  if (event.key === "Tab") closePopover();
  if (next === undefined) return;
  event.preventDefault();
  items[(next + items.length) % items.length]?.focus();
}

/** items: [{label, note?, icon?, run, checked?, danger?}] or "-" for a line. */
export function openMenu(anchor, items, options = {}) {
  const rows = items.map((item) => {
    if (item === "-") return h("hr", { role: "separator" });
    const press = () => {
      closePopover();
      item.run();
    };
    return h(
      "button",
      { type: "button", role: item.checked === undefined ? "menuitem" : "menuitemradio", "aria-checked": item.checked === undefined ? null : String(item.checked), class: ["menu-item", item.danger && "danger"], "data-testid": item.testid, on: { click: press } },
      item.icon || null,
      h("span", { class: "menu-text" }, h("span", null, item.label), item.note ? h("span", { class: "menu-note" }, item.note) : null),
    );
  });
  const menu = h("div", { class: "menu", role: "menu", "aria-label": options.label || "Menu", on: { keydown: move } }, options.title ? h("div", { class: "menu-title" }, options.title) : null, rows);
  openPopover(anchor, menu, options);
  menu.querySelector("[aria-checked=true], [role^=menuitem]")?.focus({ preventScroll: true });
}
