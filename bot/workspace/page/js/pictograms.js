// One drawing for the lead and for each specialist, on a 36 by 36 grid, white on a colour of their own.

import { s } from "./dom.js";

const line = (d, extra = {}) => s("path", { d, fill: "none", stroke: "#fff", "stroke-width": 1.9, "stroke-linecap": "round", "stroke-linejoin": "round", ...extra });
const fill = (d, opacity = 1) => s("path", { d, fill: "#fff", "fill-opacity": opacity });
const dot = (cx, cy, r, opacity = 1) => s("circle", { cx, cy, r, fill: "#fff", "fill-opacity": opacity });
const hex = (cx, cy, r) => {
  const points = [0, 1, 2, 3, 4, 5].map((k) => {
    const a = (Math.PI / 3) * k + Math.PI / 6;
    return `${(cx + r * Math.cos(a)).toFixed(2)} ${(cy + r * Math.sin(a)).toFixed(2)}`;
  });
  return `M${points.join("L")}Z`;
};

/** name: [from colour, to colour, draw] */
export const PICTOGRAMS = {
  lead: ["#0f766e", "#134e4a", () => [dot(18, 18, 9.6, 0.16), line("M18 6.4v2.4M18 27.2v2.4M6.4 18h2.4M27.2 18h2.4"), fill("M23.6 12.4 20.3 20.3 15.7 15.7z"), fill("M12.4 23.6 15.7 15.7 20.3 20.3z", 0.5), dot(18, 18, 1.5)]],
  "backend-architect": ["#4f46e5", "#312e81", () => [fill("M18 7.5 28 13 18 18.5 8 13z"), line("M8.6 18 18 23.2 27.4 18"), line("M8.6 23 18 28.2 27.4 23", { "stroke-opacity": 0.6 })]],
  "database-architect": ["#b45309", "#7c2d12", () => [s("ellipse", { cx: 18, cy: 10.8, rx: 8.6, ry: 3.5, fill: "#fff" }), line("M9.4 10.8v14.4c0 1.9 3.9 3.5 8.6 3.5s8.6-1.6 8.6-3.5V10.8"), line("M9.4 18c0 1.9 3.9 3.5 8.6 3.5s8.6-1.6 8.6-3.5", { "stroke-opacity": 0.75 })]],
  "api-architect": ["#0369a1", "#0c4a6e", () => [line("M14 8.5c-3.4 0-3.2 2.2-3.2 4.6 0 2.6-.6 4.2-3.3 4.9 2.7.7 3.3 2.3 3.3 4.9 0 2.4-.2 4.6 3.2 4.6"), line("M22 8.5c3.4 0 3.2 2.2 3.2 4.6 0 2.6.6 4.2 3.3 4.9-2.7.7-3.3 2.3-3.3 4.9 0 2.4.2 4.6-3.2 4.6"), dot(14.6, 18, 1.5), dot(21.4, 18, 1.5)]],
  "microservices-expert": ["#7c3aed", "#4c1d95", () => [fill(hex(18, 12, 5.1)), line(hex(12.6, 22.6, 4.8)), line(hex(23.4, 22.6, 4.8)), dot(12.6, 22.6, 1.5), dot(23.4, 22.6, 1.5)]],
  python: ["#2563eb", "#1e3a8a", () => [line("M22.5 15.5h-9c-2.6 0-4.3 1.5-4.3 4.2 0 2.6 1.5 4.2 3.6 4.2h1.6", { "stroke-width": 2.6 }), line("M13.5 15.5v-3.7c0-2.6 1.8-3.8 4.5-3.8s4.5 1.2 4.5 3.8v3.7", { "stroke-width": 2.6 }), line("M13.5 20.5h9c2.6 0 4.3-1.5 4.3-4.2 0-2.6-1.5-4.2-3.6-4.2h-.7", { "stroke-width": 2.6, "stroke-opacity": 0.6 }), line("M22.5 20.5v3.7c0 2.6-1.8 3.8-4.5 3.8s-4.5-1.2-4.5-3.8v-3.7", { "stroke-width": 2.6, "stroke-opacity": 0.6 }), dot(16.2, 11.2, 1)]],
  nodejs: ["#15803d", "#14532d", () => [line(hex(18, 18, 10.6), { "stroke-width": 2.1 }), line("M13.6 22.2v-7.6l8.8 6.8v-7.6", { "stroke-width": 2.3 })]],
  java: ["#b91c1c", "#7f1d1d", () => [fill("M9.5 17.5h14v5.2c0 3-2.4 5.3-5.3 5.3h-3.4c-3 0-5.3-2.4-5.3-5.3z"), line("M23.5 19h1.7c1.8 0 2.9 1.1 2.9 2.6s-1.1 2.7-2.9 2.7h-2"), line("M13.5 14c-1.4-2 1.4-3 0-5.2M18.6 14c-1.4-2 1.4-3 0-5.2", { "stroke-opacity": 0.75 })]],
  go: ["#0e7490", "#164e63", () => [line("M17.8 13.4a5.4 5.4 0 1 0 1 4.6h-4.2", { "stroke-width": 2.4 }), s("circle", { cx: 25.2, cy: 18, r: 4.7, fill: "none", stroke: "#fff", "stroke-width": 2.4 }), line("M4 12.6h3.4M3 22.4h4", { "stroke-opacity": 0.6 })]],
  rust: ["#9a3412", "#431407", () => [s("circle", { cx: 18, cy: 18, r: 7.4, fill: "none", stroke: "#fff", "stroke-width": 2.2 }), s("circle", { cx: 18, cy: 18, r: 10, fill: "none", stroke: "#fff", "stroke-width": 2.6, "stroke-dasharray": "2.6 2.636" }), line("M15.6 21.6v-7.2h3.2a2.1 2.1 0 0 1 0 4.2h-3.2m3.2 0 2.4 3", { "stroke-width": 2 })]],
};

const RULES = [
  [/data ?base/, "database-architect"],
  [/\bapi\b/, "api-architect"],
  [/micro ?service/, "microservices-expert"],
  [/python|django/, "python"],
  [/node|javascript|typescript/, "nodejs"],
  [/\bjava\b|spring/, "java"],
  [/\bgo\b|golang/, "go"],
  [/\brust\b/, "rust"],
  [/backend architect|system architect/, "backend-architect"],
  [/\blead\b|teamlead/, "lead"],
];

/** The drawing's key for a name such as "Node.js Backend Expert", or null. */
export function pictogramFor(name) {
  const words = String(name || "").toLowerCase().replace(/[^a-z0-9]+/g, " ").trim();
  const hit = RULES.find(([rule]) => rule.test(words));
  return hit ? hit[1] : null;
}
