// Starts the page: who acts, where we are, and the keys that work everywhere.

import { get } from "./api.js";
import { $ } from "./dom.js";
import { startLive } from "./live.js";
import { Conversation } from "./panes/conversation.js";
import { startFaults } from "./panes/faults.js";
import { drawHome, showHome } from "./panes/home.js";
import { startModals } from "./panes/modal.js";
import { drawSidebar, startSidebar } from "./panes/sidebar.js";
import { openSwitcher } from "./panes/switcher.js";
import { Thread } from "./panes/thread.js";
import { announce, startToasts } from "./panes/toast.js";
import { connect } from "./socket.js";
import { emit, listen, load, remember, state } from "./store.js";
import { startTheme } from "./theme.js";

const narrowQuery = matchMedia("(max-width: 760px)");
const narrow = () => narrowQuery.matches;

let conversation;
let thread;

function pane(name) {
  document.body.dataset.pane = name;
}

function hashFor() {
  if (state.view.kind === "home") return "#/home";
  return `#/c/${state.view.id}${state.thread ? `/t/${state.thread.ts}` : ""}`;
}

function setHash(replace) {
  const wanted = hashFor();
  if (location.hash === wanted) return;
  if (replace) history.replaceState(null, "", wanted);
  else history.pushState(null, "", wanted);
}

async function openThread(channel, ts, { focus, fromHash } = {}) {
  const root = conversation.channel?.id === channel ? conversation.timeline.messages.get(ts) : null;
  const opened = thread.open(channel, ts, { focus, root });
  pane("thread");
  if (!fromHash) setHash();
  await opened;
}

function closeThread({ fromHash } = {}) {
  if (!state.thread) return;
  const { ts } = state.thread;
  const inside = thread.pane.contains(document.activeElement);
  thread.close();
  pane("main");
  if (!fromHash) setHash();
  if (inside) (conversation.timeline.nodes.get(ts)?.querySelector(".replies") || conversation.composer.area).focus({ preventScroll: true });
}

function firstChannel() {
  const all = [...state.channels.values()];
  const known = all.find((c) => c.id === remember("channel"));
  return known || all.find((c) => !c.is_im && c.is_member !== false) || all[0];
}

async function showChannel(id, threadTs, messageTs, { focus } = {}) {
  const channel = state.channels.get(id) || firstChannel();
  if (!channel) return;
  const moved = state.view.kind !== "channel" || state.view.id !== channel.id;
  state.view = { kind: "channel", id: channel.id };
  state.unread.delete(channel.id);
  remember("channel", channel.id);
  $("#conversation").hidden = false;
  $("#home").hidden = true;
  if (moved && state.thread && state.thread.channel !== channel.id) closeThread({ fromHash: true });
  pane("main");
  drawSidebar();
  await conversation.show(channel, { focus });
  if (threadTs) await openThread(channel.id, threadTs, { fromHash: true });
  else if (state.thread) closeThread({ fromHash: true });
  if (messageTs) conversation.timeline.flash(messageTs);
}

async function goHome() {
  state.view = { kind: "home", id: null };
  closeThread({ fromHash: true });
  $("#conversation").hidden = true;
  $("#home").hidden = false;
  pane("main");
  drawSidebar();
  await showHome();
}

async function route({ focus = false } = {}) {
  const [, where, id, kind, ts] = location.hash.split("/");
  if (where === "home") await goHome();
  else if (where === "list") pane("list");
  else await showChannel(id, kind === "t" ? ts : null, kind === "m" ? ts : null, { focus: focus && !narrow() });
}

async function boot(user) {
  const data = await get("bootstrap", { user: user || undefined });
  load(data);
  remember("me", state.me);
}

async function actAs(id) {
  await boot(id);
  emit("acting");
  conversation.channel = null;
  conversation.ephemeral.clear();
  const open = state.thread;
  thread.close();
  connect();
  await route();
  if (open && !narrow()) await openThread(open.channel, open.ts, { fromHash: true });
  announce(`You act as ${state.users.get(id)?.real_name || id} now.`);
}

function keys(event) {
  if ((event.ctrlKey || event.metaKey) && !event.altKey && event.key.toLowerCase() === "k") {
    event.preventDefault();
    openSwitcher();
  } else if (event.key === "Escape" && !event.defaultPrevented && !document.querySelector("dialog[open]") && state.thread) {
    event.preventDefault();
    closeThread();
  }
}

function wire() {
  listen("open-thread", ({ channel, ts, focus }) => openThread(channel, ts, { focus: focus && !narrow() }));
  listen("close-thread", () => closeThread());
  listen("fill", (text) => conversation.composer.fill(text));
  listen("act-as", actAs);
  listen("channels", drawSidebar);
  listen("home", (view) => state.view.kind === "home" && drawHome(view));
  listen("unread", (id) => {
    if (!state.channels.has(id)) return;
    state.unread.set(id, (state.unread.get(id) || 0) + 1);
    drawSidebar();
  });
  listen("event:channel", ({ channel }) => {
    state.channels.set(channel.id, { ...state.channels.get(channel.id), ...channel });
    drawSidebar();
    if (conversation.channel?.id === channel.id) {
      conversation.channel = state.channels.get(channel.id);
      conversation.head();
    }
  });
  listen("reconnected", () => {
    conversation.refresh().catch(() => null);
    if (state.thread) thread.load();
    if (state.view.kind === "home") showHome();
  });
  listen("command:running", ({ on }) => $("#running").toggleAttribute("data-on", on));
  document.addEventListener("visibilitychange", () => {
    if (!document.hidden && state.view.id && state.unread.delete(state.view.id)) drawSidebar();
  });
  window.addEventListener("popstate", () => route());
  window.addEventListener("hashchange", () => route({ focus: true }));
  document.addEventListener("keydown", keys);
  for (const back of document.querySelectorAll("[data-back]")) back.addEventListener("click", () => (back.dataset.back === "list" ? pane("list") : closeThread()));
  $("#skip").addEventListener("click", (event) => {
    event.preventDefault();
    $("#messages").focus();
  });
  $("#jump").addEventListener("click", openSwitcher);
}

async function start() {
  startTheme();
  startToasts();
  try {
    await boot(remember("me"));
  } catch {
    await boot();
  }
  conversation = new Conversation();
  thread = new Thread();
  startSidebar();
  startModals();
  startLive({ conversation, thread, openThread, narrow });
  startFaults();
  wire();
  const greeted = connect();
  await route({ focus: true });
  await greeted;
  document.body.dataset.ready = "yes";
}

start().catch((error) => {
  console.error(error);
  $("#fatal").hidden = false;
  $("#fatal-why").textContent = error.message;
});
