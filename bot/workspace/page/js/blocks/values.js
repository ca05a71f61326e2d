// Reads what a person chose or typed out of the page, in the shape Slack puts into `state.values`.

import { $, $$ } from "../dom.js";

const option = (root, value) => (root.__options || []).find((o) => o.value === value) || null;

function choice(root) {
  const select = $("select", root) || root;
  return select.value === "" ? null : option(root, select.value);
}

const checked = (root) => $$("input:checked", root).map((input) => input.value);

const READERS = {
  static_select: (root) => ({ selected_option: choice(root) }),
  external_select: (root) => ({ selected_option: choice(root) }),
  users_select: (root) => ({ selected_user: choice(root)?.value ?? null }),
  channels_select: (root) => ({ selected_channel: choice(root)?.value ?? null }),
  conversations_select: (root) => ({ selected_conversation: choice(root)?.value ?? null }),
  multi_static_select: (root) => ({ selected_options: checked(root).map((v) => option(root, v)) }),
  multi_external_select: (root) => ({ selected_options: checked(root).map((v) => option(root, v)) }),
  multi_users_select: (root) => ({ selected_users: checked(root) }),
  multi_channels_select: (root) => ({ selected_channels: checked(root) }),
  multi_conversations_select: (root) => ({ selected_conversations: checked(root) }),
  checkboxes: (root) => ({ selected_options: checked(root).map((v) => option(root, v)) }),
  radio_buttons: (root) => ({ selected_option: option(root, checked(root)[0]) }),
  datepicker: (root) => ({ selected_date: $("input", root).value || null }),
  timepicker: (root) => ({ selected_time: $("input", root).value || null }),
  datetimepicker: (root) => {
    const at = new Date($("input", root).value).getTime();
    return { selected_date_time: Number.isNaN(at) ? null : Math.floor(at / 1000) };
  },
  rich_text_input: (root) => {
    const text = $("textarea", root).value;
    const rich = { type: "rich_text", elements: [{ type: "rich_text_section", elements: [{ type: "text", text }] }] };
    return { rich_text_value: text ? rich : null };
  },
};

const typed = (root) => ({ value: $("input, textarea", root)?.value || null });

export function readElement(root) {
  const type = root.dataset.element;
  return { type, ...(READERS[type] || typed)(root) };
}

/** {block_id: {action_id: {type, value…}}} of everything below `scope` that holds a value. */
export function stateValues(scope) {
  const out = {};
  for (const root of $$("[data-element]", scope)) {
    const { blockId, actionId } = root.dataset;
    if (!actionId) continue;
    out[blockId] = out[blockId] || {};
    out[blockId][actionId] = readElement(root);
  }
  return out;
}
