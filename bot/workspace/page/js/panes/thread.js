// The right pane: one thread beside the conversation.

import { get } from "../api.js";
import { explain } from "../blocks/action.js";
import { Composer } from "../composer/composer.js";
import { sendTyped } from "../composer/send.js";
import { $, h } from "../dom.js";
import { hear, statusLine } from "../message/extras.js";
import { channelTitle, emit, state } from "../store.js";
import { Timeline } from "./timeline.js";

export class Thread {
  constructor() {
    this.pane = $("#thread");
    this.timeline = new Timeline($("#thread-messages"), { mode: "thread" });
    this.composer = new Composer($("#thread-composer"), {
      prefix: "thread-",
      dropZone: this.pane,
      onSend: (typed) => {
        this.timeline.toEnd();
        return sendTyped(typed, state.thread.channel, state.thread.ts);
      },
    });
    $("#thread-close").addEventListener("click", () => emit("close-thread"));
  }

  get key() {
    return state.thread ? `${state.thread.channel}/${state.thread.ts}` : "";
  }

  async open(channel, ts, { focus, root } = {}) {
    const same = this.key === `${channel}/${ts}`;
    state.thread = { channel, ts };
    this.pane.hidden = false;
    document.body.classList.add("with-thread");
    const where = state.channels.get(channel);
    $("#thread-where").textContent = where ? `${where.is_im ? "" : "#"}${channelTitle(where)}` : "";
    if (!same) {
      this.composer.use(`t:${channel}/${ts}`, "Reply in thread");
      this.timeline.reset(root ? [root] : []);
      await this.load();
    }
    this.status();
    if (focus) this.composer.focus();
  }

  async load() {
    const wanted = this.key;
    try {
      const { messages } = await get("thread", { channel: state.thread.channel, ts: state.thread.ts, user: state.me });
      if (this.key !== wanted) return;
      for (const m of messages) if (m.ts !== state.thread.ts) hear({ ...m, channel: state.thread.channel });
      emit("voices", state.thread);
      const stuck = this.timeline.stick;
      this.timeline.merge(messages.map((m) => ({ ...m, channel: state.thread.channel })));
      if (stuck) this.timeline.toEnd();
    } catch (error) {
      emit("toast", { text: explain(error.code || error.message), tone: "error" });
    }
  }

  close() {
    state.thread = null;
    this.pane.hidden = true;
    document.body.classList.remove("with-thread");
  }

  holds(message) {
    return state.thread && message.channel === state.thread.channel && (message.ts === state.thread.ts || message.thread_ts === state.thread.ts);
  }

  status() {
    const line = statusLine(state.statuses.get(this.key));
    $("#thread-status").replaceChildren(line || h("span"));
  }
}
