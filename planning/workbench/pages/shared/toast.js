/** Short messages at the foot of the page, with one thing to do about them. */

import { byId, el } from "./dom.js";

const SHOWN_MS = 9000;

/**
 * @param {string|Node} text
 * @param {{bad?: boolean, action?: string, on?: () => void}} [given]
 */
export function toast(text, { bad = false, action, on } = {}) {
  const made = el(bad ? "div.toast.bad" : "div.toast", {}, el("div", {}, text));
  const gone = () => made.remove();
  if (action && on) {
    made.append(el("button", { type: "button", on: { click: () => { gone(); on(); } } }, action));
  }
  byId("toasts").append(made);
  setTimeout(gone, SHOWN_MS);
  made.addEventListener("click", (/** @type {Event} */ e) => { if (e.target === made) gone(); });
}
