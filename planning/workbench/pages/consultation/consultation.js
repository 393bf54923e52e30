/** The room 意见: what people said, on the map, answered by a letter. */

import { bytes, carefully, get, post, upload } from "../shared/ask.js";
import { Drawing } from "../board/layer.js";
import { Scene } from "../board/scene.js";
import { byId, el } from "../shared/dom.js";
import { dialog, field } from "../shared/dialog.js";
import { card, jobsOf, paperList } from "../shared/papers.js";
import { number, say } from "../shared/texts.js";
import { toast } from "../shared/toast.js";

/** @typedef {import("../room/room.js").Room} Room */
/** @typedef {{id: string, date: string, zone: string, school: string, text: string, answered: string, writing: boolean, zones: number[]}} Objection */

const SHOWN = 500;
const OFFERED = 5000; // names: more than that make a browser slow
const L = /** @type {any} */ (globalThis).L;
/** @type {Objection[]} */ let known = [];
/** @type {Drawing|null} */ let drawing = null;
/** @type {any[]} */ let marks = [];
let grouped = ""; // "", "zone" or "school"

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
    offerPlaces(drawing.scene);
  }
  heard(room);
}

/** What may be typed for a place: names of zones and schools. @param {Scene} scene */
function offerPlaces(scene) {
  const offered = (/** @type {string} */ id, /** @type {Iterable<string>} */ names) => el("datalist", { id }, ...[...new Set(names)].filter(Boolean).slice(0, OFFERED).map((value) => el("option", { value })));
  byId("main").append(offered("known-zones", scene.head.names), offered("known-schools", scene.stages.flatMap((s) => s.units.filter((u) => u.takes).map((u) => u.name))));
}

/** @param {Room} room */
export function heard(room) {
  byId("made").replaceChildren(jobsOf(room, ["reply"]), paperList(room, "reply"));
  const over = room.jobs.find((j) => j.kind === "reply")?.state || "";
  if (known.some((o) => o.writing) && !["waiting", "running"].includes(over)) reload(room); // the letter is there, or it failed
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
    made.elements.date.value = data.get("date");
    await reload(room);
  } } }, el("div.two", {}, one("date", "date"), one("zone"), one("school")),
    el("label.field", {}, el("span", {}, say("consultation.text")), el("textarea", { name: "text", rows: 3, required: true, maxLength: 2000 })),
    el("p.soft", {}, say("consultation.privacy")),
    el("div.row", {}, el("label.button", {}, say("consultation.import"), el("input.unseen", { type: "file", id: "table", accept: ".xlsx,.xls,.csv", "aria-label": say("consultation.import"), on: { change: (/** @type {any} */ e) => take(room, e.target) } })), el("button.button.main", { type: "submit" }, say("consultation.add"))));
  for (const name of ["zone", "school"]) made.querySelector(`[name=${name}]`)?.setAttribute("list", `known-${name}s`);
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

/** Entries in groups, the largest first; one group without a name where they are not grouped. @returns {[string, Objection[]][]} */
function groups() {
  if (!grouped) return [["", known.slice(0, SHOWN)]];
  /** @type {Map<string, Objection[]>} */
  const by = new Map();
  for (const o of known.slice(0, SHOWN)) {
    const name = (grouped === "zone" ? (o.zones.length && drawing?.scene.head.names[o.zones[0]]) || o.zone : o.school) || say("consultation.nowhere");
    by.set(name, [...(by.get(name) || []), o]);
  }
  return [...by].sort((a, b) => b[1].length - a[1].length);
}

/** @param {Room} room @param {Objection} o */
function row(room, o) {
  const change = !room.session.read_only;
  const lost = o.zone && !o.zones.length;
  const state = o.answered ? el("span.chip.good", {}, say("consultation.answered", { day: o.answered })) : el("span.chip", {}, say(o.writing ? "consultation.writing" : "consultation.open"));
  return el("tr", {}, change && el("td", {}, el("input", { type: "checkbox", value: o.id, "aria-label": `${o.zone} ${o.text.slice(0, 30)}` })), el("td.id", {}, o.date),
    el("td", {}, o.zone, " ", lost && el("span.chip.warn", {}, say("consultation.unknown")), lost && change && el("button.button.quiet", { type: "button", on: { click: () => locate(room, o) } }, say("consultation.locate"))),
    el("td", {}, o.school), el("td", {}, o.text), el("td", {}, state));
}

/** Say which zone an entry is about. @param {Room} room @param {Objection} o */
async function locate(room, o) {
  const asked = field("zone", say("consultation.zone"), { type: "text", value: "", maxLength: 200 });
  asked.querySelector("input")?.setAttribute("list", "known-zones");
  const done = await dialog({ title: say("consultation.locate"), body: [el("p.soft", {}, `${o.zone}: ${o.text.slice(0, 200)}`), asked],
    send: (filled) => post(`${room.api}/objections/locate`, { id: o.id, zone: String(filled.get("zone")) }) });
  if (done) await reload(room);
}

/** @param {Room} room */
function table(room) {
  if (!known.length) return el("p.soft", {}, say("consultation.none"));
  const change = !room.session.read_only;
  const chosen = () => [...document.querySelectorAll("#objections tbody input[value]:checked")].map((b) => /** @type {HTMLInputElement} */ (b).value).filter((v) => v !== "on");
  const act = (/** @type {string} */ name, /** @type {string} */ path, main = "") => el(`button.button${main}`, { type: "button", id: name, on: { click: async () => {
    if (!chosen().length) return toast(say("consultation.choose"));
    if ((await carefully(() => post(`${room.api}/objections/${path}`, { ids: chosen() }))) && path === "reply") toast(say("papers.started"));
    await reload(room);
  } } }, say(`consultation.${name}`));
  const by = el("select", { id: "grouped", "aria-label": say("consultation.group"), on: { change: () => { grouped = by.value; byId("list").replaceChildren(table(room)); } } },
    ...["", "zone", "school"].map((value) => el("option", { value, selected: value === grouped }, say(`consultation.group${value}`))));
  const head = (/** @type {string} */ name, /** @type {Objection[]} */ said) => el("tr.group", {}, change && el("td", {}, el("input", { type: "checkbox", "aria-label": `${say("consultation.pick")} ${name}`, on: { change: (/** @type {any} */ e) => {
    for (const o of said) /** @type {HTMLInputElement} */ (document.querySelector(`#objections input[value="${o.id}"]`)).checked = e.target.checked;
  } } })), el("th", { scope: "rowgroup", colSpan: 5 }, `${name} · ${say("consultation.counted", { all: number(said.length), open: number(said.filter((o) => !o.answered).length) })}`));
  return el("div", {}, el("div.row.start", {}, by), el("div.scroll", {}, el("table.plain", { id: "objections" }, el("thead", {}, el("tr", {}, change && el("th", { scope: "col" }, say("consultation.pick")), ...["date", "zone", "school", "text", "state"].map((h) => el("th", { scope: "col" }, say(`consultation.${h}`))))),
    ...groups().map(([name, said]) => el("tbody", {}, name && head(name, said), ...said.map((o) => row(room, o)))))),
    change && el("div.row", {}, act("delete", "delete"), act("reply", "reply", ".main")));
}
