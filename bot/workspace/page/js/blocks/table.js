// The table block: first row is the head, cells are raw text, numbers or rich text.

import { h } from "../dom.js";
import { richText } from "../text/rich.js";

function cell(value) {
  if (!value) return "";
  if (value.type === "rich_text") return richText(value);
  return value.text ?? (value.value !== undefined ? String(value.value) : "");
}

export function table(block) {
  const settings = block.column_settings || [];
  const rows = block.rows || [];
  const draw = (row, tag) =>
    h("tr", null, row.map((value, i) => {
      const align = settings[i]?.align || (value?.type === "raw_number" ? "right" : null);
      return h(tag, { class: [align && align !== "left" && `to-${align}`, settings[i]?.is_wrapped && "wrapped"], scope: tag === "th" ? "col" : null }, cell(value));
    }));
  const head = rows.length ? h("thead", null, draw(rows[0], "th")) : null;
  return h("div", { class: "table-wrap", tabindex: "0", role: "region", "aria-label": "Table" }, h("table", null, head, h("tbody", null, rows.slice(1).map((r) => draw(r, "td")))));
}
