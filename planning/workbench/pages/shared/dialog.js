/** Ask in a window of the page; Escape leaves it, Enter takes it. */

import { el } from "./dom.js";
import { say } from "./texts.js";

/**
 * @param {{title: string, body: Node[], ok?: string, alone?: boolean}} given alone: nothing is asked, it is only read
 * @returns {Promise<FormData|null>} what was filled in, null when it was left
 */
export function dialog({ title, body, ok, alone }) {
  return new Promise((resolve) => {
    const form = el("form", { method: "dialog" },
      el("h2", { id: "dialog-title" }, title), ...body,
      el("div.row", {},
        !alone && el("button.button", { type: "button", on: { click: () => made.close() } }, say("dialog.cancel")),
        el("button.button.main", { type: "submit", value: "ok" }, ok || say("dialog.ok"))));
    const made = el("dialog", { "aria-labelledby": "dialog-title" }, form);
    let filled = /** @type {FormData|null} */ (null);
    form.addEventListener("submit", () => { filled = new FormData(form); });
    made.addEventListener("close", () => { made.remove(); resolve(filled); });
    document.body.append(made);
    made.showModal();
    const first = made.querySelector("input[type=text]");
    if (first instanceof HTMLInputElement) first.select();
  });
}

/** @param {string} name @param {string} label @param {Record<string, any>} given */
export function field(name, label, given) {
  return el("label.field", {}, el("span", {}, label), el("input", { name, required: true, autocomplete: "off", ...given }));
}
