// One message as a node: head, text or blocks, files, reactions, thread summary.

import { h } from "../dom.js";
import { avatarOf } from "../avatars.js";
import { renderBlocks } from "../blocks/index.js";
import { icon } from "../icons.js";
import { authorOf, emit, state } from "../store.js";
import { clock, fullTime } from "../time.js";
import { bareText, mrkdwn } from "../text/mrkdwn.js";
import { filesOf } from "./files.js";
import { reactions, replies, statusLine } from "./extras.js";

const BLOCKY = new Set(["DIV", "P", "UL", "OL", "LI", "BLOCKQUOTE", "SPAN", "STRONG", "EM"]);

/** Put the soft cursor behind the last words of a streaming message. */
function addCursor(body) {
  let at = body;
  while (at.lastElementChild && BLOCKY.has(at.lastElementChild.nodeName) && !at.lastElementChild.matches(".actions, .context, .emoji, .plan, .tasks")) at = at.lastElementChild;
  at.append(h("span", { class: "cursor", "aria-hidden": "true" }));
}

function bodyOf(message) {
  const ctx = { kind: "message", channel: message.channel, ts: message.ts, live: false };
  const blocks = message.blocks?.length && !plainEcho(message) ? renderBlocks(message.blocks, ctx) : null;
  const text = !blocks && message.text ? h("div", { class: "txt" }, mrkdwn(message.text)) : null;
  const body = h("div", { class: "msg-body", "data-scope": message.ts }, blocks || text);
  if (message.streaming) addCursor(body);
  if (message.edited && !blocks) (body.querySelector(":scope > .txt") || body).append(h("span", { class: "edited" }, " (edited)"));
  return body;
}

/** A person's own message may come with a rich_text copy of its text; the text carries everything. */
function plainEcho(message) {
  return !message.bot_id && !message.username && message.text && message.blocks.length === 1 && message.blocks[0].type === "rich_text";
}

function headOf(message, author) {
  return h(
    "div",
    { class: "msg-head" },
    h("span", { class: "msg-author" }, author.name),
    author.bot ? h("span", { class: "tag" }, "APP") : null,
    h("time", { class: "msg-time", title: fullTime(message.ts) }, clock(message.ts)),
  );
}

function noteOf(message) {
  if (message.ephemeral) {
    const drop = () => emit("dismiss", { channel: message.channel, ts: message.ts });
    return h("div", { class: "msg-note" }, icon("eye", 14), "Only visible to you", h("button", { type: "button", class: "text-btn", on: { click: drop } }, "Dismiss"));
  }
  if (message.subtype === "thread_broadcast") return h("div", { class: "msg-note" }, icon("reply", 14), "Replied in a thread and sent to the channel");
  return null;
}

function failedOf(message) {
  if (!message.failed) return null;
  const again = () => emit("resend", message);
  const drop = () => emit("dismiss", { channel: message.channel, ts: message.ts });
  return h("div", { class: "msg-failed", role: "alert" }, icon("alert", 15), "Not sent.", h("button", { type: "button", class: "text-btn", on: { click: again } }, "Try again"), h("button", { type: "button", class: "text-btn", on: { click: drop } }, "Discard"));
}

const SMALL = new Set(["channel_join", "group_join", "channel_topic", "channel_name", "channel_leave", "group_leave", "channel_purpose"]);

/** mode: "channel" shows the thread summary, "thread" does not. */
export function messageNode(message, { mode }) {
  const author = authorOf(message);
  const classes = ["msg", message.pending && "sending", message.streaming && "streaming", message.ephemeral && "ephemeral", SMALL.has(message.subtype) && "quiet"];
  const label = `${author.name}, ${clock(message.ts)}`;
  return h(
    "article",
    { class: classes, tabindex: "-1", "aria-label": label, "data-testid": "message", "data-ts": message.ts, "data-key": message.ts, "data-author": author.name },
    noteOf(message),
    h(
      "div",
      { class: "msg-row" },
      h("div", { class: "msg-face", data: { same: `${author.id}|${author.name}|${author.icon.emoji || ""}` } }, avatarOf(message, 36)),
      h("time", { class: "msg-gutter", title: fullTime(message.ts), "aria-hidden": "true" }, clock(message.ts)),
      h("div", { class: "msg-main" }, headOf(message, author), bodyOf(message), filesOf(message), failedOf(message), reactions(message), mode === "channel" ? [replies(message), statusLine(state.statuses.get(`${message.channel}/${message.ts}`))] : null),
    ),
  );
}

/** One line for screen readers and previews. */
export function summary(message) {
  const fromBlocks = (message.blocks || []).map((b) => b.text?.text || (typeof b.text === "string" ? b.text : "") || b.title?.text || (typeof b.title === "string" ? b.title : "")).filter(Boolean).join(" ");
  return bareText(message.text || fromBlocks);
}

/** Same voice within five minutes and no thread between: the head is left out. */
export function continues(previous, message) {
  if (!previous || previous.reply_count || previous.ephemeral !== message.ephemeral || previous.subtype !== message.subtype) return false;
  const a = authorOf(previous);
  const b = authorOf(message);
  return a.name === b.name && a.id === b.id && parseFloat(message.ts) - parseFloat(previous.ts) < 300;
}
