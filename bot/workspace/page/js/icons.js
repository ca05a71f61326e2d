// Line icons of the page itself, drawn on a 20 by 20 grid.

import { s } from "./dom.js";

const PATHS = {
  hash: "M7.5 3.5 6 16.5M14 3.5l-1.5 13M4 7.5h13M3.5 12.5h13",
  lock: "M5 9h10v7.5H5zM7 9V6.5a3 3 0 0 1 6 0V9",
  home: "M3.5 9.5 10 4l6.5 5.5M5.5 8.5V16h9V8.5M8.5 16v-4h3v4",
  send: "M3.5 4 17 10 3.5 16l2-6zM5.5 10H10",
  plus: "M10 4v12M4 10h12",
  clip: "M13.5 7 8 12.5a1.4 1.4 0 0 0 2 2l5.7-5.8a3 3 0 0 0-4.3-4.3L5.2 10.8a4.6 4.6 0 0 0 6.5 6.5L16 13",
  smile: "M10 17a7 7 0 1 0 0-14 7 7 0 0 0 0 14zM7 11.5c1.4 2.3 4.6 2.3 6 0M7.7 8v.2M12.3 8v.2",
  at: "M13 10a3 3 0 1 1-6 0 3 3 0 0 1 6 0zm0 0v1.2a2 2 0 0 0 4 0V10a7 7 0 1 0-3 5.7",
  slash: "M12.5 3.5 7.5 16.5",
  reply: "M4 5.5h12v8H9.5L6 16.5v-3H4z",
  more: "M5 10h.01M10 10h.01M15 10h.01",
  link: "M8.5 11.5a3 3 0 0 0 4.2 0l2.4-2.4a3 3 0 0 0-4.2-4.2L9.8 6M11.5 8.5a3 3 0 0 0-4.2 0l-2.4 2.4a3 3 0 0 0 4.2 4.2l1.1-1.1",
  external: "M8.5 5H5v10h10v-3.5M11.5 4.5h4v4M15.5 4.5 9.5 10.5",
  close: "M5 5l10 10M15 5 5 15",
  back: "M12 4.5 6.5 10l5.5 5.5",
  down: "M5 7.5l5 5 5-5",
  chevron: "M7.5 5l5 5-5 5",
  eye: "M2.5 10S5 5.5 10 5.5 17.5 10 17.5 10 15 14.5 10 14.5 2.5 10 2.5 10zM10 12a2 2 0 1 0 0-4 2 2 0 0 0 0 4z",
  moon: "M15.5 12A6.5 6.5 0 0 1 8 4.5a6.2 6.2 0 1 0 7.5 7.5z",
  sun: "M10 13a3 3 0 1 0 0-6 3 3 0 0 0 0 6zM10 3v1.5M10 15.5V17M3 10h1.5M15.5 10H17M5 5l1 1M14 14l1 1M15 5l-1 1M6 14l-1 1",
  bolt: "M11 3 5 11.5h4.5L9 17l6-8.5h-4.5z",
  wrench: "M16 6.5 13.5 9 11 6.5 13.5 4A4 4 0 0 0 8.6 9.1L3.7 14a1.6 1.6 0 0 0 2.3 2.3l4.9-4.9A4 4 0 0 0 16 6.5z",
  search: "M9 14.5a5.5 5.5 0 1 0 0-11 5.5 5.5 0 0 0 0 11zM13 13l4 4",
  check: "M4.5 10.5 8.5 14.5 16 6.5",
  alert: "M10 3.5 17.5 16h-15zM10 8v4M10 14v.2",
  info: "M10 17a7 7 0 1 0 0-14 7 7 0 0 0 0 14zM10 9.2v4M10 6.8v.2",
  cross: "M6 6l8 8M14 6l-8 8",
  file: "M5.5 3h6l3.5 3.5V17h-9.5zM11.5 3v3.5H15",
  trash: "M4 6h12M8 6V4h4v2M5.5 6l.7 10.5h7.6L14.5 6",
  up: "M6.5 9v7.5H4V9zM6.5 9 9.5 3.5c1.6 0 2 1.2 1.7 2.5L10.7 8h4.6l-1.2 8.5H6.5",
  thumbDown: "M6.5 11V3.5H4V11zM6.5 11l3 5.5c1.6 0 2-1.2 1.7-2.5l-.5-2h4.6l-1.2-8.5H6.5",
  copy: "M7 7h9v9H7zM13 7V4H4v9h3",
  refresh: "M15.5 8A6 6 0 1 0 16 11.5M16 4v4h-4",
  pencil: "M4 16l.8-3.5L13 4.3l2.7 2.7-8.2 8.2z",
  play: "M6.5 4.5v11l9-5.5z",
};

export function icon(name, size = 18) {
  const path = s("path", { d: PATHS[name] || PATHS.info, fill: "none", stroke: "currentColor", "stroke-width": name === "more" ? 2.4 : 1.5, "stroke-linecap": "round", "stroke-linejoin": "round" });
  return s("svg", { viewBox: "0 0 20 20", width: size, height: size, class: "icon", "aria-hidden": "true" }, path);
}

export const knownIcon = (name) => name in PATHS;
