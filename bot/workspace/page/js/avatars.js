// Avatars drawn here, so nothing is downloaded: initials for people, pictograms for the team.

import { h, s, uid } from "./dom.js";
import { PICTOGRAMS, pictogramFor } from "./pictograms.js";
import { authorOf, isBot, state, userName } from "./store.js";
import { emojiChar } from "./text/emoji.js";

const PEOPLE = ["#b4436c", "#2f7f86", "#8a5a2b", "#5b5fc7", "#4d7c3a", "#a3485a", "#3b6fb0", "#8b4fa8", "#946200", "#4a6b7c"];

function hash(text) {
  let out = 2166136261;
  for (const c of String(text)) out = Math.imul(out ^ c.codePointAt(0), 16777619);
  return out >>> 0;
}

function initials(name) {
  const words = String(name || "?").replace(/[^\p{L}\p{N} ]/gu, " ").trim().split(/\s+/);
  const first = words[0] || "?";
  return ((words.length > 1 ? first[0] + words[words.length - 1][0] : first.slice(0, 1)) || "?").toUpperCase();
}

const colorOf = (id, given) => (/^#?[0-9a-f]{6}$/i.test(given || "") ? `#${given.replace("#", "")}` : PEOPLE[hash(id) % PEOPLE.length]);

function frame(size, children) {
  return s("svg", { viewBox: "0 0 36 36", width: size, height: size, class: "avatar", "aria-hidden": "true", focusable: "false" }, children);
}

function lettered(text, color, size) {
  const label = s("text", { x: 18, y: 18.5, "text-anchor": "middle", "dominant-baseline": "central", fill: "#fff", "font-size": text.length > 1 ? 13.5 : 16, "font-weight": 600, "letter-spacing": 0.2 }, text);
  return frame(size, [s("rect", { width: 36, height: 36, rx: 9, fill: color }), label]);
}

function drawn(key, size) {
  const [from, to, draw] = PICTOGRAMS[key];
  const id = uid("grad");
  const gradient = s("linearGradient", { id, x1: 0, y1: 0, x2: 1, y2: 1 }, s("stop", { offset: 0, "stop-color": from }), s("stop", { offset: 1, "stop-color": to }));
  return frame(size, [s("defs", null, gradient), s("rect", { width: 36, height: 36, rx: 9, fill: `url(#${id})` }), draw()]);
}

/** A bot voice without a drawing of its own: its emoji, or a figure made from its name. */
function unknownBot(name, iconEmoji, size) {
  const seed = hash(name);
  const hue = seed % 360;
  const ground = s("rect", { width: 36, height: 36, rx: 9, fill: `hsl(${hue} 42% 36%)` });
  const char = iconEmoji ? emojiChar(iconEmoji) : null;
  if (char) return frame(size, [ground, s("text", { x: 18, y: 19, "text-anchor": "middle", "dominant-baseline": "central", "font-size": 19 }, char)]);
  const bars = [0, 1, 2].map((k) => s("rect", { x: 9 + k * 6.6, y: 9 + ((seed >> (k * 4)) % 8), width: 4.6, height: 18 - ((seed >> (k * 4)) % 8), rx: 2, fill: "#fff", "fill-opacity": 0.9 - k * 0.2 }));
  return frame(size, [ground, bars]);
}

export function userAvatar(id, size = 36) {
  const user = state.users.get(id);
  if (isBot(id) || user?.is_bot) {
    const name = user?.real_name || user?.name || state.app.name;
    return drawn(pictogramFor(name) || "lead", size);
  }
  return lettered(initials(userName(id)), colorOf(id, user?.color), size);
}

/** The avatar of a message's author; specialists speak under their own username. */
export function avatarOf(message, size = 36) {
  const author = authorOf(message);
  if (!author.bot) return userAvatar(author.id, size);
  const key = pictogramFor(author.name) || (message.username ? null : "lead");
  if (key) return drawn(key, size);
  return unknownBot(author.name, author.icon.emoji, size);
}

export const presence = (bot) => h("span", { class: bot ? "presence bot" : "presence", "aria-hidden": "true" });
