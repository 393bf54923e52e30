/** Ask in a window of the page; Escape leaves it, Enter takes it. What is refused is said in it, and what was filled in stays. */

import { toldOf } from "./ask.js";
import { el } from "./dom.js";
import { say } from "./texts.js";

/**
 * @template T
 * @param {{title: string, body: Node[], ok?: string, alone?: boolean, send?: (filled: FormData) => Promise<T>}} given alone: nothing is asked, it is only read; send: what is done with what was filled in
 * @returns {Promise<T|null>} what came of it, null when it was left
 */
export function dialog({ title, body, ok, alone, send }) {
  return new Promise((resolve) => {
    let done = /** @type {T|null} */ (null);
    const refused = el("div.refused", { role: "alert" });
    const take = async (/** @type {Event} */ e) => {
      e.preventDefault();
      try {
        if (send) done = await send(new FormData(form));
        made.close();
      } catch (error) {
        refused.replaceChildren(toldOf(error));
        refused.scrollIntoView({ block: "nearest" });
      }
    };
    const form = el("form", { method: "dialog", on: { submit: take } },
      el("h2", { id: "dialog-title" }, title), ...body, refused,
      el("div.row", {},
        !alone && el("button.button", { type: "button", on: { click: () => made.close() } }, say("dialog.cancel")),
        el("button.button.main", { type: "submit", value: "ok" }, ok || say("dialog.ok"))));
    const made = el("dialog", { "aria-labelledby": "dialog-title" }, form);
    made.addEventListener("close", () => { made.remove(); resolve(done); });
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
