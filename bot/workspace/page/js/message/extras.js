// What stands under a message: reactions, the thread's summary, the status of the work.

import { h } from "../dom.js";
import { post } from "../api.js";
import { userAvatar } from "../avatars.js";
import { icon } from "../icons.js";
import { openEmojiPicker } from "../panes/emoji-picker.js";
import { emit, state, userName } from "../store.js";
import { ago } from "../time.js";
import { emojiNode } from "../text/entities.js";

/** Toggle at once, tell the server, and put it back when that fails. */
export async function toggleReaction(message, name) {
  const before = message.reactions || [];
  const mine = before.find((r) => r.name === name)?.users?.includes(state.me);
  const after = before.map((r) => ({ ...r, users: [...(r.users || [])] }));
  const entry = after.find((r) => r.name === name);
  if (mine) entry.users = entry.users.filter((u) => u !== state.me);
  else if (entry) entry.users.push(state.me);
  else after.push({ name, users: [state.me] });
  const shown = after.filter((r) => r.users.length).map((r) => ({ ...r, count: r.users.length }));
  emit("local:reaction", { channel: message.channel, ts: message.ts, reactions: shown });
  try {
    await post("reaction", { channel: message.channel, ts: message.ts, name, add: !mine });
  } catch (error) {
    emit("local:reaction", { channel: message.channel, ts: message.ts, reactions: before });
    emit("toast", { text: `The reaction was not saved: ${error.message}`, tone: "error" });
  }
}

export function reactions(message) {
  if (!message.reactions?.length) return null;
  const chips = message.reactions.map((r) => {
    const mine = (r.users || []).includes(state.me);
    const who = (r.users || []).map((u) => (u === state.me ? "you" : userName(u))).join(", ");
    return h(
      "button",
      { type: "button", class: ["chip", mine && "mine"], "aria-pressed": String(mine), title: `${who} · :${r.name}:`, "aria-label": `${r.name.replace(/_/g, " ")}, ${r.count}`, data: { key: r.name }, on: { click: () => toggleReaction(message, r.name) } },
      emojiNode(r.name),
      h("span", { class: "chip-count" }, r.count),
    );
  });
  const adder = h("button", { type: "button", class: "chip add", "aria-label": "Add a reaction", title: "Add a reaction", data: { key: "add" }, on: { click: (e) => openEmojiPicker(e.currentTarget, (name) => toggleReaction(message, name)) } }, icon("smile", 15));
  return h("div", { class: "reactions" }, chips, adder);
}

export function replies(message) {
  if (!message.reply_count) return null;
  const users = (message.reply_users || []).slice(0, 4);
  const open = () => emit("open-thread", { channel: message.channel, ts: message.ts, focus: true });
  return h(
    "button",
    { type: "button", class: "replies", "data-testid": "reply-count", data: { key: "replies" }, on: { click: open } },
    h("span", { class: "faces" }, users.map((u) => h("span", { class: "face", data: { key: u, same: u } }, userAvatar(u, 22)))),
    h("span", { class: "replies-count" }, message.reply_count === 1 ? "1 reply" : `${message.reply_count} replies`),
    message.latest_reply ? h("span", { class: "replies-when" }, `Last reply ${ago(message.latest_reply)}`) : null,
    icon("chevron", 14),
  );
}

const SESSION = { processing: "is working…", suspended: "is waiting for an answer", active: "", closed: "" };

/** "Lead is planning…"; the dots are drawn, so that the words stay quotable. */
export function statusLine(status) {
  const said = status?.status && status.status in SESSION ? SESSION[status.status] : status?.status;
  if (!said) return null;
  const loading = status.loading_messages || [];
  const text = loading.length ? loading[(status.turn || 0) % loading.length] : said;
  const who = status.username || state.app.name;
  const words = loading.length || text.toLowerCase().startsWith(who.toLowerCase()) ? text : `${who} ${text}`;
  return h("div", { class: "status-line", role: "status", data: { key: "status" } }, h("span", { class: "dots", "aria-hidden": "true" }, h("i"), h("i"), h("i")), h("span", null, words.replace(/(…|\.\.\.)$/, "")));
}
