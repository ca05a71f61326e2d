// Chooses the drawing for a block element by its type.

import { h, safeImage } from "../dom.js";
import { textObject } from "../text/mrkdwn.js";
import { button, feedback, iconButton, overflow } from "./buttons.js";
import { checkboxes, multi, picker, radio, select, textInput } from "./inputs.js";

export function picture(element, className = "el-image") {
  const src = safeImage(element.image_url || element.slack_file?.url);
  const alt = element.alt_text || "";
  if (!src) return h("span", { class: "image-missing" }, alt || "image");
  const failed = (event) => event.currentTarget.replaceWith(h("span", { class: "image-missing" }, alt || "image not available"));
  return h("img", { class: className, src, alt, title: element.title?.text || null, loading: "lazy", on: { error: failed } });
}

const DRAW = {
  button,
  workflow_button: button,
  overflow,
  feedback_buttons: feedback,
  icon_button: iconButton,
  image: (e) => picture(e),
  mrkdwn: (e) => h("span", null, textObject(e)),
  plain_text: (e) => h("span", null, textObject(e)),
  static_select: select,
  external_select: select,
  users_select: select,
  channels_select: select,
  conversations_select: select,
  multi_static_select: multi,
  multi_external_select: multi,
  multi_users_select: multi,
  multi_channels_select: multi,
  multi_conversations_select: multi,
  checkboxes,
  radio_buttons: radio,
  datepicker: picker,
  timepicker: picker,
  datetimepicker: picker,
  plain_text_input: textInput,
  rich_text_input: textInput,
  email_text_input: textInput,
  url_text_input: textInput,
  number_input: textInput,
};

export function element(spec, ctx) {
  const draw = DRAW[spec?.type];
  return draw ? draw(spec, ctx) : h("span", { class: "unknown" }, `${spec?.type || "nothing"} is not shown here`);
}
