// A list of messages that changes in place: sorted by time, keyed by ts, never losing focus or scroll position.

import { h } from "../dom.js";
import { icon } from "../icons.js";
import { continues, messageNode } from "../message/message.js";
import { createToolbar } from "../message/toolbar.js";
import { morph } from "../morph.js";
import { state } from "../store.js";
import { dayKey, dayLabel } from "../time.js";

const NEAR = 80; // px from the end that still count as "at the end"

const byTime = (a, b) => parseFloat(a.ts) - parseFloat(b.ts) || (a.ts < b.ts ? -1 : 1);

export class Timeline {
  /** mode: "channel" | "thread"; `older` is called when the reader nears the top. */
  constructor(scroller, { mode, older, empty }) {
    this.scroller = scroller;
    this.mode = mode;
    this.older = older;
    this.empty = empty;
    this.messages = new Map();
    this.nodes = new Map();
    this.stick = true;
    this.list = h("div", { class: "list" });
    this.jump = h("button", { type: "button", class: "jump", hidden: true, on: { click: () => this.toEnd() } }, "New messages", icon("down", 15));
    scroller.replaceChildren(this.list);
    scroller.after(this.jump);
    this.toolbar = createToolbar(mode, (ts) => this.messages.get(ts));
    this.watch();
  }

  watch() {
    this.scroller.addEventListener("scroll", () => this.scrolled(), { passive: true });
    new ResizeObserver(() => this.stick && this.pin()).observe(this.list);
    new ResizeObserver(() => this.stick && this.pin()).observe(this.scroller);
    for (const type of ["pointerover", "focusin"]) {
      this.list.addEventListener(type, (event) => {
        const article = event.target.closest(".msg");
        if (article && !this.list.querySelector(".toolbar:focus-within")) this.toolbar.moveTo(article);
      });
    }
    this.scroller.addEventListener("keydown", (event) => this.keys(event));
  }

  keys(event) {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (!step || event.target.closest("input, textarea, select, [role=menu], .table-wrap, pre")) return;
    const all = [...this.list.querySelectorAll(".msg")];
    const at = all.indexOf(document.activeElement.closest?.(".msg"));
    const next = at < 0 ? all[all.length - 1] : all[at + step];
    if (!next) return;
    event.preventDefault();
    next.focus({ preventScroll: true });
    next.scrollIntoView({ block: "nearest" });
  }

  scrolled() {
    const { scrollTop, scrollHeight, clientHeight } = this.scroller;
    this.stick = scrollHeight - scrollTop - clientHeight < NEAR;
    if (this.stick) this.jump.hidden = true;
    if (scrollTop < 240 && this.older) this.older();
  }

  pin() {
    this.scroller.scrollTop = this.scroller.scrollHeight;
  }

  toEnd() {
    this.stick = true;
    this.jump.hidden = true;
    this.pin();
  }

  reset(messages) {
    this.messages = new Map(messages.map((m) => [m.ts, m]));
    this.nodes.clear();
    this.list.replaceChildren();
    for (const m of this.messages.values()) this.draw(m);
    this.arrange();
    this.toEnd();
  }

  /** Like reset, but keeps nodes and position: for reloading after a lost connection. */
  merge(messages) {
    for (const m of messages) {
      this.messages.set(m.ts, m);
      this.draw(m);
    }
    this.arrange();
  }

  prepend(messages) {
    const height = this.scroller.scrollHeight;
    const top = this.scroller.scrollTop;
    this.merge(messages.filter((m) => !this.messages.has(m.ts)));
    this.scroller.scrollTop = top + this.scroller.scrollHeight - height;
  }

  draw(message) {
    const fresh = messageNode(message, { mode: this.mode });
    const old = this.nodes.get(message.ts);
    if (old) {
      for (const name of ["cont", "flash"]) if (old.classList.contains(name)) fresh.classList.add(name);
      this.nodes.set(message.ts, morph(old, fresh));
    } else this.nodes.set(message.ts, fresh);
  }

  upsert(message) {
    const known = this.messages.has(message.ts);
    this.messages.set(message.ts, message);
    this.draw(message);
    this.arrange();
    if (this.stick) this.pin();
    else if (!known && message.user !== state.me) this.jump.hidden = false;
  }

  /** A message shown early gets the ts that the server gave it. */
  rekey(localTs, message) {
    this.remove(localTs);
    this.upsert({ ...this.messages.get(message.ts), ...message });
  }

  redraw(ts) {
    const message = this.messages.get(ts);
    if (message) this.draw(message);
  }

  patch(ts, change) {
    const message = this.messages.get(ts);
    if (message) this.upsert({ ...message, ...change });
  }

  remove(ts) {
    this.messages.delete(ts);
    this.nodes.get(ts)?.remove();
    this.nodes.delete(ts);
    this.arrange();
  }

  sorted() {
    return [...this.messages.values()].sort(byTime);
  }

  /** Put nodes in order, with a line per day; nodes already in place are not touched. */
  arrange() {
    const wanted = [];
    let previous = null;
    for (const message of this.sorted()) {
      const newDay = !previous || dayKey(previous.ts) !== dayKey(message.ts);
      if (newDay && this.mode === "channel") wanted.push(this.day(message.ts));
      const node = this.nodes.get(message.ts);
      node.classList.toggle("cont", !newDay && !(this.mode === "thread" && wanted.length === 2) && continues(previous, message));
      wanted.push(node);
      if (this.mode === "thread" && !previous) wanted.push(this.count());
      previous = message;
    }
    if (!wanted.length && this.empty) wanted.push(this.empty());
    const keep = new Set(wanted);
    for (const child of [...this.list.children]) if (!keep.has(child)) child.remove();
    wanted.forEach((node, i) => {
      if (this.list.children[i] !== node) this.list.insertBefore(node, this.list.children[i] || null);
    });
  }

  day(ts) {
    const key = `day-${dayKey(ts)}`;
    if (!this.nodes.has(key)) this.nodes.set(key, h("div", { class: "day", role: "separator" }, h("span", null, dayLabel(ts))));
    return this.nodes.get(key);
  }

  count() {
    const n = this.messages.size - 1;
    if (!this.nodes.has("count")) this.nodes.set("count", h("div", { class: "thread-count", role: "separator" }));
    const node = this.nodes.get("count");
    node.textContent = n <= 0 ? "No replies yet" : n === 1 ? "1 reply" : `${n} replies`;
    return node;
  }

  flash(ts) {
    const node = this.nodes.get(ts);
    if (!node) return;
    this.stick = false;
    node.scrollIntoView({ block: "center" });
    node.classList.add("flash");
    node.focus({ preventScroll: true });
    setTimeout(() => node.classList.remove("flash"), 2400);
  }
}
