// What an empty channel says: one line and three things to try.

import { h } from "../dom.js";
import { userAvatar } from "../avatars.js";
import { icon } from "../icons.js";
import { botHandle, channelTitle, emit, state } from "../store.js";

function ideas(channel) {
  const at = channel?.is_im ? "" : `@${botHandle()} `;
  const command = state.commands[0]?.command || "/lead";
  return [
    [`${at}we need a multi-tenant billing API with Stripe webhooks on Django, 500 rps, p95 under 200 ms`, "A plan, specialists, one recommendation"],
    [`${command} team`, "Who is on the team and what they do"],
    [`${at}what does HTTP 409 mean?`, "A quick question gets a quick answer"],
  ];
}

export function emptyState(channel) {
  const title = channel?.is_im ? `This is between you and ${channelTitle(channel)}.` : `#${channelTitle(channel)} is quiet.`;
  return h(
    "div",
    { class: "empty" },
    h("div", { class: "empty-face" }, userAvatar(state.app.bot_user_id, 52)),
    h("h2", null, title),
    h("p", null, "Ask for something and watch the team work. Three things to try:"),
    h(
      "div",
      { class: "ideas" },
      ideas(channel).map(([text, note]) => h("button", { type: "button", class: "idea", "data-testid": "idea", on: { click: () => emit("fill", text) } }, h("span", { class: "idea-words" }, h("span", { class: "idea-text" }, text), h("span", { class: "idea-note" }, note)), icon("chevron", 16))),
    ),
  );
}
