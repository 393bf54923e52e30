/** 大屏: one picture and five figures, readable across a room. */

import { bytes, carefully, get } from "../shared/ask.js";
import { Drawing } from "../board/layer.js";
import { Scene } from "../board/scene.js";
import { byId, el } from "../shared/dom.js";
import { lang, number, percent, say } from "../shared/texts.js";

/** @typedef {import("../room/room.js").Room} Room */

const L = /** @type {any} */ (globalThis).L;

/** @param {Room} room */
export async function draw(room) {
  const got = await carefully(() => Promise.all([bytes(`/api/boards/${room.about.id}/scene`), get(`/api/boards/${room.about.id}/state`)]));
  if (!got) return;
  const scene = new Scene(got[0]), c = got[1].saved; // the plan, without what is drawn on its board
  document.body.classList.add("on-wall");
  const one = (/** @type {string} */ name, /** @type {string} */ value, mood = "") => el(`div.big${mood}`, { "data-figure": name }, el("b", {}, value), el("span", {}, say(`wall.${name}`)));
  const told = room.about.summary.indicators;
  const stages = (/** @type {string} */ name, /** @type {Record<string, number | null>} */ by, /** @type {(value: number) => string} */ word) => {
    const known = scene.stages.filter((s) => by[s.stage] !== undefined);
    if (!known.length) return one(name, "–");
    return el("div.big.by-stage", { "data-figure": name }, ...known.map((s) => el("div", { "data-stage": s.stage }, el("b", {}, by[s.stage] === null ? say("verdict.not_applicable") : word(/** @type {number} */ (by[s.stage]))), el("span", {}, say(`stage.${s.stage}`)))), el("span", {}, say(`wall.${name}`)));
  };
  byId("main").classList.add("wide");
  byId("main").replaceChildren(el("div.wall", {}, el("div", {}, el("h1", {}, `${room.about.project} · ${room.about.name}`), el("p.soft", {}, scene.head.status[lang()]), el("div.map", { id: "map", role: "img", "aria-label": say("board.map") })),
    el("div.bigs", {}, one("short", number(c.short), c.short ? ".bad" : ".good"), one("gap", c.gap === null ? "–" : percent(c.gap, 2)), stages("mean", c.mean_m, (v) => number(v)),
      stages("nearby", c.b13, (v) => percent(v, 1)), one("passed", told ? `${told.passed} / ${told.passed + told.failed + told.not_supplied}` : "–"))));
  const map = L.map(byId("map"), { attributionControl: false, zoomControl: false, zoomAnimation: false, fadeAnimation: false, zoomSnap: 0.1, preferCanvas: true });
  map.setView([0, 0], 10);
  const drawing = new Drawing(map, scene);
  drawing.hatched = false;
  map.fitBounds(drawing.bounds(scene.head.core));
  drawing.all();
}
