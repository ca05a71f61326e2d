// What the completion offers at the caret: commands and their words, people, channels, emoji.

import { userAvatar } from "../avatars.js";
import { h } from "../dom.js";
import { icon } from "../icons.js";
import { botHandle, isBot, state } from "../store.js";
import { emojiMatches } from "../text/emoji.js";

const LIMIT = 8;

/** "help | ask <question> | tasks" → [{word, rest}] */
export function usageWords(hint) {
  return String(hint || "")
    .replace(/^\[(.*)\]$/, "$1")
    .split("|")
    .map((part) => part.trim().replace(/^\[|\]$/g, ""))
    .filter((part) => /^[a-z]/i.test(part))
    .map((part) => ({ word: part.split(/\s+/)[0].replace(/…$/, ""), rest: part.split(/\s+/).slice(1).join(" ") }));
}

function commands(before) {
  const head = /^\/([\w-]*)$/.exec(before);
  if (head) {
    return state.commands
      .filter((c) => c.command.slice(1).startsWith(head[1]))
      .map((c) => ({ insert: `${c.command} `, from: 0, label: c.command, note: c.description, hint: c.usage_hint, mark: icon("slash", 16), exact: false }));
  }
  const tail = /^(\/[\w-]+)\s+([\w-]*)$/.exec(before);
  const command = tail && state.commands.find((c) => c.command === tail[1]);
  if (!command) return [];
  const from = before.length - tail[2].length;
  return usageWords(command.usage_hint)
    .filter((u) => u.word.startsWith(tail[2].toLowerCase()))
    .map((u) => ({ insert: u.rest ? `${u.word} ` : u.word, from, label: `${command.command} ${u.word}`, note: u.rest, mark: icon("slash", 16), exact: u.word === tail[2] }));
}

function people(query, from) {
  const all = [...state.users.values()].filter((u) => !isBot(u.id) && u.id !== state.me && u.name !== "slackbot");
  const bot = { id: state.app.bot_user_id, name: botHandle(), real_name: state.app.name, is_bot: true };
  return [bot, ...all]
    .filter((u) => u.id && (u.name.toLowerCase().startsWith(query) || (u.real_name || "").toLowerCase().split(" ").some((w) => w.startsWith(query))))
    .map((u) => ({ insert: `@${u.name} `, from, label: u.real_name || u.name, note: `@${u.name}`, tag: u.is_bot ? "APP" : null, mark: userAvatar(u.id, 22), exact: u.name.toLowerCase() === query }));
}

function rooms(query, from) {
  return [...state.channels.values()]
    .filter((c) => !c.is_im && c.name.startsWith(query))
    .map((c) => ({ insert: `#${c.name} `, from, label: c.name, note: c.topic, mark: icon(c.is_private ? "lock" : "hash", 16), exact: c.name === query }));
}

function emoji(query, from) {
  return emojiMatches(query, LIMIT).map(({ name, char }) => ({ insert: `:${name}: `, from, label: `:${name}:`, mark: h("span", { class: "emoji" }, char), exact: false }));
}

/** Suggestions for the text before the caret, best first. */
export function suggest(before) {
  if (before.startsWith("/")) return commands(before).slice(0, 40);
  const token = /(^|[\s(])([@#:])([\p{L}\p{N}_+.-]*)$/u.exec(before);
  if (!token) return [];
  const query = token[3].toLowerCase();
  const from = before.length - token[3].length - 1;
  if (token[2] === "@") return people(query, from).slice(0, LIMIT);
  if (token[2] === "#") return rooms(query, from).slice(0, LIMIT);
  return query.length < 2 ? [] : emoji(query, from);
}
