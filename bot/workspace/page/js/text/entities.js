// Mentions, links and dates as Slack writes them between angle brackets, shown as pills and links.

import { h, link } from "../dom.js";
import { channelTitle, handleOf, isBot, state } from "../store.js";
import { fullTime, slackDate } from "../time.js";
import { emojiChar } from "./emoji.js";

export const unescape = (text) => text.replace(/&lt;/g, "<").replace(/&gt;/g, ">").replace(/&amp;/g, "&");
export const escape = (text) => text.replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/>/g, "&gt;");

export function userPill(id, fallback) {
  const known = state.users.has(id) || isBot(id);
  const name = known ? handleOf(id) : fallback || id;
  const kind = id === state.me ? "pill me" : isBot(id) ? "pill bot" : "pill";
  return h("span", { class: kind, data: { user: id } }, `@${name}`);
}

export function channelPill(id, fallback) {
  const channel = state.channels.get(id);
  const name = channel ? channelTitle(channel) : fallback || id;
  return channel ? h("a", { class: "pill", href: `#/c/${id}` }, `#${name}`) : h("span", { class: "pill" }, `#${name}`);
}

export const groupPill = (id, fallback) => h("span", { class: "pill" }, `@${(fallback || id).replace(/^@/, "")}`);

export function emojiNode(name, unicode) {
  let char = emojiChar(name);
  if (!char && unicode) {
    try {
      char = String.fromCodePoint(...String(unicode).split("-").map((hex) => parseInt(hex, 16)));
    } catch {
      char = null;
    }
  }
  if (!char) return document.createTextNode(`:${name}:`);
  return h("span", { class: "emoji", role: "img", "aria-label": name.replace(/_/g, " "), title: `:${name}:` }, char);
}

function special(body) {
  if (body.startsWith("date^")) {
    const [head, fallback = ""] = body.split("|");
    const [, seconds, format, url] = head.split("^");
    const shown = slackDate(seconds, format || "{date_short} {time}") || unescape(fallback);
    const time = h("time", { class: "stamp", title: fullTime(seconds) }, shown);
    return url ? link(url, time) : time;
  }
  if (body.startsWith("subteam^")) {
    const [head, label] = body.split("|");
    return groupPill(head.slice("subteam^".length), label);
  }
  const [word] = body.split("|");
  if (word === "here" || word === "channel" || word === "everyone") return h("span", { class: "pill me" }, `@${word}`);
  return document.createTextNode(body.split("|")[1] || body);
}

/** The node for what stood between < and >, or null when it is no entity at all. */
export function entity(body) {
  if (/^@[UWB][A-Z0-9]*/.test(body)) {
    const [id, label] = body.slice(1).split("|");
    return userPill(id, label);
  }
  if (/^#[CGD][A-Z0-9]*/.test(body)) {
    const [id, label] = body.slice(1).split("|");
    return channelPill(id, label);
  }
  if (body.startsWith("!")) return special(body.slice(1));
  const cut = body.indexOf("|");
  const url = unescape(cut < 0 ? body : body.slice(0, cut));
  if (!/^(https?:\/\/|mailto:)/i.test(url)) return null;
  const label = cut < 0 ? url.replace(/^mailto:/, "") : unescape(body.slice(cut + 1));
  return link(url, label || url);
}
