// Block Kit: one function per block type; an unknown type becomes a small note, never an error.

import { h } from "../dom.js";
import { markdown } from "../text/markdown.js";
import { richText } from "../text/rich.js";
import { alert, card, carousel, container, contextActions, plan, taskCard } from "./agent.js";
import { actions, context, divider, file, header, image, input, section, video } from "./basic.js";
import { table } from "./table.js";

const BLOCKS = {
  section, header, context, actions, divider, image, input, table, plan, alert, card, carousel, container, file, video,
  markdown: (block) => markdown(block.text),
  rich_text: (block) => richText(block),
  task_card: taskCard,
  context_actions: contextActions,
};

export function renderBlock(block, ctx, index) {
  const type = block?.type || "nothing";
  const blockId = block?.block_id || `b${ctx.depth || ""}${index}`;
  const inner = { ...ctx, blockId };
  let node;
  try {
    node = BLOCKS[type] ? BLOCKS[type](block, inner, renderBlocks) : h("p", { class: "unknown" }, `${type} block: not shown here`);
  } catch (error) {
    console.error("block", type, error);
    node = h("p", { class: "unknown" }, `${type} block: could not be shown`);
  }
  return h("div", { class: ["block", `block-${type}`], "data-block-id": blockId, "data-key": blockId }, node);
}

/** ctx: {channel?, ts?, viewId?, live, errors?} */
export function renderBlocks(blocks, ctx) {
  return h("div", { class: "blocks" }, (blocks || []).map((block, i) => renderBlock(block, ctx, i)));
}
