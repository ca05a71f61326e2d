// Slack's own markup (mrkdwn) as DOM nodes.

import { frag, h, link } from "../dom.js";
import { emojiNode, entity, unescape } from "./entities.js";

const MARKS = { "*": "strong", _: "em", "~": "s" };
const BEFORE = /[\s([{"'*_~.,:;!?–—/|-]/;
const AFTER = /[\s)\]}"'*_~.,:;!?–—/|…-]/;
const BARE_URL = /^https?:\/\/[^\s<>|]*[^\s<>|.,;:!?)'"\]]/i;

function closing(text, from, mark) {
  for (let i = from + 1; i < text.length; i += 1) {
    if (text[i] === "\n") return -1;
    if (text[i] !== mark || /\s/.test(text[i - 1])) continue;
    if (i + 1 === text.length || AFTER.test(text[i + 1]) || text[i + 1] === "<") return i;
  }
  return -1;
}

function tryMark(text, i) {
  const mark = text[i];
  if (!MARKS[mark] || (i > 0 && !BEFORE.test(text[i - 1]) && text[i - 1] !== ">")) return null;
  if (i + 1 >= text.length || /\s/.test(text[i + 1]) || text[i + 1] === mark) return null;
  const end = closing(text, i + 1, mark);
  if (end < 0) return null;
  return { node: h(MARKS[mark], null, inline(text.slice(i + 1, end))), end: end + 1 };
}

function tryEntity(text, i) {
  const end = text.indexOf(">", i);
  if (end < 0) return null;
  const node = entity(text.slice(i + 1, end));
  return node ? { node, end: end + 1 } : null;
}

function tryCode(text, i) {
  const end = text.indexOf("`", i + 1);
  if (end < 0 || end === i + 1 || text.slice(i, end).includes("\n")) return null;
  return { node: h("code", null, unescape(text.slice(i + 1, end))), end: end + 1 };
}

function tryEmoji(text, i) {
  const match = /^:([a-z0-9_+'-]+(?:::skin-tone-\d)?):/i.exec(text.slice(i, i + 60));
  if (!match) return null;
  const node = emojiNode(match[1]);
  return node.nodeType === 1 ? { node, end: i + match[0].length } : null;
}

function tryUrl(text, i) {
  const match = BARE_URL.exec(text.slice(i, i + 2000));
  if (!match || (i > 0 && /\w/.test(text[i - 1]))) return null;
  const url = unescape(match[0]);
  return { node: link(url, url), end: i + match[0].length };
}

function attempt(text, i) {
  const c = text[i];
  if (c === "<") return tryEntity(text, i);
  if (c === "`") return tryCode(text, i);
  if (c === ":") return tryEmoji(text, i);
  if (c === "h") return tryUrl(text, i);
  return MARKS[c] ? tryMark(text, i) : null;
}

/** One run of text without line structure. */
export function inline(text) {
  const out = frag();
  let plain = "";
  const flush = () => {
    if (plain) out.append(unescape(plain));
    plain = "";
  };
  for (let i = 0; i < text.length; ) {
    const hit = attempt(text, i);
    if (hit) {
      flush();
      out.append(hit.node);
      i = hit.end;
    } else {
      plain += text[i];
      i += 1;
    }
  }
  flush();
  return out;
}

const BULLET = /^(\s*)([•◦▪‣–-]|\d+[.)])\s+(.*)$/;

function lines(text) {
  const out = frag();
  let needBreak = false;
  for (const line of text.split("\n")) {
    const bullet = BULLET.exec(line);
    if (bullet) {
      const depth = Math.min(4, Math.floor(bullet[1].length / 2) + ("◦▪".includes(bullet[2]) && !bullet[1] ? 1 : 0));
      const mark = bullet[2] === "-" || bullet[2] === "–" ? "•" : bullet[2];
      out.append(h("span", { class: "bullet", style: { "--depth": depth } }, h("span", { class: "mark" }, mark), h("span", null, inline(bullet[3]))));
      needBreak = false;
      continue;
    }
    if (line.trim() === "" && !needBreak) {
      out.append(h("span", { class: "gap" }));
      continue;
    }
    if (needBreak) out.append(h("br"));
    out.append(inline(line));
    needBreak = true;
  }
  return out;
}

function quoted(text) {
  const out = frag();
  let quote = [];
  let plain = [];
  const flushPlain = () => {
    if (plain.length) out.append(lines(plain.join("\n").replace(/^\n+|\n+$/g, "")));
    plain = [];
  };
  const flushQuote = () => {
    if (quote.length) out.append(h("blockquote", null, lines(quote.join("\n"))));
    quote = [];
  };
  for (const line of text.split("\n")) {
    const match = /^(?:>|&gt;)(?!>) ?(.*)$/.exec(line);
    if (match) {
      flushPlain();
      quote.push(match[1]);
    } else {
      flushQuote();
      plain.push(line);
    }
  }
  flushQuote();
  flushPlain();
  return out;
}

/** Text with fences, quotes, bullets and inline marks. */
export function mrkdwn(text) {
  const out = frag();
  const parts = String(text ?? "").split("```");
  parts.forEach((part, index) => {
    const fenced = index % 2 === 1 && index < parts.length - 1;
    if (fenced) out.append(h("pre", null, unescape(part.replace(/^\n|\n$/g, ""))));
    else if (part) out.append(quoted(index % 2 === 1 ? "```" + part : part.replace(index ? /^\n/ : /^(?!)/, "").replace(index < parts.length - 1 ? /\n$/ : /(?!)$/, "")));
  });
  return out;
}

/** plain_text objects: emoji names only. */
export function plain(text, emoji = true) {
  const out = frag();
  for (const piece of String(text ?? "").split(/(:[a-z0-9_+'-]+:)/i)) {
    if (emoji && /^:[^:]+:$/.test(piece)) out.append(emojiNode(piece.slice(1, -1)));
    else if (piece) out.append(unescape(piece));
  }
  return out;
}

/** A text object of either type. */
export function textObject(value) {
  if (value === null || value === undefined) return frag();
  if (typeof value === "string") return mrkdwn(value);
  if (value.type === "mrkdwn") return mrkdwn(value.text);
  return plain(value.text, value.emoji !== false);
}

/** What a screen reader or a preview line gets. */
export function bareText(text) {
  const holder = h("div", null, mrkdwn(text));
  return holder.textContent.replace(/\s+/g, " ").trim();
}
