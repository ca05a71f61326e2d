// The list over the composer; arrows move, Enter or Tab takes, Esc closes.

import { h, uid } from "../dom.js";
import { suggest } from "./suggest.js";

export class Completion {
  constructor(textarea, holder, onTake) {
    this.textarea = textarea;
    this.onTake = onTake;
    this.items = [];
    this.active = -1;
    this.id = uid("completion");
    this.box = h("div", { class: "completion", id: this.id, role: "listbox", hidden: true, "aria-label": "Suggestions", "data-testid": "completion" });
    holder.append(this.box);
    for (const [name, value] of [["role", "combobox"], ["aria-autocomplete", "list"], ["aria-expanded", "false"], ["aria-controls", this.id]]) textarea.setAttribute(name, value);
  }

  get open() {
    return !this.box.hidden;
  }

  update() {
    const { selectionStart, selectionEnd, value } = this.textarea;
    const items = selectionStart === selectionEnd ? suggest(value.slice(0, selectionStart)) : [];
    const exact = items.some((i) => i.exact);
    if (!items.length || (exact && items.length === 1)) return this.close();
    this.items = items;
    this.active = exact ? -1 : 0;
    return this.draw();
  }

  draw() {
    const rows = this.items.map((item, i) =>
      h(
        "div",
        { class: "option", role: "option", id: `${this.id}-${i}`, "aria-selected": String(i === this.active), on: { pointerdown: (e) => { e.preventDefault(); this.take(i); }, pointermove: () => this.mark(i) } },
        h("span", { class: "option-mark" }, item.mark),
        h("span", { class: "option-label" }, item.label),
        item.tag ? h("span", { class: "tag" }, item.tag) : null,
        item.note ? h("span", { class: "option-note" }, item.note) : null,
        item.hint ? h("span", { class: "option-hint" }, item.hint) : null,
      ),
    );
    const foot = h("div", { class: "completion-foot", "aria-hidden": "true" }, h("kbd", null, "↑↓"), " move ", h("kbd", null, "↵"), " take ", h("kbd", null, "esc"), " close");
    this.box.replaceChildren(h("div", { class: "options" }, rows), foot);
    this.box.hidden = false;
    this.textarea.setAttribute("aria-expanded", "true");
    this.mark(this.active);
  }

  mark(i) {
    this.active = i;
    [...this.box.querySelectorAll(".option")].forEach((row, k) => {
      row.setAttribute("aria-selected", String(k === i));
      if (k === i) row.scrollIntoView({ block: "nearest" });
    });
    if (i >= 0) this.textarea.setAttribute("aria-activedescendant", `${this.id}-${i}`);
    else this.textarea.removeAttribute("aria-activedescendant");
  }

  close() {
    this.box.hidden = true;
    this.items = [];
    this.active = -1;
    this.textarea.setAttribute("aria-expanded", "false");
    this.textarea.removeAttribute("aria-activedescendant");
  }

  take(i) {
    const item = this.items[i];
    const caret = this.textarea.selectionStart;
    this.textarea.setRangeText(item.insert, item.from, caret, "end");
    this.close();
    this.textarea.focus();
    this.onTake();
  }

  /** True when the key was used here. */
  key(event) {
    if (!this.open) return false;
    const n = this.items.length;
    if (event.key === "ArrowDown") this.mark((this.active + 1) % n);
    else if (event.key === "ArrowUp") this.mark((this.active - 1 + n) % n);
    else if (event.key === "Escape") this.close();
    else if ((event.key === "Enter" && !event.shiftKey && this.active >= 0) || (event.key === "Tab" && !event.shiftKey)) this.take(Math.max(0, this.active));
    else return false;
    return true;
  }
}
