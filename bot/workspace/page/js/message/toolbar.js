// The small toolbar over the message under the pointer or with the focus; one per list, it moves.

import { post } from "../api.js";
import { explain } from "../blocks/action.js";
import { h } from "../dom.js";
import { icon } from "../icons.js";
import { openEmojiPicker } from "../panes/emoji-picker.js";
import { openMenu } from "../panes/popover.js";
import { emit, state } from "../store.js";
import { toggleReaction } from "./extras.js";

async function runShortcut(shortcut, message) {
  try {
    const answer = await post("shortcut", { callback_id: shortcut.callback_id, channel: message.channel, message_ts: message.ts });
    if (answer.ok === false) emit("toast", { text: explain(answer.error), tone: "error" });
  } catch (error) {
    emit("toast", { text: explain(error.code || error.message), tone: "error" });
  }
}

async function copyText(text, said) {
  try {
    await navigator.clipboard.writeText(text);
    emit("toast", { text: said });
  } catch {
    emit("toast", { text: "The browser does not allow copying here.", tone: "error" });
  }
}

export function messageMenu(anchor, message) {
  const root = message.thread_ts && message.thread_ts !== message.ts ? `/t/${message.thread_ts}` : "";
  const url = `${location.origin}${location.pathname}#/c/${message.channel}${root || `/m/${message.ts}`}`;
  const shortcuts = state.shortcuts.filter((sc) => sc.type === "message" || sc.type === "message_action");
  openMenu(
    anchor,
    [
      ...shortcuts.map((sc) => ({ label: sc.name, note: state.app.name, icon: icon("bolt", 16), run: () => runShortcut(sc, message) })),
      ...(shortcuts.length ? ["-"] : []),
      { label: "Copy link", icon: icon("link", 16), run: () => copyText(url, "Link copied") },
      { label: "Copy text", icon: icon("copy", 16), run: () => copyText(message.text || "", "Text copied") },
    ],
    { label: "Message actions", prefer: "right" },
  );
}

export function createToolbar(mode, lookup) {
  let ts = null;
  const message = () => lookup(ts);
  const tool = (name, label, run, extra = {}) => h("button", { type: "button", class: "icon-btn", "aria-label": label, title: label, ...extra, on: { click: (e) => message() && run(e.currentTarget, message()) } }, icon(name, 17));
  const reply = tool("reply", "Reply in thread", (_, m) => emit("open-thread", { channel: m.channel, ts: m.thread_ts || m.ts, focus: true }), { "data-testid": "reply-in-thread" });
  const node = h(
    "div",
    { class: "toolbar", data: { key: "toolbar", foreign: "yes" }, role: "toolbar", "aria-label": "Message actions" },
    ["thumbsup", "white_check_mark", "eyes"].map((name) => h("button", { type: "button", class: "icon-btn quick", "aria-label": `React ${name.replace(/_/g, " ")}`, title: `:${name}:`, on: { click: () => message() && toggleReaction(message(), name) } }, { thumbsup: "👍", white_check_mark: "✅", eyes: "👀" }[name])),
    tool("smile", "Add a reaction", (anchor, m) => openEmojiPicker(anchor, (name) => toggleReaction(m, name))),
    mode === "channel" ? reply : null,
    tool("more", "More actions", messageMenu, { "aria-haspopup": "menu", "data-testid": "message-menu" }),
  );
  return {
    node,
    moveTo(article) {
      ts = article.dataset.ts;
      const found = message();
      if (!found || found.ephemeral || found.pending) return node.remove();
      if (node.parentElement !== article) article.append(node);
      return undefined;
    },
  };
}
