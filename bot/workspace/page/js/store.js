// The one place that holds what the page knows; panes listen to it instead of to each other.

export const state = {
  team: { id: "", name: "" },
  me: "",
  users: new Map(),
  channels: new Map(),
  commands: [],
  shortcuts: [],
  app: { id: "", name: "Lead", bot_user_id: "" },
  view: { kind: "channel", id: null },
  thread: null,
  unread: new Map(),
  statuses: new Map(),
  voices: new Map(),
  online: true,
};

const listeners = new Map();

export function listen(name, fn) {
  if (!listeners.has(name)) listeners.set(name, new Set());
  listeners.get(name).add(fn);
  return () => listeners.get(name).delete(fn);
}

export function emit(name, detail) {
  for (const fn of listeners.get(name) || []) fn(detail);
}

export function load(boot) {
  state.team = boot.team || state.team;
  state.me = typeof boot.me === "string" ? boot.me : boot.me?.id || "";
  state.users = new Map((boot.users || []).map((u) => [u.id, u]));
  state.channels = new Map((boot.channels || []).map((c) => [c.id, c]));
  state.commands = boot.commands || [];
  state.shortcuts = boot.shortcuts || [];
  state.statuses = new Map((boot.sessions || []).map((s) => [`${s.channel}/${s.thread_ts}`, s]));
  state.app = { ...state.app, ...(boot.app || {}) };
}

export const isBot = (id) => Boolean(id) && id === state.app.bot_user_id;
export const userName = (id) => {
  const user = state.users.get(id);
  if (user) return user.real_name || user.name;
  return isBot(id) ? state.app.name : id;
};

/** What people type after @ for the app: the name of its command ("/lead"), else its user name. */
export function botHandle() {
  const command = state.commands[0]?.command?.replace(/^\//, "");
  return command || state.users.get(state.app.bot_user_id)?.name || slug(state.app.name);
}

export const slug = (name) => String(name || "").toLowerCase().trim().replace(/\s+/g, "-");

export const handleOf = (id) => (isBot(id) ? botHandle() : state.users.get(id)?.name || id);

export function channelTitle(channel) {
  if (!channel) return "";
  return channel.is_im ? userName(otherOf(channel)) : channel.name;
}

/** The other side of a direct message: a channel names the person, so for that person it is the app. */
export function otherOf(channel) {
  return channel.user && channel.user !== state.me ? channel.user : state.app.bot_user_id;
}

/** Who wrote a message, as the reader sees it. */
export function authorOf(message) {
  const botId = message.bot_id || isBot(message.user) ? state.app.bot_user_id : "";
  const id = message.user || botId;
  const name = message.username || (message.bot_id && !message.user ? state.app.name : userName(id)) || state.app.name;
  return { id, name, bot: Boolean(message.bot_id || message.username || isBot(message.user)), icon: message.icons || {} };
}

export function remember(key, value) {
  try {
    if (value === undefined) return localStorage.getItem(`teamlead.${key}`);
    if (value === null) localStorage.removeItem(`teamlead.${key}`);
    else localStorage.setItem(`teamlead.${key}`, value);
  } catch {
    return null; // private mode: the page works, it just forgets
  }
  return value;
}
