/** The room 画板: paint zones, see what it does, go back, save. */

import { bytes, carefully, get, post, Refused } from "../shared/ask.js";
import { drawBar } from "../shared/bar.js";
import { dialog, field } from "../shared/dialog.js";
import { byId, el } from "../shared/dom.js";
import { listen } from "../shared/jobs.js";
import { lang, loadTexts, number, say } from "../shared/texts.js";
import { toast } from "../shared/toast.js";
import { Against } from "./against.js";
import { Editing } from "./editing.js";
import { beside, zonesFound } from "./find.js";
import { about, remembered, showJournal, steps } from "./journal.js";
import { listenToKeys } from "./keys.js";
import { Drawing } from "./layer.js";
import { Locks } from "./locks.js";
import { News } from "./news.js";
import { Painter } from "./paint.js";
import { brokenBy, faultBox, headline, list, target } from "./panel.js";
import { finishRest, showPrice } from "./rest.js";
import { Scene } from "./scene.js";
import { Sender } from "./send.js";
import { drawTrays, TOOLS } from "./tools.js";
import { zoneBox, zoneName } from "./why.js";

/**
 * @typedef {{stage: string, county: any, units: Map<string, any>, open: Set<string>, steps: any[], count: number, head: number, edited: boolean, undo: boolean, redo: boolean, name: string, project: string, project_id: string, years: number[], others: {id: string, name: string}[]}} State
 */

const L = /** @type {any} */ (globalThis).L;
const plan = decodeURIComponent(location.pathname.split("/").pop() || "");
const api = `/api/boards/${encodeURIComponent(plan)}`;
/** @type {{lang: string, read_only: boolean}} */ let session;
/** @type {Drawing} */ let drawing;
/** @type {Painter} */ let painter;
/** @type {Locks} */ let locks;
/** @type {Against} */ let against;
/** @type {Editing} */ let editing;
/** @type {number|null} */ let year = null; // position of the school year that is looked at, null the last
const news = new News(drawPanel);
const sender = new Sender(api, { with: () => ({ head: state.head, year }), changed: takeChange, elsewhere: takeState, waits: tellNow, look: () => get(`${api}/state`) });
/** @type {State} */ let state;
/** @type {any} */ let countyBefore;
/** @type {any[]} */ let faults = [];
let faultAt = -1;
let near = true; // whether the town is shown, and not all of the county
let wanted = "";
/** @type {import("./find.js").Words|null} */ let words = null;
/** @type {any} */ let fields;
/** @type {any} */ let because = null; // why the chosen zone belongs to its school
/** @type {Map<number, number>} */ let preview = new Map();

async function begin() {
  session = await get("/api/session");
  await loadTexts(session.lang);
  drawBar("board", session);
  const loading = el("div", { id: "loading" }, say("board.loading"));
  document.body.append(loading);
  const got = await carefully(() => Promise.all([bytes(`${api}/scene`), get(`${api}/state`)]));
  loading.remove();
  if (!got) return;
  const scene = new Scene(got[0]);
  const map = L.map("map", { attributionControl: false, zoomControl: false, zoomAnimation: false, fadeAnimation: false, zoomSnap: 0.25, keyboard: false, preferCanvas: true, doubleClickZoom: false });
  byId("map").setAttribute("aria-label", say("board.map"));
  byId("map").setAttribute("role", "application");
  L.control.scale({ imperial: false, position: "bottomright" }).addTo(map);
  L.control.zoom({ position: "bottomright", zoomInTitle: say("board.zoomIn"), zoomOutTitle: say("board.zoomOut") }).addTo(map);
  map.setView([0, 0], 10);
  drawing = new Drawing(map, scene);
  map.fitBounds(drawing.bounds(scene.head.core));
  locks = new Locks(api, drawing, () => { drawing.overlay(); draw(); });
  against = new Against(api, drawing, draw);
  painter = new Painter(map, drawing, { ready, preview: shownBefore, done: stroke, cancelled: takeBack, clicked });
  state = got[1];
  editing = new Editing(api, plan, { who: () => remembered("who"), changed: editedHere, elsewhere: lookAgain });
  if (!session.read_only) await editing.ask();
  takeState(got[1]);
  drawing.all();
  keys();
  listen((jobs) => news.heard(jobs), { connected, editors: (told) => { if (!session.read_only) editing.heard(told); } });
  addEventListener("beforeunload", (e) => { if (sender.pending) e.preventDefault(); });
  const note = got[1].note;
  if (note) toast(note.text[lang()], { bad: true });
  /** @type {any} */ (globalThis).board = { drawing, painter, state: () => state, idle: () => sender.pending === 0 }; // for those who test
}

/** Whether nothing may be changed here. */
function fixed() {
  return session.read_only || !editing.mine;
}

/** This window edits from now on, or another does. */
function editedHere() {
  if (!(state.units instanceof Map)) return; // nothing is drawn yet
  if (!editing.mine) chooseTool("pan");
  draw();
}

async function lookAgain() {
  const told = await carefully(() => get(`${api}/state`));
  if (told) takeState(told);
}

/** @param {any} told the whole state, as the server has it */
function takeState(told) {
  because = null;
  const units = new Map(told.units.map((/** @type {any} */ u) => [u.unit, u]));
  state = { ...state, ...told, stage: drawing.stage.stage, units, open: new Set(told.open) };
  countyBefore = undefined;
  for (const stage of drawing.scene.stages) stage.now.set(stage.saved);
  setZones(told.moved);
  locks.take(told.locks);
  drawing.all();
  draw();
}

/** @param {any} told what a step changed */
function takeChange(told) {
  because = null;
  countyBefore = state.county;
  for (const unit of told.units) state.units.set(unit.unit, unit);
  const { units: _, moved, ...rest } = told;
  Object.assign(state, rest);
  const changed = setZones(moved);
  drawing.changed([...changed, ...drawing.recolour(changed)]);
  faults = [];
  faultAt = -1;
  drawing.marked = [];
  draw();
}

/** @param {Record<string, [number[], string[]]>} moved @returns {number[]} zones of the stage that is shown */
function setZones(moved) {
  let shown = /** @type {number[]} */ ([]);
  drawing.scene.stages.forEach((stage, n) => {
    const [zones, units] = moved[stage.stage] || [[], []];
    zones.forEach((z, k) => { stage.now[z] = stage.at.get(units[k]) ?? -1; });
    if (n === drawing.shown) shown = zones;
  });
  return shown;
}

function draw() {
  state.stage = drawing.stage.stage;
  drawPanel();
  drawTools();
  drawBar("board", session, el("span.plan-name", { title: state.name }, `${state.project} · ${state.name}`), state.edited && el("span.chip.warn", { id: "edited" }, say("board.edited", { n: state.count })),
    !fixed() && el("button.button.main", { type: "button", id: "save", disabled: !state.edited, on: { click: save } }, say("board.save")));
}

function drawPanel() {
  const find = el("input", { id: "find", type: "search", value: wanted, placeholder: say("board.find"), "aria-label": say("board.find"), on: { input: (/** @type {any} */ e) => { wanted = e.target.value; drawList(); }, focus: learnWords, keydown: takeFirst } });
  const stages = el("div.stages", { role: "group", "aria-label": say("board.stage") }, ...drawing.scene.stages.map((s, n) =>
    el("button", { type: "button", "aria-pressed": String(n === drawing.shown), on: { click: () => showStage(n) } }, s.name[lang() === "zh" ? 0 : 1])));
  const change = !fixed();
  const panel = byId("panel"), focused = document.activeElement, top = panel.scrollTop;
  const parts = [stages, yearBox(), headline(state, countyBefore), el("div.stroke-now", { id: "now", "aria-live": "polite" }, nowText()), !fixed() && (fields ||= about()), change && actBox(), el("div", { id: "fault" }),
    el("h2", {}, say("board.target")), target(state, drawing),
    el("h2", {}, say("board.zone")), zoneBox(drawing, drawing.zone, because, why, change && drawing.target ? askMove : null), against.box(state.others || []), change && el("h2", {}, say("board.locks")), change && locks.box(),
    el("h2", {}, say("board.schools"), el("small", {}, say("board.schoolsHint"))), find, el("ul.units", { id: "units" }),
    el("h2", {}, say("board.steps"), el("small.number", {}, number(state.count)), el("button.button.quiet", { type: "button", id: "journal", on: { click: () => showJournal(api, drawing, fixed() ? null : goTo) } }, say("board.allSteps"))),
    state.steps.length ? el("ol.steps", {}, ...steps(state, drawing)) : el("p.soft", {}, say("board.noSteps")),
    el("div.status", {}, drawing.scene.head.status[lang() === "zh" ? 0 : 1])];
  panel.replaceChildren(...parts.filter(Boolean));
  panel.scrollTop = top;
  if (focused?.id && focused !== document.activeElement) document.getElementById(focused.id)?.focus({ preventScroll: true }); // who types goes on typing
  drawList();
}

function drawList() {
  byId("units").replaceChildren(...list(state, drawing, wanted, words, choose), ...zonesFound(drawing.scene, wanted, words).map((z) => el("li", {}, el("button.found", { type: "button", "data-zone": String(z), on: { click: () => goToZone(z) } }, zoneName(drawing, z), el("small", {}, drawing.scene.head.zones[z])))));
}

function drawTools() {
  const painting = TOOLS.filter(([name]) => name === "pan" || (!fixed() && (name !== "township" || drawing.scene.township.length)));
  const steps = fixed() ? [] : [
    { name: "undo", key: "Z", picture: "M9 6L4 11l5 5M4 11h10a6 6 0 0 1 0 12", on: () => step("undo"), more: { disabled: !state.undo } },
    { name: "redo", key: "Y", picture: "M15 6l5 5-5 5M20 11H10a6 6 0 0 0 0 12", on: () => step("redo"), more: { disabled: !state.redo } },
  ];
  drawTrays(painting.map(([name, key, picture]) => ({ name, key, picture, on: () => chooseTool(name), more: { "aria-pressed": String(painter.tool === name) } })), [
    ...steps, { name: "fault", key: "N", picture: "M12 3l10 18H2zM12 10v5m0 2v1", on: nextFault },
    { name: "hatch", key: "H", picture: "M4 20L20 4M4 12l8-8M12 20l8-8", on: hatch, more: { "aria-pressed": String(drawing.hatched) } },
    { name: "whole", key: "0", picture: "M4 9V4h5m6 0h5v5m0 6v5h-5m-6 0H4v-5", on: whole },
  ], painter.tool === "brush" ? painter : null);
}

function hatch() {
  drawing.hatched = !drawing.hatched;
  drawing.all();
  drawTools();
}

/** The town, and the whole county at the next press. */
function whole() {
  const { core, whole: all } = drawing.scene.head;
  near = !near;
  drawing.map.fitBounds(drawing.bounds(near ? core : all));
}

/** The year whose figures are shown, where the plan has several. */
function yearBox() {
  const years = state.years || [];
  if (years.length < 2) return null;
  const at = year ?? years.length - 1;
  return el("label.year", {}, say("board.year", { year: years[at] }), el("input", { type: "range", id: "year", min: "0", max: String(years.length - 1), value: String(at), "aria-valuetext": String(years[at]), on: { change: async (/** @type {any} */ e) => {
    year = Number(e.target.value);
    const told = await carefully(() => get(`${api}/state?year=${year}`));
    if (told) takeState(told);
  } } }));
}

/** What the engine does for the one who paints, and the job that does it. */
function actBox() {
  const act = (/** @type {string} */ id, /** @type {() => void} */ on) => el("button.button", { type: "button", id, on: { click: on } }, say(`rest.${id}`));
  return el("div", {}, el("div.row.start", {}, act("rest", () => drawRest("finish")), act("price", () => showPrice(api, drawing, null, say("price.title")))),
    news.card(fixed()));
}

/** @param {"finish"|"repair"} how */
async function drawRest(how) {
  await sender.done;
  news.asked = (await finishRest(api, state.name, how)) || news.asked;
}

function askMove() {
  if (drawing.zone < 0 || !drawing.target) return;
  showPrice(api, drawing, { stage: drawing.stage.stage, zones: [drawing.zone], unit: drawing.target }, say("price.move", { zone: zoneName(drawing, drawing.zone), school: nameOf(drawing.target) }));
}

function nowText() {
  if (sender.pending) return say("board.confirming");
  if (fixed()) return say(session.read_only ? "board.readOnly" : "board.onlyLook");
  if (preview.size) {
    const pupils = [...preview.keys()].reduce((sum, z) => sum + drawing.stage.pupils[z], 0);
    return say("board.preview", { n: preview.size, pupils: number(Math.round(pupils)) });
  }
  if (painter.tool === "pan") return say("board.hintPan");
  return drawing.target === null ? say("board.hintTarget") : say("board.hintPaint", { school: nameOf(drawing.target) });
}

function tellNow() {
  byId("now").textContent = nowText();
}

/** @param {string} unit */
function nameOf(unit) {
  return drawing.stage.units[drawing.stage.at.get(unit) ?? -1]?.name || unit;
}

/** @param {number} n */
function showStage(n) {
  painter.cancel();
  drawing.shown = n;
  drawing.target = because = null;
  drawing.locked = locks.here();
  drawing.marked = [];
  drawing.all();
  draw();
}

/** @param {string} unit */
function choose(unit) {
  drawing.target = unit;
  drawing.overlay();
  draw();
}

/** @param {import("./paint.js").Tool} tool */
function chooseTool(tool) {
  if (tool !== "pan" && fixed()) return;
  painter.choose(tool);
  drawTools();
  tellNow();
}

/** A click with no tool: the school of the place is the one that paints. @param {number} zone */
function clicked(zone) {
  const unit = zone < 0 ? undefined : drawing.stage.units[drawing.stage.now[zone]];
  if (unit?.takes) drawing.target = unit.unit;
  chooseZone(zone);
}

/** @param {number} zone */
function chooseZone(zone) {
  drawing.zone = zone;
  because = null;
  drawing.overlay();
  drawPanel();
}

async function learnWords() {
  if (words) return;
  words = (await carefully(() => get(`${api}/words`))) || null;
  drawList();
}

/** Enter takes the first that was found. @param {KeyboardEvent} e */
function takeFirst(e) {
  if (e.key !== "Enter" || e.isComposing) return;
  const first = byId("units").querySelector("button");
  if (first instanceof HTMLElement) first.click();
  byId("map").focus();
}

/** @param {number} zone */
function goToZone(zone) {
  chooseZone(zone);
  drawing.map.panTo(drawing.latLng(drawing.scene.point[2 * zone], drawing.scene.point[2 * zone + 1]), { animate: false });
}

/** Arrow keys choose the next zone, Enter paints it. @param {string} key @returns {boolean} */
function byKeyboard(key) {
  const way = /** @type {Record<string, [number, number]>} */ ({ arrowleft: [-1, 0], arrowright: [1, 0], arrowup: [0, 1], arrowdown: [0, -1] })[key];
  if (way) {
    const middle = drawing.map.getSize();
    goToZone(drawing.zone >= 0 ? beside(drawing.scene, drawing.zone, ...way) : Math.max(0, drawing.scene.zoneAt(...drawing.metres({ x: middle.x / 2, y: middle.y / 2 }))));
  } else if (key === "enter" && drawing.zone >= 0 && document.activeElement === byId("map")) {
    if (ready()) stroke([drawing.zone]);
  } else if (key === "?") dialog({ title: say("board.help"), ok: say("dialog.ok"), body: say("board.helpText").split("|").map((l) => el("p", {}, l)) });
  else return false;
  return true;
}

async function why() {
  if (drawing.zone < 0) return;
  const zone = drawing.zone, stage = drawing.stage.stage, head = state.head;
  const told = await carefully(() => get(`${api}/why?zone=${zone}&stage=${stage}`));
  if (!told || zone !== drawing.zone || stage !== drawing.stage.stage || head !== state.head) return;
  because = told;
  drawPanel();
}

function ready() {
  if (fixed()) return false;
  const held = drawing.target !== null && locks.units.has(drawing.target);
  if (drawing.target === null || held) toast(say(held ? "board.schoolLocked" : "board.hintTarget"));
  return drawing.target !== null && !held;
}

/** Show a stroke while it is made. @param {Set<number>} zones */
function shownBefore(zones) {
  const to = drawing.stage.at.get(drawing.target || "") ?? -1, fresh = [];
  for (const z of zones) {
    if (preview.has(z) || drawing.stage.now[z] === to || locks.holds(z)) continue;
    preview.set(z, drawing.stage.now[z]);
    drawing.stage.now[z] = to;
    fresh.push(z);
  }
  drawing.changed(fresh);
  tellNow();
}

function takeBack() {
  for (const [z, was] of preview) drawing.stage.now[z] = was;
  drawing.changed(preview.keys());
  preview = new Map();
  tellNow();
}

/** @param {number[]} zones */
function stroke(zones) {
  shownBefore(new Set(zones));
  const made = preview, stage = drawing.stage, unit = drawing.target || "";
  preview = new Map();
  if (!made.size) return;
  const undone = () => {
    for (const [z, was] of made) stage.now[z] = was;
    drawing.changed(made.keys());
  };
  sender.send("strokes", () => ({ stage: stage.stage, zones: [...made.keys()], unit, reason: remembered("reason"), who: remembered("who") }), undone);
}

/** @param {"undo"|"redo"} what */
function step(what) {
  painter.cancel();
  if (fixed()) return;
  if (state[what] || sender.pending) sender.send(what, () => ({}), () => {});
}

/** @param {number} number of a step, 0 for before the first */
function goTo(number) {
  painter.cancel();
  sender.send("go", () => ({ number }), () => {});
}

async function nextFault() {
  if (!faults.length) {
    const told = await carefully(() => get(`${api}/faults`));
    if (!told) return;
    const here = new Set(drawing.stage.units.map((u) => u.unit));
    faults = told.faults.filter((/** @type {any} */ f) => here.has(f.unit));
    faultAt = -1;
  }
  if (!faults.length) {
    toast(say("board.noFaults"));
    return;
  }
  faultAt = (faultAt + 1) % faults.length;
  const fault = faults[faultAt], stage = drawing.stage, unit = stage.at.get(fault.unit) ?? -1;
  const place = fault.zones.length ? fault.zones : [...stage.now.keys()].filter((z) => stage.now[z] === unit);
  drawing.marked = fault.zones;
  choose(fault.unit);
  if (place.length) drawing.map.fitBounds(drawing.bounds(drawing.scene.frameOf(place)), { maxZoom: drawing.map.getZoom() + 2, padding: [80, 80] });
  drawing.overlay();
  byId("fault").replaceChildren(faultBox(fault, faultAt, faults.length), ...(fixed() ? [] : [el("button.button", { type: "button", id: "mend", on: { click: () => drawRest("repair") } }, say("rest.mend"))]));
}

async function save() {
  await sender.done;
  const told = await carefully(() => get(`${api}/faults`));
  if (!told) return;
  const filled = await dialog({ title: say("board.saveTitle"), ok: say("board.save"), body: [el("p.soft", {}, say("board.saveWhy")), ...brokenBy(told.faults), field("name", say("new.name"), { type: "text", value: say("board.savedName", { name: state.name }), maxLength: 60 })] });
  if (filled && await carefully(() => post(`${api}/save`, { name: filled.get("name") }))) toast(say("board.saving"));
}

let there = true;

/** @param {boolean} now */
function connected(now) {
  if (!there && now) {
    if (sender.pending) sender.resume();
    else lookAgain();
  }
  there = now;
}

function keys() {
  const size = (/** @type {number} */ by) => { painter.radius = Math.max(8, Math.min(120, painter.radius * by)); drawTools(); };
  const change = /** @type {import("./keys.js").Actions} */ (session.read_only ? {} : { l: () => { if (drawing.zone >= 0) locks.set([drawing.zone], !locks.here().has(drawing.zone)); }, f: () => drawRest("finish"), m: () => drawRest("repair"), p: () => (drawing.zone >= 0 && drawing.target ? askMove() : showPrice(api, drawing, null, say("price.title"))) });
  const mine = Object.fromEntries(Object.entries(change).map(([key, act]) => [key, () => { if (!fixed()) act(); }]));
  listenToKeys({
    ...Object.fromEntries(TOOLS.filter(([name]) => name === "pan" || !session.read_only).map(([name, key]) => [key.toLowerCase(), () => chooseTool(name)])), ...mine,
    z: () => step("undo"), y: () => step("redo"), w: why, n: nextFault, h: hatch, 0: whole, "[": () => size(0.8), "]": () => size(1.25), escape: () => painter.cancel(), "/": () => byId("find").focus(),
  }, byKeyboard);
}

begin().catch((error) => toast(error instanceof Refused ? error.message : String(error), { bad: true }));
