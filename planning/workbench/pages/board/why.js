/** The chosen zone: what it is, whose it is, and why. */

import { el } from "../shared/dom.js";
import { lang, number, say } from "../shared/texts.js";

/** @typedef {import("./layer.js").Drawing} Drawing */

/** @param {Drawing} drawing @param {number} zone @returns {string} */
export function zoneName(drawing, zone) {
  return drawing.scene.head.names[zone] || drawing.scene.head.zones[zone];
}

/** @param {Drawing} drawing @param {number} zone −1: none @param {any} told what the server said of it @param {() => void} ask @param {(() => void)|null|false} [price] asks what it costs to give it to the chosen school */
export function zoneBox(drawing, zone, told, ask, price) {
  if (zone < 0) return el("div.zone.soft", {}, say("board.noZone"));
  const stage = drawing.stage, unit = stage.units[stage.now[zone]];
  return el("div.zone", { "data-zone": drawing.scene.head.zones[zone] },
    el("b", {}, zoneName(drawing, zone)), el("div.soft", {}, [drawing.scene.head.zones[zone], drawing.scene.head.townships[drawing.scene.township[zone]], `${number(Math.round(stage.pupils[zone]))} ${say("board.pupils")}`, unit?.name].filter(Boolean).join(" · ")),
    told ? el("div.why", { id: "why-told" }, ...explained(told)) : el("button.button", { type: "button", id: "why", title: "W", on: { click: ask } }, say("board.why")),
    price && el("button.button", { type: "button", id: "move-price", title: "P", on: { click: price } }, say("price.ask")));
}

/** @param {any} told */
function explained(told) {
  const hand = told.by_hand;
  return [
    hand && el("p", {}, say("board.byHand", { n: hand.number }), " ", [hand.reason, hand.who].filter(Boolean).join(" · ")),
    ...told.units.flatMap((/** @type {any} */ u) => [
      el("p", {}, el("b", {}, u.name), ` ${say("board.metres", { m: number(u.distance_m) })}${u.nearest ? ` · ${say("board.nearest")}` : ""}`),
      u.shared.length > 0 && el("p", {}, say("board.shared", { names: u.shared.join(say("board.listed")) })),
      ...u.others.map((/** @type {any} */ o) => el("div.other", {}, el("div", {}, say("board.notTo", { school: o.name, m: number(o.distance_m) })),
        el("ul", {}, ...o.reasons.map((/** @type {any} */ r) => el("li", {}, r[lang()]))), o.mend[lang()] && el("div.mend", {}, say("board.mend", { what: o.mend[lang()] })))),
    ]),
  ].filter(Boolean);
}
