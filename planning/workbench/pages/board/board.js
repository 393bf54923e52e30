/** The room 画板: paint zones, see what it does, go back, save. */

import { bytes, carefully, get, post, Refused } from "../shared/ask.js";
import { drawBar } from "../shared/bar.js";
import { dialog, field } from "../shared/dialog.js";
import { byId, el, svg } from "../shared/dom.js";
import { listen } from "../shared/jobs.js";
import { lang, loadTexts, number, say } from "../shared/texts.js";
import { toast } from "../shared/toast.js";
import { beside, zonesFound } from "./find.js";
import { about, remembered, showJournal, steps } from "./journal.js";
import { Drawing } from "./layer.js";
import { Painter } from "./paint.js";
import { faultBox, headline, list, target } from "./panel.js";
import { Scene } from "./scene.js";
import { zoneBox, zoneName } from "./why.js";

/**
 * @typedef {{stage: string, county: any, units: Map<string, any>, open: Set<string>, steps: any[], count: number, head: number, edited: boolean, undo: boolean, redo: boolean, name: string, project: string}} State
 */

const L = /** @type {any} */ (globalThis).L;
const plan = decodeURIComponent(location.pathname.split("/").pop() || "");
const api = `/api/boards/${encodeURIComponent(plan)}`;
const TOOLS = /** @type {[import("./paint.js").Tool, string, string][]} */ ([
  ["pan", "V", "M9 3v6H3m18 0h-6V3M3 15h6v6m6 0v-6h6"], ["click", "C", "M6 3l12 9-6 1 4 7-3 1-3-7-4 4z"],
  ["brush", "B", "M4 20c4 0 5-2 5-4l8-12 3 3-11 9"], ["box", "X", "M4 4h16v16H4z"], ["township", "T", "M4 5l6 3 5-3 5 3v12l-5-3-5 3-6-3z"],
]);

/** @type {{lang: string, read_only: boolean}} */ let session;
/** @type {Drawing} */ let drawing;
/** @type {Painter} */ let painter;
/** @type {State} */ let state;
/** @type {any} */ let countyBefore;
/** @type {any[]} */ let faults = [];
let faultAt = -1;
let wanted = "";
/** @type {import("./find.js").Words|null} */ let words = null;
/** @type {any} */ let fields;
/** @type {any} */ let because = null; // why the chosen zone belongs to its school
/** @type {Promise<any>} */ let waiting = Promise.resolve();
let pending = 0;
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
  painter = new Painter(map, drawing, { ready, preview: shownBefore, done: stroke, cancelled: takeBack, clicked });
  takeState(got[1]);
  drawing.all();
  keys();
  listen(jobsHeard, connected);
  const note = got[1].note;
  if (note) toast(note.text[lang()], { bad: true });
  /** @type {any} */ (globalThis).board = { drawing, painter, state: () => state, idle: () => pending === 0 }; // for those who test
}

/** @param {any} told the whole state, as the server has it */
function takeState(told) {
  because = null;
  const units = new Map(told.units.map((/** @type {any} */ u) => [u.unit, u]));
  state = { ...state, ...told, stage: drawing.stage.stage, units, open: new Set(told.open) };
  countyBefore = undefined;
  for (const stage of drawing.scene.stages) stage.now.set(stage.saved);
  setZones(told.moved);
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
    !session.read_only && el("button.button.main", { type: "button", id: "save", disabled: !state.edited, on: { click: save } }, say("board.save")));
}

function drawPanel() {
  const find = el("input", { id: "find", type: "search", value: wanted, placeholder: say("board.find"), "aria-label": say("board.find"), on: { input: (/** @type {any} */ e) => { wanted = e.target.value; drawList(); }, focus: learnWords, keydown: takeFirst } });
  const stages = el("div.stages", { role: "group", "aria-label": say("board.stage") }, ...drawing.scene.stages.map((s, n) =>
    el("button", { type: "button", "aria-pressed": String(n === drawing.shown), on: { click: () => showStage(n) } }, s.name[lang() === "zh" ? 0 : 1])));
  const panel = byId("panel"), focused = document.activeElement, top = panel.scrollTop;
  const parts = [stages, headline(state, countyBefore), el("div.stroke-now", { id: "now", "aria-live": "polite" }, nowText()), !session.read_only && (fields ||= about()), el("div", { id: "fault" }),
    el("h2", {}, say("board.target")), target(state, drawing),
    el("h2", {}, say("board.zone")), zoneBox(drawing, drawing.zone, because, why),
    el("h2", {}, say("board.schools"), el("small", {}, say("board.schoolsHint"))), find, el("ul.units", { id: "units" }),
    el("h2", {}, say("board.steps"), el("small.number", {}, number(state.count)), el("button.button.quiet", { type: "button", id: "journal", on: { click: () => showJournal(api, drawing, session.read_only ? null : goTo) } }, say("board.allSteps"))),
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
  const icon = (/** @type {string} */ d) => svg("svg", { viewBox: "0 0 24 24", fill: "none", stroke: "currentColor", "stroke-width": 2, "stroke-linejoin": "round", "aria-hidden": "true" }, svg("path", { d }));
  const tool = (/** @type {string} */ name, /** @type {string} */ key, /** @type {string} */ d, /** @type {() => void} */ on, /** @type {any} */ more = {}) =>
    el("button.tool", { type: "button", "data-tool": name, title: `${say(`board.${name}Hint`)} (${key})`, on: { click: on }, ...more }, icon(d), say(`board.${name}`), el("kbd", { "aria-hidden": "true" }, key));
  const painting = TOOLS.filter(([name]) => name === "pan" || (!session.read_only && (name !== "township" || drawing.scene.township.length)));
  const tray = el("div.tray", {}, ...painting.map(([name, key, d]) => tool(name, key, d, () => chooseTool(name), { "aria-pressed": String(painter.tool === name) })),
    painter.tool === "brush" && el("label.size", {}, say("board.size"), el("input", { type: "range", min: "8", max: "120", value: String(painter.radius), id: "size", on: { input: (/** @type {any} */ e) => { painter.radius = Number(e.target.value); } } })));
  const steps = session.read_only ? [] : [
    tool("undo", "Z", "M9 6L4 11l5 5M4 11h10a6 6 0 0 1 0 12", () => step("undo"), { disabled: !state.undo }), tool("redo", "Y", "M15 6l5 5-5 5M20 11H10a6 6 0 0 0 0 12", () => step("redo"), { disabled: !state.redo }),
  ];
  byId("tools").setAttribute("aria-label", say("board.tools"));
  byId("tools").replaceChildren(tray, el("div.tray", {}, ...steps, tool("fault", "N", "M12 3l10 18H2zM12 10v5m0 2v1", nextFault),
    tool("hatch", "H", "M4 20L20 4M4 12l8-8M12 20l8-8", () => { drawing.hatched = !drawing.hatched; drawing.all(); drawTools(); }, { "aria-pressed": String(drawing.hatched) }),
    tool("whole", "0", "M4 9V4h5m6 0h5v5m0 6v5h-5m-6 0H4v-5", () => drawing.map.fitBounds(drawing.bounds(drawing.scene.head.core)))));
}

function nowText() {
  if (pending) return say("board.confirming");
  if (session.read_only) return say("board.readOnly");
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
  if (session.read_only) return false;
  if (drawing.target === null) toast(say("board.hintTarget"));
  return drawing.target !== null;
}

/** Show a stroke while it is made. @param {Set<number>} zones */
function shownBefore(zones) {
  const to = drawing.stage.at.get(drawing.target || "") ?? -1, fresh = [];
  for (const z of zones) {
    if (preview.has(z) || drawing.stage.now[z] === to) continue;
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
  send("strokes", () => ({ stage: stage.stage, zones: [...made.keys()], unit, reason: remembered("reason"), who: remembered("who") }), undone);
}

/** @param {"undo"|"redo"} what */
function step(what) {
  painter.cancel();
  if (state[what] || pending) send(what, () => ({}), () => {});
}

/** @param {number} number of a step, 0 for before the first */
function goTo(number) {
  painter.cancel();
  send("go", () => ({ number }), () => {});
}

/**
 * Send a step after those before it; what the server says is what is true.
 * @param {string} what @param {() => Record<string, any>} data @param {() => void} undone
 */
function send(what, data, undone) {
  pending += 1;
  tellNow();
  waiting = waiting.then(async () => {
    try {
      const answer = await fetch(`${api}/${what}`, { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify({ ...data(), head: state.head }) });
      pending -= 1;
      const told = await answer.json();
      if (answer.ok) takeChange(told);
      else if (answer.status === 409) {
        takeState(told.state);
        toast(say("board.elsewhere"), { bad: true });
      } else {
        undone();
        const lines = (told.problems || []).map((/** @type {any} */ p) => p[lang()]);
        toast(lines.length ? el("ul.problems", {}, ...lines.slice(0, 8).map((/** @type {string} */ l) => el("li", {}, l))) : say("failed", { reason: answer.status === 401 ? say("lost.key") : told.refused || answer.status }), { bad: true });
        tellNow();
      }
    } catch (error) {
      pending = Math.max(0, pending - 1);
      undone();
      tellNow();
      toast(error instanceof TypeError ? say("lost") : String(error), { bad: true });
    }
  });
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
  byId("fault").replaceChildren(faultBox(fault, faultAt, faults.length));
}

async function save() {
  await waiting;
  const filled = await dialog({ title: say("board.saveTitle"), ok: say("board.save"), body: [el("p.soft", {}, say("board.saveWhy")), field("name", say("new.name"), { type: "text", value: say("board.savedName", { name: state.name }), maxLength: 60 })] });
  if (!filled) return;
  const told = await carefully(() => post(`${api}/save`, { name: filled.get("name") }));
  if (told) toast(say("board.saving"));
}

/** @type {Record<string, string>} */
let seen = {};

/** @param {import("../shared/jobs.js").Job[]} jobs */
function jobsHeard(jobs) {
  for (const job of jobs) {
    if (job.kind === "save" && seen[job.id] && seen[job.id] !== job.state && job.state === "done") toast(say("board.savedAs", { name: job.title }), { action: say("room.home"), on: () => { location.href = "/"; } });
    if (job.kind === "save" && seen[job.id] && seen[job.id] !== job.state && ["failed", "lost"].includes(job.state)) toast(`${job.title}: ${say(`jobs.${job.state}`)}`, { bad: true });
    seen[job.id] = job.state;
  }
}

let there = true;

/** @param {boolean} now */
function connected(now) {
  if (there && !now) toast(say("lost"), { bad: true });
  there = now;
}

function keys() {
  addEventListener("keydown", (e) => {
    if (e.target instanceof HTMLInputElement || document.querySelector("dialog[open]")) return;
    const key = e.key.toLowerCase();
    if (e.ctrlKey || e.metaKey) {
      if (key === "z") step(e.shiftKey ? "redo" : "undo");
      else if (key === "y") step("redo");
      else return;
      e.preventDefault();
      return;
    }
    if (e.altKey) return;
    if (byKeyboard(key)) {
      e.preventDefault();
      return;
    }
    const tool = TOOLS.find(([, k]) => k.toLowerCase() === key);
    if (tool && (tool[0] === "pan" || !session.read_only)) chooseTool(tool[0]);
    else if (key === "z") step("undo");
    else if (key === "y") step("redo");
    else if (key === "w") why();
    else if (key === "n") nextFault();
    else if (key === "h") { drawing.hatched = !drawing.hatched; drawing.all(); drawTools(); }
    else if (key === "0") drawing.map.fitBounds(drawing.bounds(drawing.scene.head.core));
    else if (key === "[" || key === "]") { painter.radius = Math.max(8, Math.min(120, painter.radius * (key === "]" ? 1.25 : 0.8))); drawTools(); }
    else if (key === "escape") painter.cancel();
    else if (key === "/") { byId("find").focus(); e.preventDefault(); }
  });
}

begin().catch((error) => toast(error instanceof Refused ? error.message : String(error), { bad: true }));
