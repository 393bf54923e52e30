/** The bar at the top: where one is, the language, whether anything can be changed. Only rooms that exist are named. */

import { byId, el } from "./dom.js";
import { chooseLanguage, lang, LANGUAGES, say } from "./texts.js";

/** Rooms of one plan. */
const PLAN_ROOMS = ["board", "whatif", "compare", "indicators", "publish", "consultation", "approve", "wall"];

/**
 * @param {string} here the room
 * @param {{read_only: boolean}} session
 * @param {...Node} more what the room adds to the bar
 */
export function drawBar(here, session, ...more) {
  byId("bar").replaceChildren(...barParts(here, session, ...more));
}

/**
 * @param {string} here the room
 * @param {{read_only: boolean}} session
 * @param {...(Node|false)} more what the room adds to the bar
 * @returns {Node[]}
 */
export function barParts(here, session, ...more) {
  const link = (/** @type {string} */ room, /** @type {string} */ to) =>
    el("a", { href: to, "aria-current": room === here ? "page" : undefined }, say(`room.${room}`));
  const plan = PLAN_ROOMS.includes(here) ? location.pathname.split("/")[2] : "";
  const parts = [
    el("a.brand", { href: "/" }, el("img", { src: "/pages/style/icon.svg", alt: "" }), say("app")),
    el("nav", { "aria-label": say("bar.rooms") }, link("home", "/"), !session.read_only && link("import", "/import"), ...(plan ? PLAN_ROOMS.map((room) => link(room, `/${room}/${plan}`)) : [])),
    ...more,
    el("span.gap"),
    session.read_only && el("span.chip.warn", {}, say("readonly")),
    el("select", { id: "language", "aria-label": say("language.choose"), on: { change: (/** @type {any} */ e) => chooseLanguage(e.target.value) } }, ...LANGUAGES.map((l) => el("option", { value: l, lang: l, selected: l === lang() }, say(`language.${l}`)))),
  ];
  return /** @type {Node[]} */ (parts.filter(Boolean));
}
