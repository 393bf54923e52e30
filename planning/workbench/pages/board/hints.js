/** Three hints for whoever opens a board for the first time; dismissed once, they stay away on this computer. */

import { el } from "../shared/dom.js";
import { say } from "../shared/texts.js";

const KEPT = "planning.hints";

/** Whether the hints were not dismissed here yet. */
export function hintsWanted() {
  return !localStorage.getItem(KEPT);
}

/** @param {() => void} changed the hints are gone @returns {Node|null} nothing where they were dismissed */
export function firstHints(changed) {
  if (!hintsWanted()) return null;
  const gone = () => { localStorage.setItem(KEPT, "seen"); changed(); };
  return el("section.hints", { id: "hints", "aria-label": say("hints.title") }, el("b", {}, say("hints.title")), el("ol", {}, ...["choose", "paint", "save"].map((h) => el("li", {}, say(`hints.${h}`)))),
    el("button.button", { type: "button", id: "hints-gone", on: { click: gone } }, say("hints.gone")));
}
