// What stands under a message: reactions, the thread's summary, the status of the work.

import { h } from "../dom.js";
import { post } from "../api.js";
import { avatarOf } from "../avatars.js";
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

/** The app answers under its user id or its bot id; both are the same face. */
const personOf = (id) => (state.users.has(id) ? id : state.app.bot_user_id);

const voiceKey = (voice) => voice.username || personOf(voice.user || "");

/** Keep who spoke in a thread, so that its summary can show the specialists and not only the app. */
export function hear(message) {
  const key = `${message.channel}/${message.thread_ts}`;
  if (!state.voices.has(key)) state.voices.set(key, new Map());
  const { username, icons, bot_id: botId } = message;
  const user = personOf(message.user || "");
  const voice = { username, icons, bot_id: botId, user };
  state.voices.get(key).set(voiceKey(voice), voice);
}

export function replies(message) {
  if (!message.reply_count) return null;
  const said = state.voices.get(`${message.channel}/${message.ts}`);
  const faces = said?.size ? [...said.values()] : [...new Set((message.reply_users || []).map(personOf))].map((user) => ({ user }));
  const open = () => emit("open-thread", { channel: message.channel, ts: message.ts, focus: true });
  return h(
    "button",
    { type: "button", class: "replies", "data-testid": "reply-count", data: { key: "replies" }, on: { click: open } },
    h("span", { class: "faces" }, faces.slice(0, 5).map((voice) => h("span", { class: "face", data: { key: voiceKey(voice), same: voiceKey(voice) } }, avatarOf(voice, 22)))),
    h("span", { class: "replies-count" }, message.reply_count === 1 ? "1 reply" : `${message.reply_count} replies`),
    message.latest_reply ? h("span", { class: "replies-when" }, `Last reply ${ago(message.latest_reply)}`) : null,
    icon("chevron", 14),
  );
}

const SESSION = { processing: "is working…", suspended: "is waiting for an answer" };

async function stopSession({ channel, thread_ts: threadTs }) {
  try {
    await post("session/stop", { channel, thread_ts: threadTs });
  } catch (error) {
    emit("toast", { text: `Not stopped: ${error.message}`, tone: "error" });
  }
}

/** "Lead is planning…"; the dots are drawn, so that the words stay quotable. */
export function statusLine(status) {
  const said = status?.status || SESSION[status?.session];
  if (!said) return null;
  const loading = (status.status && status.loading_messages) || [];
  const text = loading.length ? loading[(status.turn || 0) % loading.length] : said;
  const sentence = /^[a-z]/.test(text) && !loading.length ? `${state.app.name} ${text}` : text;
  const stop = status.session === "processing" ? h("button", { type: "button", class: "text-btn", "data-testid": "stop-session", on: { click: () => stopSession(status) } }, "Stop") : null;
  const dots = status.session === "suspended" && !status.status ? null : h("span", { class: "dots", "aria-hidden": "true" }, h("i"), h("i"), h("i"));
  return h("div", { class: "status-line", role: "status", data: { key: "status" } }, dots, h("span", null, sentence.replace(/(…|\.\.\.)$/, "")), stop);
}
