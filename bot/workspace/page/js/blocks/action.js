// What happens when somebody uses an element: confirm, show it as pending at once, tell the server.

import { post } from "../api.js";
import { h } from "../dom.js";
import { emit } from "../store.js";
import { confirmDialog } from "../panes/confirm.js";
import { stateValues } from "./values.js";

const PENDING_LIMIT = 10000; // ms until a button that nobody answered is free again

function setPending(node) {
  node.classList.add("pending");
  node.setAttribute("aria-busy", "true");
  const free = () => {
    node.classList.remove("pending");
    node.removeAttribute("aria-busy");
  };
  setTimeout(free, PENDING_LIMIT);
  return free;
}

/** Context of an element: {channel, ts, viewId, blockId}. */
export async function act(ctx, node, element, extra = {}) {
  if (node.classList.contains("pending")) return;
  if (element.confirm && !(await confirmDialog(element.confirm))) return;
  const free = setPending(node);
  const scope = node.closest("[data-scope]");
  const body = {
    action: { action_id: element.action_id, block_id: ctx.blockId, type: element.type, ...extra },
    state: { values: scope ? stateValues(scope) : {} },
  };
  if (ctx.viewId) body.view_id = ctx.viewId;
  if (ctx.channel) body.channel = ctx.channel;
  if (ctx.ts) body.message_ts = ctx.ts;
  try {
    const answer = await post("action", body);
    if (answer.ok === false) emit("toast", { text: explain(answer.error), tone: "error" });
    setTimeout(free, 600);
  } catch (error) {
    free();
    emit("toast", { text: explain(error.code || error.message), tone: "error" });
  }
}

export function explain(code) {
  if (code === "operation_timeout") return "The app did not answer within three seconds. Try again.";
  if (code === "ratelimited") return "Too many calls just now. Try again in a moment.";
  if (!code || /failed to fetch|networkerror/i.test(code)) return "No connection to the workspace. Nothing was sent.";
  return `That did not work: ${code}`;
}

/** Attributes every interactive element carries. */
export function hooks(ctx, element) {
  return { "data-action-id": element.action_id || null, "data-block-id": ctx.blockId || null, "data-key": `${ctx.blockId}/${element.action_id}` };
}

export const spinner = () => h("span", { class: "spinner", "aria-hidden": "true" });
