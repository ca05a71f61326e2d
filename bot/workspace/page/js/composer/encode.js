// From what a person types ("@lead", "#backend") to what Slack sends ("<@U…>", "<#C…|backend>").

import { botHandle, slug, state } from "../store.js";
import { escape } from "../text/entities.js";

const TOKEN = /(^|[\s(["'])([@#])([\p{L}\p{N}][\p{L}\p{N}._-]*)/gu;
const BROADCAST = new Set(["here", "channel", "everyone"]);

function names() {
  const table = new Map();
  for (const user of state.users.values()) {
    table.set(user.name.toLowerCase(), user.id);
    if (!table.has(slug(user.real_name))) table.set(slug(user.real_name), user.id);
  }
  const bot = state.app.bot_user_id;
  if (bot) for (const name of [slug(state.app.name), botHandle().toLowerCase()]) table.set(name, bot);
  return table;
}

function resolve(sign, word, table) {
  let name = word;
  while (name) {
    const low = name.toLowerCase();
    if (sign === "@" && table.has(low)) return { name, code: `<@${table.get(low)}>` };
    if (sign === "@" && BROADCAST.has(low)) return { name, code: `<!${low}>` };
    if (sign === "#") {
      const channel = [...state.channels.values()].find((c) => !c.is_im && c.name === low);
      if (channel) return { name, code: `<#${channel.id}|${channel.name}>` };
    }
    const shorter = name.replace(/[._-]+$/, "");
    if (shorter === name) return null;
    name = shorter;
  }
  return null;
}

/** Pieces of the text: strings, and {shown, code} for mentions. */
export function pieces(text) {
  const table = names();
  const out = [];
  let last = 0;
  for (const match of text.matchAll(TOKEN)) {
    const found = resolve(match[2], match[3], table);
    if (!found) continue;
    const start = match.index + match[1].length;
    out.push(text.slice(last, start));
    out.push({ shown: match[2] + found.name, code: found.code });
    last = start + 1 + found.name.length;
  }
  out.push(text.slice(last));
  return out;
}

export const encode = (text) => pieces(text).map((p) => (typeof p === "string" ? escape(p) : p.code)).join("");

export const mentionsBot = (encoded) => encoded.includes(`<@${state.app.bot_user_id}>`);
