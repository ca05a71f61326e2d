// Builds DOM nodes without ever parsing HTML, so that untrusted text stays text.

const SVG = "http://www.w3.org/2000/svg";

function fire(event) {
  const fn = event.currentTarget.__on?.[event.type];
  if (fn) fn(event);
}

/** Attach a handler that morph() can move from a new node to the one it keeps. */
export function on(node, type, fn) {
  node.__on = node.__on || {};
  if (!node.__on[type]) node.addEventListener(type, fire);
  node.__on[type] = fn;
  return node;
}

function set(node, name, value) {
  if (value === null || value === undefined || value === false) return;
  if (name === "class") node.setAttribute("class", Array.isArray(value) ? value.filter(Boolean).join(" ") : value);
  else if (name === "on") for (const [type, fn] of Object.entries(value)) on(node, type, fn);
  else if (name === "data") for (const [key, v] of Object.entries(value)) { if (v !== null && v !== undefined) node.dataset[key] = v; }
  else if (name === "props") Object.assign(node, value);
  else if (name === "style") for (const [key, v] of Object.entries(value)) node.style.setProperty(key, v);
  else node.setAttribute(name, value === true ? "" : String(value));
}

function add(node, children) {
  for (const child of children.flat(Infinity)) {
    if (child === null || child === undefined || child === false || child === "") continue;
    node.append(child instanceof Node ? child : document.createTextNode(String(child)));
  }
  return node;
}

/** h("div", {class, data:{}, on:{}, ...attributes}, ...children) */
export function h(tag, attributes, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes || {})) set(node, name, value);
  return add(node, children);
}

export function s(tag, attributes, ...children) {
  const node = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes || {})) set(node, name, value);
  return add(node, children);
}

export const frag = (...children) => add(document.createDocumentFragment(), children);
export const $ = (selector, root = document) => root.querySelector(selector);
export const $$ = (selector, root = document) => [...root.querySelectorAll(selector)];

/** Only these schemes become links; everything else is shown as text. */
export function safeUrl(url) {
  const value = String(url || "").trim();
  return /^(https?:\/\/|mailto:)/i.test(value) ? value : null;
}

/** Pictures may also come from this very server. */
export function safeImage(url) {
  const value = String(url || "").trim();
  return /^https?:\/\//i.test(value) || /^\/(?!\/)/.test(value) ? value : null;
}

export function link(url, ...children) {
  const href = safeUrl(url);
  if (!href) return h("span", null, ...children);
  return h("a", { href, target: "_blank", rel: "noopener noreferrer nofollow" }, ...children);
}

let serial = 0;
export const uid = (prefix = "id") => `${prefix}-${++serial}`;
