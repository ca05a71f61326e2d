// rich_text blocks: sections, lists, quotes and preformatted text.

import { frag, h, link } from "../dom.js";
import { slackDate } from "../time.js";
import { codeBlock } from "./code.js";
import { channelPill, emojiNode, groupPill, userPill } from "./entities.js";

function styled(node, style) {
  let out = node;
  if (!style) return out;
  if (style.code) out = h("code", null, out);
  if (style.bold) out = h("strong", null, out);
  if (style.italic) out = h("em", null, out);
  if (style.strike) out = h("s", null, out);
  if (style.underline) out = h("u", null, out);
  return out;
}

function withBreaks(text) {
  const out = frag();
  String(text ?? "").split("\n").forEach((line, i) => {
    if (i) out.append(h("br"));
    if (line) out.append(line);
  });
  return out;
}

const PARTS = {
  text: (e) => withBreaks(e.text),
  link: (e) => link(e.url, e.text || e.url),
  user: (e) => userPill(e.user_id),
  usergroup: (e) => groupPill(e.usergroup_id),
  channel: (e) => channelPill(e.channel_id),
  emoji: (e) => emojiNode(e.name || "", e.unicode),
  broadcast: (e) => h("span", { class: "pill me" }, `@${e.range}`),
  date: (e) => h("time", { class: "stamp" }, slackDate(e.timestamp, e.format || "{date_short} {time}") || e.fallback || ""),
  color: (e) => h("span", null, h("span", { class: "swatch", style: { background: /^#[0-9a-f]{3,8}$/i.test(e.value) ? e.value : "none" } }), e.value),
  team: (e) => document.createTextNode(e.team_id || ""),
};

function parts(elements) {
  return (elements || []).map((e) => styled((PARTS[e.type] || ((x) => document.createTextNode(x.text || "")))(e), e.style));
}

function list(e) {
  const tag = e.style === "ordered" ? "ol" : "ul";
  return h(
    tag,
    { class: "rt-list", style: { "--depth": e.indent || 0 }, start: e.offset ? e.offset + 1 : null, data: { depth: (e.indent || 0) % 3 } },
    (e.elements || []).map((item) => h("li", null, item.type === "rich_text_section" ? parts(item.elements) : element(item))),
  );
}

function element(e) {
  if (e.type === "rich_text_list") return list(e);
  if (e.type === "rich_text_quote") return h("blockquote", null, parts(e.elements));
  if (e.type === "rich_text_preformatted") return codeBlock((e.elements || []).map((p) => p.text || p.url || "").join(""), e.language);
  return h("p", { class: "rt" }, parts(e.elements));
}

export const richText = (block) => h("div", { class: "rich" }, (block?.elements || []).map(element));
