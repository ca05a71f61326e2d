// The app's Home tab.

import { get } from "../api.js";
import { explain } from "../blocks/action.js";
import { renderBlocks } from "../blocks/index.js";
import { $, h } from "../dom.js";
import { userAvatar } from "../avatars.js";
import { morph } from "../morph.js";
import { emit, state } from "../store.js";

export function drawHome(view) {
  const holder = $("#home-view");
  const ctx = { kind: "home", viewId: view?.id };
  const fresh = h("div", { id: "home-view", class: "home-view", "data-testid": "home-view", "data-scope": "home" }, view ? renderBlocks(view.blocks, ctx) : h("div", { class: "empty" }, h("div", { class: "empty-face" }, userAvatar(state.app.bot_user_id, 52)), h("h2", null, "Nothing here yet"), h("p", null, `${state.app.name} has not published its Home.`)));
  morph(holder, fresh);
}

export async function showHome() {
  $("#home-head").replaceChildren(h("h1", { class: "channel-title" }, h("span", { class: "channel-mark" }, userAvatar(state.app.bot_user_id, 24)), state.app.name), h("p", { class: "channel-topic" }, "Home"));
  document.title = `${state.app.name} Home · ${state.team.name}`;
  try {
    const { view } = await get("home", { user: state.me });
    if (state.view.kind === "home") drawHome(view);
  } catch (error) {
    emit("toast", { text: explain(error.code || error.message), tone: "error" });
  }
}
