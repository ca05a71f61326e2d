// Real Markdown (the `markdown` block): headings, nested lists, tables, fences and quotes as DOM nodes.

import { frag, h } from "../dom.js";
import { codeBlock } from "./code.js";
import { inlineMd } from "./md-inline.js";

const FENCE = /^(\s*)(`{3,}|~{3,})\s*([\w+#.-]*)/;
const HEADING = /^ {0,3}(#{1,6})\s+(.*?)\s*#*\s*$/;
const RULE = /^ {0,3}([-*_])(?:\s*\1){2,}\s*$/;
const ITEM = /^(\s*)([-*+•]|\d{1,9}[.)])\s+(.*)$/;
const QUOTE = /^ {0,3}> ?(.*)$/;
const DELIMITER = /^\s*\|?\s*:?-+:?\s*(\|\s*:?-+:?\s*)*\|?\s*$/;

function cells(line) {
  const trimmed = line.trim().replace(/^\|/, "").replace(/\|$/, "");
  const out = [""];
  let inCode = false;
  for (let i = 0; i < trimmed.length; i += 1) {
    if (trimmed[i] === "\\" && trimmed[i + 1] === "|") {
      out[out.length - 1] += "|";
      i += 1;
    } else if (trimmed[i] === "|" && !inCode) out.push("");
    else {
      if (trimmed[i] === "`") inCode = !inCode;
      out[out.length - 1] += trimmed[i];
    }
  }
  return out.map((c) => c.trim());
}

function table(lines, start) {
  const head = cells(lines[start]);
  const align = cells(lines[start + 1]).map((c) => (/^:-+:$/.test(c) ? "center" : /-:$/.test(c) ? "right" : null));
  const cell = (tag, text, i) => h(tag, { class: align[i] ? `to-${align[i]}` : null, scope: tag === "th" ? "col" : null }, inlineMd(text));
  let i = start + 2;
  const rows = [];
  for (; i < lines.length && lines[i].includes("|") && lines[i].trim(); i += 1) {
    const row = cells(lines[i]);
    rows.push(h("tr", null, head.map((_, k) => cell("td", row[k] || "", k))));
  }
  const node = h("table", null, h("thead", null, h("tr", null, head.map((t, k) => cell("th", t, k)))), h("tbody", null, rows));
  return { node: h("div", { class: "table-wrap", tabindex: "0", role: "region", "aria-label": "Table" }, node), next: i };
}

const indentOf = (line) => /^\s*/.exec(line)[0].replace(/\t/g, "    ").length;

function list(lines, start) {
  const base = indentOf(lines[start]);
  const ordered = /^\s*\d/.test(lines[start]);
  const first = ordered ? parseInt(lines[start].trim(), 10) : null;
  const node = h(ordered ? "ol" : "ul", { start: ordered && first !== 1 ? first : null });
  let i = start;
  while (i < lines.length) {
    const match = ITEM.exec(lines[i]);
    if (!match || indentOf(lines[i]) !== base || /^\s*\d/.test(lines[i]) !== ordered) break;
    const body = [match[3]];
    const inner = base + 2;
    const strip = base + match[2].length + 1;
    i += 1;
    while (i < lines.length) {
      const blank = !lines[i].trim();
      if (blank && !(i + 1 < lines.length && lines[i + 1].trim() && indentOf(lines[i + 1]) >= inner)) break;
      if (!blank && indentOf(lines[i]) < inner) break;
      body.push(lines[i].replace(/\t/g, "    ").slice(Math.min(indentOf(lines[i]), strip)));
      i += 1;
    }
    node.append(item(body));
    if (i + 1 < lines.length && !lines[i].trim() && ITEM.test(lines[i + 1]) && indentOf(lines[i + 1]) === base) i += 1;
  }
  return { node, next: i };
}

function item(body) {
  const task = /^\[([ xX])\]\s+(.*)$/.exec(body[0]);
  if (task) body[0] = task[2];
  const content = blocks(body);
  const kids = [...content.childNodes];
  const simple = kids.length && kids[0].nodeName === "P" ? [...kids[0].childNodes, ...kids.slice(1)] : kids;
  const box = task ? h("span", { class: "task-box", role: "img", "aria-label": task[1] === " " ? "to do" : "done" }, task[1] === " " ? "☐\uFE0E" : "☑\uFE0E") : null;
  return h("li", { class: task ? "task-item" : null }, box, simple);
}

function fence(lines, start) {
  const [, pad, mark, language] = FENCE.exec(lines[start]);
  const body = [];
  let i = start + 1;
  while (i < lines.length && !lines[i].trim().startsWith(mark)) {
    body.push(lines[i].startsWith(pad) ? lines[i].slice(pad.length) : lines[i]);
    i += 1;
  }
  return { node: codeBlock(body.join("\n"), language), next: i + 1 };
}

function quote(lines, start) {
  const body = [];
  let i = start;
  for (; i < lines.length && QUOTE.test(lines[i]); i += 1) body.push(QUOTE.exec(lines[i])[1]);
  return { node: h("blockquote", null, blocks(body)), next: i };
}

const startsBlock = (line) => FENCE.test(line) || HEADING.test(line) || RULE.test(line) || ITEM.test(line) || QUOTE.test(line);

function paragraph(lines, start) {
  const body = [];
  let i = start;
  for (; i < lines.length && lines[i].trim() && (i === start || !startsBlock(lines[i])); i += 1) {
    if (i > start && lines[i].includes("|") && DELIMITER.test(lines[i + 1] || "")) break;
    body.push(lines[i].trim());
  }
  return { node: h("p", null, inlineMd(body.join("\n"))), next: i };
}

function blocks(lines) {
  const out = frag();
  for (let i = 0; i < lines.length; ) {
    const line = lines[i];
    let step;
    if (!line.trim()) step = { node: null, next: i + 1 };
    else if (FENCE.test(line)) step = fence(lines, i);
    else if (HEADING.test(line)) {
      const [, marks, text] = HEADING.exec(line);
      step = { node: h(`h${Math.min(6, marks.length + 2)}`, { class: `md-h md-h${marks.length}` }, inlineMd(text)), next: i + 1 };
    } else if (RULE.test(line)) step = { node: h("hr"), next: i + 1 };
    else if (line.includes("|") && DELIMITER.test(lines[i + 1] || "") && lines[i + 1].includes("-")) step = table(lines, i);
    else if (QUOTE.test(line)) step = quote(lines, i);
    else if (ITEM.test(line)) step = list(lines, i);
    else step = paragraph(lines, i);
    if (step.node) out.append(step.node);
    i = step.next;
  }
  return out;
}

export const markdown = (text) => h("div", { class: "md" }, blocks(String(text ?? "").replace(/\r\n?/g, "\n").split("\n")));
