// Files under a message: a picture as a picture, text as its first lines, the rest as a name and a size.

import { h, safeImage } from "../dom.js";
import { icon } from "../icons.js";
import { fileSize } from "../time.js";

const PREVIEW_LINES = 10;
const previews = new Map();

const urlOf = (file) => safeImage(file.url_private) || safeImage(file.permalink) || safeImage(file.url_private_download);

function samePlace(url) {
  try {
    return new URL(url, location.href).origin === location.origin;
  } catch {
    return false;
  }
}

const isText = (file) => /^text\/|json|yaml|xml|markdown|javascript/.test(file.mimetype || "") || /\.(md|txt|log|csv|json|ya?ml|sql|py|go|rs|js|ts|java|toml)$/i.test(file.name || "");

function cut(text) {
  const lines = text.split("\n");
  return lines.slice(0, PREVIEW_LINES).join("\n") + (lines.length > PREVIEW_LINES ? `\n… ${lines.length - PREVIEW_LINES} more lines` : "");
}

async function fillPreview(pre, url) {
  try {
    const response = await fetch(url);
    if (!response.ok) return;
    previews.set(url, cut((await response.text()).slice(0, 20000)));
    pre.textContent = previews.get(url);
    pre.hidden = false;
  } catch {
    pre.hidden = true; // the name and the link are still there
  }
}

function preview(file, url) {
  if (file.preview) return h("pre", { class: "file-preview" }, cut(file.preview));
  if (!url || !isText(file) || !samePlace(url)) return null;
  if (previews.has(url)) return h("pre", { class: "file-preview" }, previews.get(url));
  const pre = h("pre", { class: "file-preview", hidden: true });
  fillPreview(pre, url);
  return pre;
}

function fileNode(file) {
  const url = urlOf(file);
  const name = file.title || file.name || "file";
  if (url && /^image\//.test(file.mimetype || "")) {
    return h("a", { class: "file-image", href: url, target: "_blank", rel: "noopener noreferrer" }, h("img", { src: url, alt: file.alt_txt || name, loading: "lazy" }), h("span", { class: "file-caption" }, `${name} · ${fileSize(file.size)}`));
  }
  const head = [icon("file", 22), h("span", { class: "file-words" }, h("span", { class: "file-name" }, name), h("span", { class: "file-size" }, [file.pretty_type || (file.filetype || "").toUpperCase(), fileSize(file.size)].filter(Boolean).join(" · ")))];
  const row = url ? h("a", { class: "file-row", href: url, target: "_blank", rel: "noopener noreferrer" }, head) : h("div", { class: "file-row" }, head);
  return h("div", { class: "file", data: { key: file.id } }, row, preview(file, url));
}

export const filesOf = (message) => (message.files?.length ? h("div", { class: "files" }, message.files.map(fileNode)) : null);
