// Where a person writes. A plain textarea over a mirror that paints mentions, so keyboard and screen reader just work.

import { h } from "../dom.js";
import { icon } from "../icons.js";
import { openEmojiPicker } from "../panes/emoji-picker.js";
import { openMenu } from "../panes/popover.js";
import { emit, state } from "../store.js";
import { Attachments } from "./attach.js";
import { Completion } from "./completion.js";
import { pieces } from "./encode.js";

export class Composer {
  /** onSend({text, files}) is called with what was typed; prefix: "" or "thread-" for the test ids. */
  constructor(holder, { prefix, dropZone, onSend, onShortcut }) {
    this.onSend = onSend;
    this.drafts = new Map();
    this.key = "";
    this.attachments = new Attachments(dropZone);
    this.mirror = h("div", { class: "mirror", "aria-hidden": "true" });
    this.area = h("textarea", { rows: 1, "data-testid": `${prefix}composer`, "aria-label": "Message", spellcheck: "true", on: { input: () => this.changed(), keydown: (e) => this.keydown(e), click: () => this.completion.update(), blur: () => this.completion.close(), paste: (e) => this.paste(e) } });
    this.send = h("button", { type: "button", class: "send", "data-testid": `${prefix}send`, "aria-label": "Send message", title: "Send (Enter)", disabled: true, on: { click: () => this.submit() } }, icon("send", 17));
    const tool = (name, label, run, extra = {}) => h("button", { type: "button", class: "icon-btn", "aria-label": label, title: label, ...extra, on: { click: run } }, icon(name, 17));
    const shortcut = onShortcut ? tool("bolt", "Shortcuts", (e) => this.shortcuts(e.currentTarget, onShortcut), { "aria-haspopup": "menu", "data-testid": "shortcuts" }) : null;
    const foot = h(
      "div",
      { class: "composer-foot" },
      tool("clip", "Attach a file", () => this.attachments.picker.click()),
      tool("at", "Mention someone", () => this.insert("@")),
      tool("smile", "Insert an emoji", (e) => openEmojiPicker(e.currentTarget, (name) => this.insert(`:${name}: `))),
      shortcut,
      h("span", { class: "composer-hint", "aria-hidden": "true" }, h("kbd", null, "↵"), " send  ", h("kbd", null, "⇧↵"), " new line"),
      this.send,
    );
    this.box = h("div", { class: "composer" }, this.attachments.tray, h("div", { class: "field-grow" }, this.mirror, this.area), foot, this.attachments.picker);
    holder.append(this.box);
    this.completion = new Completion(this.area, this.box, () => this.changed());
    new MutationObserver(() => this.armed()).observe(this.attachments.tray, { childList: true });
  }

  /** Switch to another conversation: the draft of the old one is kept. */
  use(key, placeholder) {
    if (this.key) this.drafts.set(this.key, this.area.value);
    this.key = key;
    this.area.placeholder = placeholder;
    this.area.setAttribute("aria-label", placeholder);
    this.set(this.drafts.get(key) || "");
    this.completion.close();
  }

  set(text) {
    this.area.value = text;
    this.paint();
  }

  fill(text) {
    this.set(text);
    this.focus();
    this.area.setSelectionRange(text.length, text.length);
  }

  focus() {
    this.area.focus({ preventScroll: true });
  }

  insert(text) {
    const at = this.area.selectionStart ?? this.area.value.length;
    const lead = text === "@" && at > 0 && !/\s$/.test(this.area.value.slice(0, at)) ? " " : "";
    this.area.setRangeText(lead + text, at, this.area.selectionEnd ?? at, "end");
    this.focus();
    this.changed();
  }

  armed() {
    this.send.disabled = !this.area.value.trim() && !this.attachments.files.length;
  }

  paint() {
    const nodes = pieces(this.area.value).map((p) => (typeof p === "string" ? document.createTextNode(p) : h("mark", null, p.shown)));
    this.mirror.replaceChildren(...nodes, document.createTextNode("\u200b"));
    this.armed();
  }

  changed() {
    this.paint();
    this.completion.update();
  }

  paste(event) {
    if (!event.clipboardData?.files.length) return;
    event.preventDefault();
    this.attachments.add(event.clipboardData.files);
  }

  keydown(event) {
    if (event.isComposing) return;
    if (this.completion.key(event)) {
      event.preventDefault();
      event.stopPropagation();
    } else if (event.key === "Enter" && !event.shiftKey && !event.altKey) {
      event.preventDefault();
      this.submit();
    }
  }

  submit() {
    const text = this.area.value.trim();
    if (!text && !this.attachments.files.length) return;
    const accepted = this.onSend({ text, files: [...this.attachments.files] });
    if (accepted === false) return;
    this.attachments.take();
    this.set("");
    this.completion.close();
    this.focus();
  }

  shortcuts(anchor, run) {
    const items = state.shortcuts.filter((sc) => sc.type === "global" || sc.type === "shortcut").map((sc) => ({ label: sc.name, note: sc.description || state.app.name, icon: icon("bolt", 16), run: () => run(sc) }));
    const commands = state.commands.map((c) => ({ label: c.command, note: c.description, icon: icon("slash", 16), run: () => { this.fill(`${c.command} `); this.completion.update(); } }));
    if (!items.length && !commands.length) emit("toast", { text: "The app offers no shortcuts." });
    else openMenu(anchor, [...items, ...commands], { title: "Shortcuts", prefer: "above", label: "Shortcuts" });
  }
}
