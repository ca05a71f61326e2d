// The left pane: team, Home, channels, direct messages, and the small row of who acts.

import { post } from "../api.js";
import { userAvatar } from "../avatars.js";
import { $, h } from "../dom.js";
import { icon } from "../icons.js";
import { channelTitle, emit, isBot, otherOf, state, userName } from "../store.js";
import { dialog } from "./confirm.js";
import { openMenu } from "./popover.js";

const mine = (channel) => channel.is_im && (!channel.user || channel.user === state.me || !state.users.has(channel.user) || isBot(channel.user));

function entry(channel) {
  const unread = state.unread.get(channel.id) || 0;
  const active = state.view.kind === "channel" && state.view.id === channel.id;
  const mark = channel.is_im ? userAvatar(otherOf(channel), 20) : icon(channel.is_private ? "lock" : "hash", 16);
  const title = channelTitle(channel);
  const testid = channel.is_im ? `dm-${title.toLowerCase().replace(/\s+/g, "-")}` : `channel-${channel.name}`;
  return h(
    "a",
    { class: ["nav", active && "active", unread && "unread"], href: `#/c/${channel.id}`, "aria-current": active ? "page" : null, "data-testid": testid, "data-key": channel.id },
    h("span", { class: "nav-mark" }, mark),
    h("span", { class: "nav-name" }, title),
    unread ? h("span", { class: "badge", "aria-label": `${unread} unread` }, unread) : null,
  );
}

function group(label, rows, extra) {
  return h("section", { class: "nav-group", "aria-label": label }, h("div", { class: "nav-label" }, h("h2", null, label), extra || null), rows);
}

function askChannel() {
  const name = h("input", { type: "text", id: "new-channel-name", maxlength: 80, autocomplete: "off", placeholder: "e.g. billing" });
  const hidden = h("input", { type: "checkbox", id: "new-channel-private" });
  const note = h("p", { class: "error", hidden: true, role: "alert" });
  const submit = async (event) => {
    event.preventDefault();
    const wanted = name.value.trim().toLowerCase().replace(/^#/, "").replace(/[^\p{L}\p{N}_-]+/gu, "-");
    if (!wanted) return;
    try {
      const { channel } = await post("channel", { name: wanted, is_private: hidden.checked });
      state.channels.set(channel.id, channel);
      node.close();
      location.hash = `#/c/${channel.id}`;
      emit("channels");
    } catch (error) {
      note.textContent = error.code === "name_taken" ? "A channel of that name exists." : `Not created: ${error.message}`;
      note.hidden = false;
    }
  };
  const node = dialog(
    { class: "dialog small", "aria-label": "New channel" },
    h("form", { on: { submit } }, h("div", { class: "dialog-head" }, h("h2", null, "New channel")), h("div", { class: "dialog-body" }, h("div", { class: "input" }, h("label", { class: "label", for: "new-channel-name" }, "Name"), name, note), h("label", { class: "choice" }, hidden, h("span", { class: "choice-text" }, "Private: only invited people see it"))), h("div", { class: "dialog-foot" }, h("button", { type: "button", class: "btn", on: { click: () => node.close() } }, "Cancel"), h("button", { type: "submit", class: "btn primary-fill" }, "Create"))),
  );
  name.focus();
}

const people = () => [...state.users.values()].filter((u) => !u.is_bot && u.name !== "slackbot");

function actingMenu(event) {
  openMenu(
    event.currentTarget,
    people().map((u) => ({ label: u.real_name || u.name, note: u.title || `@${u.name}`, icon: userAvatar(u.id, 26), checked: u.id === state.me, testid: `act-as-${u.name}`, run: () => u.id !== state.me && emit("act-as", u.id) })),
    { title: "Act as", label: "Act as another person", prefer: "above" },
  );
}

export function drawSidebar() {
  const all = [...state.channels.values()];
  const rooms = all.filter((c) => !c.is_im).sort((a, b) => a.name.localeCompare(b.name));
  const direct = all.filter(mine);
  const adder = h("button", { type: "button", class: "icon-btn", "aria-label": "New channel", title: "New channel", "data-testid": "new-channel", on: { click: askChannel } }, icon("plus", 16));
  const home = h("a", { class: ["nav", state.view.kind === "home" && "active"], href: "#/home", "aria-current": state.view.kind === "home" ? "page" : null, "data-testid": "home" }, h("span", { class: "nav-mark" }, userAvatar(state.app.bot_user_id, 20)), h("span", { class: "nav-name" }, `${state.app.name} · Home`));
  $("#team-name").textContent = state.team.name;
  const nav = $("#nav");
  const focused = document.activeElement?.closest?.("#nav [data-testid]")?.dataset.testid;
  nav.replaceChildren(group("App", [home]), group("Channels", rooms.map(entry), adder), direct.length ? group("Direct messages", direct.map(entry)) : "");
  if (focused) nav.querySelector(`[data-testid="${CSS.escape(focused)}"]`)?.focus({ preventScroll: true });
  const acting = $("#acting");
  acting.replaceChildren(userAvatar(state.me, 28), h("span", { class: "acting-words" }, h("span", { class: "acting-label" }, "Acting as"), h("span", { class: "acting-name" }, userName(state.me))), icon("down", 14));
  acting.setAttribute("aria-label", `Acting as ${userName(state.me)}. Change`);
}

export function startSidebar() {
  $("#acting").addEventListener("click", actingMenu);
}
