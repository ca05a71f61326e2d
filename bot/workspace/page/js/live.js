// Brings what the socket and the page itself report into the panes.

import { claim, expecting, resend, waiting } from "./composer/send.js";
import { summary } from "./message/message.js";
import { announce } from "./panes/toast.js";
import { authorOf, emit, listen, state } from "./store.js";

const ROTATE = 3000; // ms between two loading messages

export function startLive({ conversation, thread, openThread, narrow }) {
  const panes = [conversation, thread];
  const holders = (message) => panes.filter((pane) => pane.holds(message));

  function isReply(message) {
    return message.thread_ts && message.thread_ts !== message.ts;
  }

  function maybeOpen(message) {
    const key = `${message.channel}/${message.thread_ts}`;
    if (!expecting.has(key) || !authorOf(message).bot) return;
    expecting.delete(key);
    const elsewhere = state.view.kind !== "channel" || state.view.id !== message.channel;
    if (!narrow() && !elsewhere && !state.thread) openThread(message.channel, message.thread_ts, {});
  }

  function note(message) {
    const shown = holders(message).length > 0;
    const own = message.user === state.me && !message.bot_id;
    if (shown && !own) announce(`${authorOf(message).name}: ${summary(message)}`);
    const here = state.view.kind === "channel" && state.view.id === message.channel;
    if (!own && (!here || document.hidden)) emit("unread", message.channel);
  }

  listen("event:message", ({ message }) => {
    const localTs = claim(message);
    for (const pane of holders(message)) {
      if (localTs) pane.timeline.rekey(localTs, message);
      else pane.timeline.upsert(message);
    }
    if (isReply(message)) {
      conversation.bump(message);
      maybeOpen(message);
    }
    note(message);
  });

  listen("event:message_changed", ({ message }) => {
    for (const pane of panes) {
      if (!pane.holds(message)) continue;
      const old = pane.timeline.messages.get(message.ts);
      pane.timeline.upsert({ ...keep(old), ...message });
    }
  });

  /** The server may leave a thread's summary out of an edit. */
  function keep(old) {
    if (!old) return {};
    const { reply_count, reply_users, latest_reply, reactions } = old;
    return { reply_count, reply_users, latest_reply, reactions };
  }

  listen("voices", ({ channel, ts }) => conversation.channel?.id === channel && conversation.timeline.redraw(ts));

  listen("event:message_deleted", ({ channel, ts }) => {
    for (const pane of panes) if (pane.holds({ channel, ts }) || pane.timeline.messages.has(ts)) pane.timeline.remove(ts);
    if (state.thread?.channel === channel && state.thread.ts === ts) emit("close-thread");
  });

  const reacted = ({ channel, ts, reactions }) => {
    for (const pane of panes) {
      const message = pane.timeline.messages.get(ts);
      if (message && message.channel === channel) pane.timeline.patch(ts, { reactions });
    }
  };
  listen("event:reaction", reacted);
  listen("local:reaction", reacted);

  function ephemeral(channel, threadTs, message) {
    const whole = { ts: message.ts || (Date.now() / 1000).toFixed(6), ...message, channel, ephemeral: true };
    if (threadTs) whole.thread_ts = threadTs;
    if (!threadTs) conversation.keepEphemeral(whole);
    const open = holders(whole);
    for (const pane of open) pane.timeline.upsert(whole);
    if (!open.length && state.view.id === channel) {
      delete whole.thread_ts;
      conversation.timeline.upsert(whole);
    }
    announce(`Only visible to you: ${summary(whole)}`);
  }
  listen("event:ephemeral", ({ channel, thread_ts: threadTs, message }) => ephemeral(channel, threadTs, message));
  listen("local:note", ({ channel, text }) => ephemeral(channel, null, { text, bot_id: state.app.id || "app", user: state.app.bot_user_id }));

  listen("dismiss", (message) => {
    waiting.delete(message.ts);
    conversation.dropEphemeral(message);
    for (const pane of panes) if (pane.timeline.messages.has(message.ts)) pane.timeline.remove(message.ts);
  });
  listen("local:drop", ({ ts }) => {
    for (const pane of panes) if (pane.timeline.messages.has(ts)) pane.timeline.remove(ts);
  });
  listen("resend", (message) => {
    (message.thread_ts ? thread : conversation).composer.focus();
    resend(message);
  });

  listen("local:message", (message) => {
    for (const pane of holders(message)) pane.timeline.upsert({ ...message });
  });
  listen("local:sent", ({ localTs, message }) => {
    for (const pane of holders(message)) pane.timeline.rekey(localTs, message);
    if (isReply(message)) conversation.bump(message);
  });

  function drawStatus(key) {
    const [channel, ts] = key.split("/");
    if (conversation.channel?.id === channel) conversation.timeline.redraw(ts);
    if (thread.key === key) thread.status();
  }

  listen("event:status", (event) => {
    const key = `${event.channel}/${event.thread_ts}`;
    const known = state.statuses.get(key) || { channel: event.channel, thread_ts: event.thread_ts };
    const change = event.session ? { session: event.status } : { status: event.status, loading_messages: event.loading_messages, turn: 0 };
    const next = { ...known, ...change };
    if (next.status || next.session === "processing" || next.session === "suspended") state.statuses.set(key, next);
    else state.statuses.delete(key);
    drawStatus(key);
  });

  setInterval(() => {
    for (const [key, status] of state.statuses) {
      if ((status.loading_messages || []).length < 2) continue;
      status.turn += 1;
      drawStatus(key);
    }
  }, ROTATE);
}
