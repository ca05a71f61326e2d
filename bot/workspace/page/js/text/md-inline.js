// The inline half of Markdown: code, emphasis, links, line breaks.

import { frag, h, link, safeUrl } from "../dom.js";
import { emojiNode, entity } from "./entities.js";

const ESCAPABLE = /[\\`*_{}[\]()#+\-.!~|<>:]/;
const BARE_URL = /^https?:\/\/[^\s<>]*[^\s<>.,;:!?)'"\]*]/i;

function code(text, i) {
  const ticks = /^`+/.exec(text.slice(i))[0];
  const end = text.indexOf(ticks, i + ticks.length);
  if (end < 0) return null;
  return { node: h("code", null, text.slice(i + ticks.length, end).replace(/^ (.*) $/, "$1")), end: end + ticks.length };
}

function bracketEnd(text, i) {
  let depth = 0;
  for (let k = i; k < text.length; k += 1) {
    if (text[k] === "\\") k += 1;
    else if (text[k] === "[") depth += 1;
    else if (text[k] === "]" && (depth -= 1) === 0) return k;
  }
  return -1;
}

function anchor(text, i) {
  const image = text[i] === "!";
  const open = image ? i + 1 : i;
  const close = bracketEnd(text, open);
  if (close < 0 || text[close + 1] !== "(") return null;
  const target = /^\(\s*<?([^\s()<>]*(?:\([^\s()]*\)[^\s()<>]*)*)>?(?:\s+["'][^"']*["'])?\s*\)/.exec(text.slice(close + 1));
  if (!target) return null;
  const label = text.slice(open + 1, close);
  const end = close + 1 + target[0].length;
  if (!safeUrl(target[1])) return { node: h("span", null, inlineMd(label || target[1])), end };
  return { node: link(target[1], label ? inlineMd(label) : target[1]), end };
}

const RUNS = [
  ["***", (inner) => h("strong", null, h("em", null, inner))],
  ["**", (inner) => h("strong", null, inner)],
  ["__", (inner) => h("strong", null, inner)],
  ["~~", (inner) => h("s", null, inner)],
  ["*", (inner) => h("em", null, inner)],
  ["_", (inner) => h("em", null, inner)],
];

function findClose(text, from, mark) {
  for (let k = from; k < text.length; k += 1) {
    if (text[k] === "\\") {
      k += 1;
      continue;
    }
    if (text[k] === "`") {
      const end = text.indexOf("`", k + 1);
      if (end > 0) k = end;
      continue;
    }
    if (!text.startsWith(mark, k) || /\s/.test(text[k - 1])) continue;
    if (mark.length === 1 && (text[k + 1] === mark || text[k - 1] === mark)) continue;
    if (mark[0] === "_" && /\w/.test(text[k + mark.length] || "")) continue;
    return k;
  }
  return -1;
}

function emphasis(text, i) {
  for (const [mark, wrap] of RUNS) {
    if (!text.startsWith(mark, i)) continue;
    const first = text[i + mark.length];
    if (!first || /\s/.test(first)) continue;
    if (mark[0] === "_" && i > 0 && /\w/.test(text[i - 1])) return null;
    const end = findClose(text, i + mark.length + 1, mark);
    if (end > 0) return { node: wrap(inlineMd(text.slice(i + mark.length, end))), end: end + mark.length };
  }
  return null;
}

function angle(text, i) {
  const br = /^<br\s*\/?>/i.exec(text.slice(i, i + 8));
  if (br) return { node: h("br"), end: i + br[0].length };
  const end = text.indexOf(">", i);
  const node = end < 0 ? null : entity(text.slice(i + 1, end));
  return node ? { node, end: end + 1 } : null;
}

function emoji(text, i) {
  const match = /^:([a-z0-9_+-]+):/i.exec(text.slice(i, i + 50));
  const node = match ? emojiNode(match[1]) : null;
  return node && node.nodeType === 1 ? { node, end: i + match[0].length } : null;
}

function url(text, i) {
  const match = i > 0 && /\w/.test(text[i - 1]) ? null : BARE_URL.exec(text.slice(i, i + 2000));
  return match ? { node: link(match[0], match[0]), end: i + match[0].length } : null;
}

function attempt(text, i) {
  const c = text[i];
  if (c === "\\" && ESCAPABLE.test(text[i + 1] || "")) return { node: document.createTextNode(text[i + 1]), end: i + 2 };
  if (c === "`") return code(text, i);
  if (c === "[" || (c === "!" && text[i + 1] === "[")) return anchor(text, i);
  if (c === "*" || c === "_" || c === "~") return emphasis(text, i);
  if (c === "<") return angle(text, i);
  if (c === ":") return emoji(text, i);
  if (c === "h") return url(text, i);
  return c === "\n" ? { node: h("br"), end: i + 1 } : null;
}

const ENTITIES = { "&lt;": "<", "&gt;": ">", "&amp;": "&", "&quot;": '"', "&#39;": "'", "&nbsp;": " " };
const decode = (text) => text.replace(/&(?:lt|gt|amp|quot|nbsp|#39);/g, (m) => ENTITIES[m]);

export function inlineMd(text) {
  const out = frag();
  let plain = "";
  for (let i = 0; i < text.length; ) {
    const hit = attempt(text, i);
    if (!hit) {
      plain += text[i];
      i += 1;
      continue;
    }
    if (plain) out.append(decode(plain));
    plain = "";
    out.append(hit.node);
    i = hit.end;
  }
  if (plain) out.append(decode(plain));
  return out;
}
