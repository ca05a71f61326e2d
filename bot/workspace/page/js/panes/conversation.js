// The middle pane: one channel, its messages and its composer.

import { get, post } from "../api.js";
import { explain } from "../blocks/action.js";
import { Composer } from "../composer/composer.js";
import { sendTyped } from "../composer/send.js";
import { $, h } from "../dom.js";
import { icon } from "../icons.js";
import { channelTitle, emit, otherOf, state } from "../store.js";
import { userAvatar } from "../avatars.js";
import { hear } from "../message/extras.js";
import { emptyState } from "./empty.js";
import { Timeline } from "./timeline.js";

const PAGE = 60;

export class Conversation {
  constructor() {
    this.pane = $("#conversation");
    this.channel = null;
    this.ephemeral = new Map();
    this.more = false;
    this.loading = false;
    this.timeline = new Timeline($("#messages"), { mode: "channel", older: () => this.older(), empty: () => emptyState(this.channel) });
    this.composer = new Composer($("#composer"), {
      prefix: "",
      dropZone: this.pane,
      onSend: (typed) => this.send(typed),
      onShortcut: (sc) => this.shortcut(sc),
    });
  }

  send(typed) {
    this.timeline.toEnd();
    return sendTyped(typed, this.channel.id);
  }

  async shortcut(shortcut) {
    try {
      const answer = await post("shortcut", { callback_id: shortcut.callback_id, channel: this.channel?.id });
      if (answer.ok === false) emit("toast", { text: explain(answer.error), tone: "error" });
    } catch (error) {
      emit("toast", { text: explain(error.code || error.message), tone: "error" });
    }
  }

  head() {
    const channel = this.channel;
    const mark = channel.is_im ? userAvatar(otherOf(channel), 24) : icon(channel.is_private ? "lock" : "hash", 18);
    const topic = typeof channel.topic === "object" ? channel.topic?.value : channel.topic;
    $("#channel-head").replaceChildren(h("h1", { class: "channel-title" }, h("span", { class: "channel-mark" }, mark), channelTitle(channel)), topic ? h("p", { class: "channel-topic" }, topic) : "");
    document.title = `${channel.is_im ? "" : "#"}${channelTitle(channel)} · ${state.team.name}`;
  }

  async show(channel, { focus } = {}) {
    const changed = this.channel?.id !== channel.id;
    this.channel = channel;
    this.head();
    this.composer.use(`c:${channel.id}`, channel.is_im ? `Message ${channelTitle(channel)}` : `Message #${channel.name}`);
    if (changed) await this.load();
    if (focus) this.composer.focus();
  }

  async load() {
    const id = this.channel.id;
    this.loading = true;
    try {
      const page = await get("history", { channel: id, limit: PAGE, user: state.me });
      if (this.channel.id !== id) return;
      this.more = Boolean(page.has_more);
      const local = this.ephemeral.get(id) || [];
      this.timeline.reset([...page.messages.map((m) => ({ ...m, channel: id })), ...local]);
    } catch (error) {
      this.timeline.reset([]);
      emit("toast", { text: explain(error.code || error.message), tone: "error" });
    } finally {
      this.loading = false;
    }
  }

  /** After a lost connection: fetch the newest page and merge it in place. */
  async refresh() {
    if (!this.channel) return;
    const id = this.channel.id;
    const page = await get("history", { channel: id, limit: PAGE, user: state.me });
    if (this.channel.id === id) this.timeline.merge(page.messages.map((m) => ({ ...m, channel: id })));
  }

  async older() {
    if (!this.more || this.loading) return;
    this.loading = true;
    const id = this.channel.id;
    const first = this.timeline.sorted().find((m) => !m.ephemeral);
    try {
      const page = await get("history", { channel: id, before: first?.ts, limit: PAGE, user: state.me });
      if (this.channel.id !== id) return;
      this.more = Boolean(page.has_more) && page.messages.length > 0;
      this.timeline.prepend(page.messages.map((m) => ({ ...m, channel: id })));
    } finally {
      this.loading = false;
    }
  }

  holds(message) {
    return this.channel?.id === message.channel && (!message.thread_ts || message.thread_ts === message.ts || message.subtype === "thread_broadcast");
  }

  keepEphemeral(message) {
    const all = this.ephemeral.get(message.channel) || [];
    this.ephemeral.set(message.channel, [...all.filter((m) => m.ts !== message.ts), message]);
  }

  dropEphemeral({ channel, ts }) {
    this.ephemeral.set(channel, (this.ephemeral.get(channel) || []).filter((m) => m.ts !== ts));
  }

  /** A reply moved the thread's summary on, unless the server has already said so. */
  bump(reply) {
    if (this.channel?.id !== reply.channel) return;
    const root = this.timeline.messages.get(reply.thread_ts);
    hear(reply);
    if (!root || parseFloat(root.latest_reply || 0) >= parseFloat(reply.ts)) return;
    const who = reply.user || (reply.bot_id ? state.app.bot_user_id : "");
    const users = root.reply_users || [];
    this.timeline.patch(root.ts, { reply_count: (root.reply_count || 0) + 1, latest_reply: reply.ts, reply_users: users.includes(who) ? users : [...users, who] });
  }
}
