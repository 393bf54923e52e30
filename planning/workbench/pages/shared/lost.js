/** Say for as long as it lasts that the server does not answer, and what then happens. */

import { el } from "./dom.js";
import { say } from "./texts.js";

/** @param {boolean} there @param {string} [text] what is said instead of the usual */
export function tellLost(there, text) {
  const shown = document.getElementById("lost");
  if (there) shown?.remove();
  else if (shown) shown.textContent = text || say("lost");
  else document.body.append(el("div", { id: "lost", role: "alert" }, text || say("lost")));
}
