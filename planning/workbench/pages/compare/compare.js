/** The room 比较: two to four plans side by side, maps that move together, what differs hatched, the report. */

import { bytes, carefully, get, post } from "../shared/ask.js";
import { Drawing } from "../board/layer.js";
import { Scene } from "../board/scene.js";
import { byId, el } from "../shared/dom.js";
import { card, jobsOf, paperList } from "../shared/papers.js";
import { number, percent, say } from "../shared/texts.js";
import { toast } from "../shared/toast.js";

/** @typedef {import("../room/room.js").Room} Room */

const L = /** @type {any} */ (globalThis).L;
const MOST = 4;
/** @type {string[]} */
let chosen = [];
/** @type {Map<string, {drawing: Drawing, state: any}>} */
const shown = new Map();
let stage = 0, moving = false;

/** @param {Room} room */
export async function draw(room) {
  byId("main").classList.add("wide");
  const boxes = room.about.plans.filter((p) => p.id !== room.about.id).map((p) => el("label.pick", {}, el("input", { type: "checkbox", value: p.id, on: { change: (/** @type {any} */ e) => pick(room, p.id, e.target.checked, e.target) } }), p.name));
  byId("main").replaceChildren(el("h1", {}, say("room.compare")), el("p.lead", {}, say("compare.lead", { name: room.about.name })),
    el("div.picks", { role: "group", "aria-label": say("compare.pick") }, ...(boxes.length ? boxes : [el("p.soft", {}, say("compare.none"))])),
    el("div", { id: "stages" }), el("div.maps", { id: "maps" }), el("div", { id: "figures" }), card(say("compare.report"), ...(room.session.read_only ? [] : [el("div.row.start", {}, el("button.button.main", { type: "button", id: "report", on: { click: () => report(room) } }, say("compare.make")))]), el("div", { id: "made" })));
  chosen = [room.about.id];
  const first = room.about.plans.find((p) => p.id !== room.about.id);
  if (first) {
    /** @type {any} */ (boxes[0].querySelector("input")).checked = true;
    chosen.push(first.id);
  }
  await drawMaps(room);
  heard(room);
}

/** @param {Room} room */
export function heard(room) {
  byId("made").replaceChildren(jobsOf(room, ["compare"]), paperList({ ...room, about: { ...room.about, papers: room.about.papers.filter((p) => !p.name.endsWith(".csv")) } }, "compare"));
}

/** @param {Room} room @param {string} id @param {boolean} on @param {HTMLInputElement} box */
async function pick(room, id, on, box) {
  if (on && chosen.length >= MOST) {
    box.checked = false;
    toast(say("compare.most"));
    return;
  }
  chosen = on ? [...chosen, id] : chosen.filter((c) => c !== id);
  await drawMaps(room);
}

/** @param {Room} room */
async function drawMaps(room) {
  shown.clear();
  const places = chosen.map((id) => el("figure.side", { "data-plan": id }, el("figcaption", {}, room.about.plans.find((p) => p.id === id)?.name || id), el("div.map", { role: "application", "aria-label": say("board.map") })));
  byId("maps").replaceChildren(...places);
  byId("figures").replaceChildren(el("p.soft", { role: "status" }, say("board.loading")));
  const got = await carefully(() => Promise.all(chosen.map(async (id) => /** @type {[ArrayBuffer, any]} */ ([await bytes(`/api/boards/${id}/scene`), await get(`/api/boards/${id}/state`)]))));
  if (!got) return;
  got.forEach(([packed, state], n) => {
    const scene = new Scene(packed);
    const map = L.map(places[n].querySelector(".map"), { attributionControl: false, zoomControl: false, zoomAnimation: false, fadeAnimation: false, zoomSnap: 0.25, preferCanvas: true });
    if (n === 0) L.control.zoom({ zoomInTitle: say("board.zoomIn"), zoomOutTitle: say("board.zoomOut") }).addTo(map);
    map.setView([0, 0], 10);
    const drawing = new Drawing(map, scene);
    map.fitBounds(drawing.bounds(scene.head.core));
    shown.set(chosen[n], { drawing, state });
    map.on("move", () => follow(map));
  });
  hatch();
  drawFigures(room);
}

/** @param {any} leader the map that was moved */
function follow(leader) {
  if (moving) return;
  moving = true;
  for (const { drawing } of shown.values()) if (drawing.map !== leader) drawing.map.setView(leader.getCenter(), leader.getZoom(), { animate: false });
  moving = false;
}

/** The first plan is what the others are held against. */
function hatch() {
  const base = shown.get(chosen[0])?.drawing;
  if (!base) return;
  for (const [id, { drawing }] of shown) {
    drawing.shown = Math.min(stage, drawing.scene.stages.length - 1);
    const own = drawing.stage, first = base.scene.stages.find((s) => s.stage === own.stage);
    if (id !== chosen[0] && first) own.before = Int32Array.from(first.saved, (u) => (u < 0 ? -1 : own.at.get(first.units[u].unit) ?? own.units.length));
    drawing.hatched = id !== chosen[0];
    drawing.all();
  }
  const stages = base.scene.stages;
  byId("stages").replaceChildren(el("div.stages", { role: "group", "aria-label": say("board.stage") }, ...stages.map((s, n) => el("button", { type: "button", "aria-pressed": String(n === stage), on: { click: () => { stage = n; hatch(); } } }, say(`stage.${s.stage}`)))));
}

/** @param {Drawing} drawing @returns {{zones: number, pupils: number}} who goes elsewhere than in the first plan, all stages */
function movers(drawing) {
  let zones = 0, pupils = 0;
  for (const s of drawing.scene.stages) {
    const first = shown.get(chosen[0])?.drawing.scene.stages.find((t) => t.stage === s.stage);
    if (!first) continue;
    for (let z = 0; z < s.now.length; z++) if (s.units[s.saved[z]]?.unit !== first.units[first.saved[z]]?.unit) { zones += 1; pupils += s.pupils[z]; }
  }
  return { zones, pupils };
}

/** @param {Room} room */
function drawFigures(room) {
  const rows = /** @type {[string, (c: any, d: Drawing) => [number|null, string], boolean|null][]} */ ([
    ["board.short", (c) => [c.short, number(c.short)], false], ["board.gap", (c) => [c.gap, c.gap === null ? "–" : percent(c.gap, 2)], false],
    ["compare.meanPrimary", (c) => [c.mean_m.primary ?? null, number(c.mean_m.primary)], false], ["compare.meanJunior", (c) => [c.mean_m.junior ?? null, number(c.mean_m.junior)], false],
    ["board.moved", (c) => [c.moved_pupils, c.moved_pupils === null ? say("verdict.not_applicable") : number(c.moved_pupils)], false], ["board.b4", (c) => [c.b4, number(c.b4)], false], ["board.b5", (c) => [c.b5, number(c.b5)], false], ["board.detached", (c) => [c.apart, number(c.apart)], false],
    ["compare.differs", (c, d) => { const m = movers(d); return [null, say("compare.movers", { zones: number(m.zones), pupils: number(Math.round(m.pupils)) })]; }, null],
  ]);
  const sides = chosen.map((id) => shown.get(id)).filter((s) => s !== undefined);
  if (sides.every((s) => s.state.saved.in_seats)) rows.splice(rows.findIndex(([name]) => name === "board.b5"), 1);
  byId("figures").replaceChildren(el("div.scroll", {}, el("table.plain", { id: "compared" }, el("thead", {}, el("tr", {}, el("th", { scope: "col" }, say("compare.figure")), ...chosen.map((id) => el("th.n", { scope: "col" }, room.about.plans.find((p) => p.id === id)?.name || id)))),
    el("tbody", {}, ...rows.map(([name, of, better]) => {
      const cells = sides.map((s) => of(s.state.saved, s.drawing)), known = cells.map(([v]) => v).filter((v) => v !== null), best = better === null ? null : Math.min(.../** @type {number[]} */ (known)), equal = new Set(known).size < 2;
      return el("tr", {}, el("th", { scope: "row" }, say(name)), ...cells.map(([v, text]) => el(v !== null && v === best && !equal ? "td.n.best" : "td.n", {}, v !== null && v === best && !equal ? `${text} ✓` : text)));
    })))));
}

/** @param {Room} room */
async function report(room) {
  if (chosen.length < 2) return toast(say("compare.pick"));
  const told = await carefully(() => post(`${room.api}/compare`, { others: chosen.slice(1) }));
  if (told) toast(say("papers.started"));
}
