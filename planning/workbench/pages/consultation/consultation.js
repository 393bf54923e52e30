/** The room 意见: what people said, on the map, answered by a letter. */

import { bytes, carefully, get, post, upload } from "../shared/ask.js";
import { Drawing } from "../board/layer.js";
import { Scene } from "../board/scene.js";
import { byId, el } from "../shared/dom.js";
import { card, jobsOf, paperList } from "../shared/papers.js";
import { number, say } from "../shared/texts.js";
import { toast } from "../shared/toast.js";

/** @typedef {import("../room/room.js").Room} Room */
/** @typedef {{id: string, date: string, zone: string, school: string, text: string, answered: string, zones: number[]}} Objection */

const L = /** @type {any} */ (globalThis).L;
/** @type {Objection[]} */ let known = [];
/** @type {Drawing|null} */ let drawing = null;
/** @type {any[]} */ let marks = [];

/** @param {Room} room */
export async function draw(room) {
  const change = !room.session.read_only;
  byId("main").replaceChildren(el("h1", {}, say("room.consultation")), el("p.lead", {}, say("consultation.lead")),
    ...(change ? [card(say("consultation.enter"), form(room))] : []),
    card(say("consultation.map"), el("div.map", { id: "map", role: "application", "aria-label": say("consultation.map") })),
    card(say("consultation.list"), el("p", { id: "counted" }), el("div", { id: "list" })), card(say("consultation.letters"), el("div", { id: "made" })));
  await reload(room);
  const packed = await carefully(() => bytes(`/api/boards/${room.about.id}/scene`));
  if (packed) {
    const map = L.map(byId("map"), { attributionControl: false, zoomControl: false, zoomAnimation: false, fadeAnimation: false, zoomSnap: 0.25, preferCanvas: true });
    L.control.zoom({ zoomInTitle: say("board.zoomIn"), zoomOutTitle: say("board.zoomOut") }).addTo(map);
    map.setView([0, 0], 10);
    drawing = new Drawing(map, new Scene(packed));
    drawing.hatched = false;
    map.fitBounds(drawing.bounds(drawing.scene.head.core));
    drawing.all();
    mark();
  }
  heard(room);
}

/** @param {Room} room */
export function heard(room) {
  byId("made").replaceChildren(jobsOf(room, ["reply"]), paperList(room, "reply"));
}

/** @param {Room} room */
async function reload(room) {
  const told = await carefully(() => get(`${room.api}/objections`));
  if (!told) return;
  known = told.objections;
  const open = known.filter((o) => !o.answered).length;
  byId("counted").textContent = say("consultation.counted", { all: number(known.length), open: number(open) });
  byId("list").replaceChildren(table(room));
  mark();
}

/** One mark for every zone that something was said of; the more, the larger. */
function mark() {
  if (!drawing) return;
  for (const m of marks) m.remove();
  /** @type {Map<number, Objection[]>} */
  const byZone = new Map();
  for (const o of known) if (o.zones.length) byZone.set(o.zones[0], [...(byZone.get(o.zones[0]) || []), o]);
  const p = drawing.scene.point;
  marks = [...byZone].map(([z, said]) => L.circleMarker(/** @type {Drawing} */ (drawing).latLng(p[2 * z], p[2 * z + 1]), { radius: 7 + 3 * Math.sqrt(said.length - 1), color: "#fff", weight: 2, fillColor: said.some((o) => !o.answered) ? "#9c0d20" : "#1b6b47", fillOpacity: 0.9 })
    .bindPopup(el("div", {}, el("b", {}, `${said[0].zone} · ${number(said.length)}`), ...said.slice(0, 6).map((o) => el("div", {}, o.text.slice(0, 120))))).addTo(/** @type {Drawing} */ (drawing).map));
}

/** @param {Room} room */
function form(room) {
  const one = (/** @type {string} */ name, type = "text") => el("label.field", {}, el("span", {}, say(`consultation.${name}`)), el("input", { type, name, maxLength: 200, autocomplete: "off", value: type === "date" ? new Date().toISOString().slice(0, 10) : "" }));
  const made = el("form", { id: "enter", on: { submit: async (/** @type {Event} */ e) => {
    e.preventDefault();
    const data = new FormData(made);
    if (!(await carefully(() => post(`${room.api}/objections`, Object.fromEntries(["date", "zone", "school", "text"].map((k) => [k, String(data.get(k) || "")])))))) return;
    made.reset();
    await reload(room);
  } } }, el("div.two", {}, one("date", "date"), one("zone"), one("school")),
    el("label.field", {}, el("span", {}, say("consultation.text")), el("textarea", { name: "text", rows: 3, required: true, maxLength: 2000 })),
    el("p.soft", {}, say("consultation.privacy")),
    el("div.row", {}, el("label.button", {}, say("consultation.import"), el("input.unseen", { type: "file", id: "table", accept: ".xlsx,.xls,.csv", "aria-label": say("consultation.import"), on: { change: (/** @type {any} */ e) => take(room, e.target) } })), el("button.button.main", { type: "submit" }, say("consultation.add"))));
  return made;
}

/** @param {Room} room @param {HTMLInputElement} input */
async function take(room, input) {
  const file = input.files?.[0], sent = file && (await carefully(() => upload(file, "")));
  const told = sent && (await carefully(() => post(`${room.api}/objections/import`, { import: sent.import })));
  input.value = "";
  if (told) toast(say("consultation.imported", { n: told.new }));
  await reload(room);
}

/** @param {Room} room */
function table(room) {
  if (!known.length) return el("p.soft", {}, say("consultation.none"));
  const change = !room.session.read_only;
  const chosen = () => [...document.querySelectorAll("#objections input:checked")].map((b) => /** @type {HTMLInputElement} */ (b).value);
  const act = (/** @type {string} */ name, /** @type {string} */ path, main = "") => el(`button.button${main}`, { type: "button", id: name, on: { click: async () => {
    if (!chosen().length) return toast(say("consultation.choose"));
    if ((await carefully(() => post(`${room.api}/objections/${path}`, { ids: chosen() }))) && path === "reply") toast(say("papers.started"));
    await reload(room);
  } } }, say(`consultation.${name}`));
  return el("div", {}, el("div.scroll", {}, el("table.plain", { id: "objections" }, el("thead", {}, el("tr", {}, change && el("th", { scope: "col" }, say("consultation.pick")), ...["date", "zone", "school", "text", "state"].map((h) => el("th", { scope: "col" }, say(`consultation.${h}`))))),
    el("tbody", {}, ...known.slice(0, 500).map((o) => el("tr", {}, change && el("td", {}, el("input", { type: "checkbox", value: o.id, "aria-label": `${o.zone} ${o.text.slice(0, 30)}` })), el("td", {}, o.date), el("td", {}, o.zone, " ", o.zone && !o.zones.length && el("span.chip.warn", {}, say("consultation.unknown"))), el("td", {}, o.school), el("td", {}, o.text),
      el("td", {}, o.answered ? el("span.chip.good", {}, say("consultation.answered", { day: o.answered })) : el("span.chip", {}, say("consultation.open")))))))),
    change && el("div.row", {}, act("delete", "delete"), act("reply", "reply", ".main")));
}
