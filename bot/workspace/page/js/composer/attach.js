// Files waiting to be sent with the next message: by button, by paste, by drop.

import { h } from "../dom.js";
import { icon } from "../icons.js";
import { fileSize } from "../time.js";

export class Attachments {
  constructor(dropZone) {
    this.files = [];
    this.tray = h("div", { class: "tray", hidden: true });
    this.picker = h("input", { type: "file", multiple: true, hidden: true, "data-testid": "file-input", "aria-label": "Choose files", on: { change: () => { this.add(this.picker.files); this.picker.value = ""; } } });
    let depth = 0;
    const over = (on) => dropZone.classList.toggle("dropping", on);
    dropZone.addEventListener("dragenter", (e) => { if (e.dataTransfer?.types.includes("Files")) { depth += 1; over(true); e.preventDefault(); } });
    dropZone.addEventListener("dragover", (e) => { if (e.dataTransfer?.types.includes("Files")) e.preventDefault(); });
    dropZone.addEventListener("dragleave", () => { depth = Math.max(0, depth - 1); if (!depth) over(false); });
    dropZone.addEventListener("drop", (e) => {
      depth = 0;
      over(false);
      if (!e.dataTransfer?.files.length) return;
      e.preventDefault();
      this.add(e.dataTransfer.files);
    });
  }

  add(files) {
    this.files.push(...files);
    this.draw();
  }

  take() {
    const files = this.files;
    this.files = [];
    this.draw();
    return files;
  }

  draw() {
    this.tray.hidden = !this.files.length;
    this.tray.replaceChildren(
      ...this.files.map((file) => {
        const drop = () => {
          this.files = this.files.filter((f) => f !== file);
          this.draw();
        };
        return h("span", { class: "tray-file" }, icon("file", 16), h("span", { class: "tray-name" }, file.name), h("span", { class: "tray-size" }, fileSize(file.size)), h("button", { type: "button", class: "icon-btn", "aria-label": `Remove ${file.name}`, on: { click: drop } }, icon("close", 13)));
      }),
    );
  }
}
