/** The bar at the top: where one is, the language, whether anything can be changed. Only rooms that exist are named. */

import { byId, el } from "./dom.js";
import { otherLanguage, say } from "./texts.js";

/**
 * @param {"home"|"board"} here
 * @param {{read_only: boolean}} session
 * @param {...Node} more what the room adds to the bar
 */
export function drawBar(here, session, ...more) {
  const link = (/** @type {string} */ room, /** @type {string} */ to) =>
    el("a", { href: to, "aria-current": room === here ? "page" : undefined }, say(`room.${room}`));
  const parts = [
    el("a.brand", { href: "/" }, el("img", { src: "/pages/style/icon.svg", alt: "" }), say("app")),
    el("nav", {}, link("home", "/"), here === "board" && link("board", location.pathname)),
    ...more,
    el("span.gap"),
    session.read_only && el("span.chip.warn", {}, say("readonly")),
    el("button.button.quiet", { type: "button", id: "language", on: { click: otherLanguage } }, say("language.other")),
  ];
  byId("bar").replaceChildren(.../** @type {Node[]} */ (parts.filter(Boolean)));
}
