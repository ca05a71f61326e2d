// Sending: a message stands in the list at once and is bound to the server's copy when that arrives.

import { post, upload } from "../api.js";
import { explain } from "../blocks/action.js";
import { emit, state } from "../store.js";
import { encode, mentionsBot } from "./encode.js";

/** Messages shown before the server confirmed them: local ts → message. */
export const waiting = new Map();

/** Messages of mine whose thread opens by itself once the app answers in it. */
export const expecting = new Set();

const localTs = () => (Date.now() / 1000).toFixed(6);

/** The waiting copy that a message from the server belongs to; it may come before the answer to its sending. */
export function claim(message) {
  for (const [ts, local] of waiting) {
    const same = local.channel === message.channel && local.user === message.user && local.text === message.text && (local.thread_ts || "") === (message.thread_ts || "");
    if (same && !local.failed) {
      waiting.delete(ts);
      expect(message);
      return ts;
    }
  }
  return null;
}

function expect(message) {
  const channel = state.channels.get(message.channel);
  if (!message.thread_ts && (mentionsBot(message.text) || channel?.is_im)) expecting.add(`${message.channel}/${message.ts}`);
}

async function deliver(local, files) {
  waiting.set(local.ts, local);
  emit("local:message", local);
  let answered = false;
  try {
    const body = { channel: local.channel, text: local.text, thread_ts: local.thread_ts };
    const answers = [];
    if (!files.length) answers.push(await post("message", body));
    for (const [i, file] of files.entries()) answers.push(await upload(file, { ...body, text: i ? "" : local.text }));
    answered = true;
    const first = answers[0]?.message;
    const unclaimed = waiting.delete(local.ts);
    if (!first) throw new Error(answers[0]?.error || "no answer");
    if (unclaimed) expect({ ...local, ...first });
    emit("local:sent", { localTs: local.ts, message: { channel: local.channel, ...first } });
    for (const more of answers.slice(1)) if (more.message) emit("local:message", { channel: local.channel, ...more.message });
  } catch (error) {
    if (!answered && files.length < 2 && !waiting.has(local.ts)) return; // it stands there: only the answer to its sending was lost
    local.failed = true;
    local.pending = false;
    local.files_kept = files;
    waiting.set(local.ts, local);
    emit("local:message", local);
    emit("toast", { text: explain(error.code || error.message), tone: "error" });
  }
}

async function command(channel, typed) {
  const [name, ...rest] = typed.split(/\s+/);
  const args = encode(typed.slice(name.length).trim());
  emit("command:running", { channel, text: typed, on: true });
  try {
    const answer = await post("command", { channel, command: name, text: rest.length ? args : "" });
    if (answer.ok === false) emit("local:note", { channel, text: `\`${name}\` failed: ${explain(answer.error)}` });
  } catch (error) {
    emit("local:note", { channel, text: `\`${name}\` failed: ${explain(error.code || error.message)}` });
  } finally {
    emit("command:running", { channel, on: false });
  }
}

/** Returns false when nothing was sent and the text must stay in the composer. */
export function sendTyped({ text, files }, channel, threadTs) {
  if (text.startsWith("/") && /^\/[a-z]/i.test(text)) {
    const name = text.split(/\s/)[0];
    if (name !== "/invite" && !state.commands.some((c) => c.command === name)) {
      emit("toast", { text: `${name} is not a command here.`, tone: "error" });
      return false;
    }
    if (threadTs) {
      emit("toast", { text: `${name} cannot be run in a thread. Mention the app instead.`, tone: "error" });
      return false;
    }
    command(channel, text);
    return true;
  }
  const local = { ts: localTs(), channel, user: state.me, text: encode(text), pending: true };
  if (threadTs) local.thread_ts = threadTs;
  deliver(local, files);
  return true;
}

export function resend(message) {
  const files = message.files_kept || [];
  waiting.delete(message.ts);
  emit("local:drop", message);
  deliver({ channel: message.channel, user: message.user, text: message.text, thread_ts: message.thread_ts, ts: localTs(), pending: true }, files);
}
