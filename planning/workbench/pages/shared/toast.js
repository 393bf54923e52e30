/** Short messages at the foot of the page, with one thing to do about them; what is said already is not said twice, and a few stand at most. */

import { byId, el } from "./dom.js";

const SHOWN_MS = 9000;
const MOST = 3;

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
  const place = byId("toasts"), shown = [...place.children];
  const again = shown.filter((one) => one.textContent === made.textContent);
  for (const one of [...again, ...shown.filter((s) => !again.includes(s)).slice(0, -MOST + 1)]) one.remove();
  place.append(made);
  setTimeout(gone, SHOWN_MS);
  made.addEventListener("click", (/** @type {Event} */ e) => { if (e.target === made) gone(); });
}
