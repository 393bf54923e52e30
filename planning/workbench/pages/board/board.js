/** The room 画板: paint zones, see what it does, go back, save. Here its parts are put together; each does one job. */

import { bytes, carefully, get, post, Refused } from "../shared/ask.js";
import { barParts, drawBar } from "../shared/bar.js";
import { dialog, field } from "../shared/dialog.js";
import { byId, el } from "../shared/dom.js";
import { listen } from "../shared/jobs.js";
import { Kept, tellIn } from "../shared/kept.js";
import { lang, loadTexts, say } from "../shared/texts.js";
import { toast } from "../shared/toast.js";
import { Against } from "./against.js";
import { Desk } from "./desk.js";
import { Editing } from "./editing.js";
import { Faults } from "./faults.js";
import { remembered } from "./journal.js";
import { listenToKeys } from "./keys.js";
import { Drawing } from "./layer.js";
import { Locks } from "./locks.js";
import { News } from "./news.js";
import { Painter } from "./paint.js";
import { brokenBy } from "./panel.js";
import { Places } from "./places.js";
import { finishRest, showPrice } from "./rest.js";
import { Scene } from "./scene.js";
import { Sender } from "./send.js";
import { Side } from "./side.js";
import { Strokes } from "./strokes.js";
import { TOOLS, trays } from "./tools.js";
import { zoneName } from "./why.js";

const L = /** @type {any} */ (globalThis).L;
const plan = decodeURIComponent(location.pathname.split("/").pop() || "");
const api = `/api/boards/${encodeURIComponent(plan)}`;
/** @type {Desk} */ let desk;
/** @type {Drawing} */ let drawing;
/** @type {Painter} */ let painter;
/** @type {Locks} */ let locks;
/** @type {Editing} */ let editing;
/** @type {Faults} */ let faults;
/** @type {Places} */ let places;
/** @type {Side} */ let side;
/** @type {Strokes} */ let strokes;
/** @type {Kept} */ let bar;
/** @type {Kept} */ let tools;
const news = new News(() => side.draw());
const sender = new Sender(api, { with: () => ({ head: desk.state.head, year: desk.year }), changed: (told) => desk.takeChange(told), elsewhere: (told) => desk.takeState(told), waits: () => side.tell(), look: () => get(`${api}/state`) });
let near = true; // whether the town is shown, and not all of the county

async function begin() {
  const session = await get("/api/session");
  await loadTexts(session.lang);
  drawBar("board", session);
  const loading = el("div", { id: "loading" }, say("board.loading"));
  document.body.append(loading);
  const got = await carefully(() => Promise.all([bytes(`${api}/scene`), get(`${api}/state`)]));
  loading.remove();
  if (!got) return;
  drawing = drawn(new Scene(got[0]));
  putTogether(session);
  if (!session.read_only) await editing.ask();
  desk.takeState(got[1]);
  keys();
  listen((jobs) => news.heard(jobs), { connected, editors: (told) => { if (!session.read_only) editing.heard(told); } });
  addEventListener("beforeunload", (e) => { if (sender.pending) e.preventDefault(); });
  const note = got[1].note;
  if (note) toast(note.text[lang()], { bad: true });
  /** @type {any} */ (globalThis).board = { drawing, painter, state: () => desk.state, idle: () => sender.pending === 0 }; // for those who test
}

/** The map, with the zones of a plan. @param {Scene} scene */
function drawn(scene) {
  const map = L.map("map", { attributionControl: false, zoomControl: false, zoomAnimation: false, fadeAnimation: false, zoomSnap: 0.25, keyboard: false, preferCanvas: true, doubleClickZoom: false });
  byId("map").setAttribute("aria-label", say("board.map"));
  byId("map").setAttribute("role", "application");
  L.control.scale({ imperial: false, position: "bottomright" }).addTo(map);
  L.control.zoom({ position: "bottomright", zoomInTitle: say("board.zoomIn"), zoomOutTitle: say("board.zoomOut") }).addTo(map);
  map.setView([0, 0], 10);
  const made = new Drawing(map, scene);
  made.show(scene.head.core);
  return made;
}

/** @param {{lang: string, read_only: boolean}} session */
function putTogether(session) {
  byId("bar").replaceChildren();
  byId("tools").setAttribute("aria-label", say("board.tools"));
  bar = new Kept(byId("bar"));
  tools = new Kept(byId("tools"));
  desk = new Desk(api, session, drawing, { drawn: draw, changed: () => faults.forget() });
  strokes = new Strokes(desk, sender, () => side.tell());
  places = new Places(desk, { choose, changed: () => side.draw() });
  faults = new Faults(desk, { choose, mend: () => drawRest("repair") });
  locks = desk.locks = new Locks(api, drawing, () => { drawing.overlay(); draw(); });
  editing = desk.editing = new Editing(api, plan, { who: () => remembered("who"), changed: editedHere, elsewhere: () => desk.lookAgain() });
  painter = new Painter(drawing.map, drawing, { ready: () => strokes.ready(), preview: (zones) => strokes.show(zones), done: (zones) => strokes.make(zones), cancelled: () => strokes.takeBack(), clicked: (zone) => places.clicked(zone) });
  const against = new Against(api, drawing, draw);
  side = new Side(desk, { against, locks, news, painter, places, sender, strokes }, { stage: showStage, rest: () => drawRest("finish"), price: askPrice, move: askMove });
}

/** This window edits from now on, or another does. */
function editedHere() {
  if (!desk.known) return; // nothing is drawn yet
  if (!editing.mine) chooseTool("pan");
  draw();
}

function draw() {
  const { state } = desk;
  state.stage = drawing.stage.stage;
  side.draw();
  drawTools();
  bar.part("bar", [state.name, state.project, state.edited, desk.fixed], () => barParts("board", desk.session, el("span.plan-name", { title: state.name }, `${state.project} · ${state.name}`), state.edited && el("span.chip.warn", { id: "edited" }),
    !desk.fixed && el("button.button.main", { type: "button", id: "save", disabled: !state.edited, on: { click: save } }, say("board.save"))));
  if (state.edited) tellIn(byId("edited"), say("board.edited", { n: state.count }));
}

function drawTools() {
  tools.part("tools", [painter.tool, painter.radius, desk.fixed, desk.state.undo, desk.state.redo, drawing.hatched], toolsNow);
}

function toolsNow() {
  const painting = TOOLS.filter(([name]) => name === "pan" || (!desk.fixed && (name !== "township" || drawing.scene.township.length)));
  const steps = desk.fixed ? [] : [
    { name: "undo", key: "Z", picture: "M9 6L4 11l5 5M4 11h10a6 6 0 0 1 0 12", on: () => step("undo"), more: { disabled: !desk.state.undo } },
    { name: "redo", key: "Y", picture: "M15 6l5 5-5 5M20 11H10a6 6 0 0 0 0 12", on: () => step("redo"), more: { disabled: !desk.state.redo } },
  ];
  return trays(painting.map(([name, key, picture]) => ({ name, key, picture, on: () => chooseTool(name), more: { "aria-pressed": String(painter.tool === name) } })), [
    ...steps, { name: "fault", key: "N", picture: "M12 3l10 18H2zM12 10v5m0 2v1", on: () => faults.next() },
    { name: "hatch", key: "H", picture: "M4 20L20 4M4 12l8-8M12 20l8-8", on: hatch, more: { "aria-pressed": String(drawing.hatched) } },
    { name: "whole", key: "0", picture: "M4 9V4h5m6 0h5v5m0 6v5h-5m-6 0H4v-5", on: whole },
  ], painter.tool === "brush" ? painter : null);
}

// what buttons and keys do

/** @param {"undo"|"redo"} what */
function step(what) {
  painter.cancel();
  strokes.step(what);
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
  drawing.show(near ? core : all);
}

/** @param {number} n */
function showStage(n) {
  painter.cancel();
  drawing.shown = n;
  drawing.target = desk.because = null;
  drawing.locked = locks.here();
  drawing.marked = [];
  faults.forget();
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
  if (tool !== "pan" && desk.fixed) return;
  painter.choose(tool);
  drawTools();
  side.tell();
}

/** @param {"finish"|"repair"} how */
async function drawRest(how) {
  await sender.done;
  news.asked = (await finishRest(api, desk.state.name, how)) || news.asked;
}

function askPrice() {
  showPrice(api, drawing, null, say("price.title"));
}

function askMove() {
  if (drawing.zone < 0 || !drawing.target) return;
  showPrice(api, drawing, { stage: drawing.stage.stage, zones: [drawing.zone], unit: drawing.target }, say("price.move", { zone: zoneName(drawing, drawing.zone), school: desk.nameOf(drawing.target) }));
}

async function save() {
  await sender.done;
  const told = await faults.ask();
  if (!told) return;
  const saved = await dialog({ title: say("board.saveTitle"), ok: say("board.save"), body: [el("p.soft", {}, say("board.saveWhy")), ...brokenBy(told), field("name", say("new.name"), { type: "text", value: say("board.savedName", { name: desk.state.name }), maxLength: 60 })], send: (filled) => post(`${api}/save`, { name: filled.get("name") }) });
  if (saved) toast(say("board.saving"));
}

let there = true;

/** @param {boolean} now */
function connected(now) {
  if (!there && now) {
    if (sender.pending) sender.resume();
    else desk.lookAgain();
  }
  there = now;
}

/** Arrow keys choose the next zone, Enter paints it. @param {string} key @returns {boolean} */
function byKeyboard(key) {
  if (places.byArrow(key)) return true;
  if (key === "enter" && drawing.zone >= 0 && document.activeElement === byId("map")) {
    if (strokes.ready()) strokes.make([drawing.zone]);
  } else if (key === "?") dialog({ title: say("board.help"), ok: say("dialog.ok"), body: say("board.helpText").split("|").map((l) => el("p", {}, l)) });
  else return false;
  return true;
}

function keys() {
  const size = (/** @type {number} */ by) => { painter.radius = Math.max(8, Math.min(120, painter.radius * by)); drawTools(); };
  const change = /** @type {import("./keys.js").Actions} */ (desk.session.read_only ? {} : { l: () => { if (drawing.zone >= 0) locks.set([drawing.zone], !locks.here().has(drawing.zone)); }, f: () => drawRest("finish"), m: () => drawRest("repair"), p: () => (drawing.zone >= 0 && drawing.target ? askMove() : askPrice()) });
  const mine = Object.fromEntries(Object.entries(change).map(([key, act]) => [key, () => { if (!desk.fixed) act(); }]));
  listenToKeys({
    ...Object.fromEntries(TOOLS.filter(([name]) => name === "pan" || !desk.session.read_only).map(([name, key]) => [key.toLowerCase(), () => chooseTool(name)])), ...mine,
    z: () => step("undo"), y: () => step("redo"), w: () => places.why(), n: () => faults.next(), h: hatch, 0: whole, "[": () => size(0.8), "]": () => size(1.25), escape: () => painter.cancel(), "/": () => byId("find").focus(),
  }, byKeyboard);
}

begin().catch((error) => toast(error instanceof Refused ? error.message : String(error), { bad: true }));
