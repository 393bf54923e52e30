/** The panel beside the map: put together from parts, each drawn anew only where what it shows has changed. */

import { byId, el } from "../shared/dom.js";
import { inOrder, Kept, tellIn } from "../shared/kept.js";
import { lang, number, say } from "../shared/texts.js";
import { firstHints, hintsWanted } from "./hints.js";
import { about, showJournal, Steps } from "./journal.js";
import { headline, target } from "./panel.js";
import { zoneBox } from "./why.js";

/**
 * @typedef {{stage: (n: number) => void, rest: () => void, price: () => void, move: () => void}} Acts
 * @typedef {{against: import("./against.js").Against, locks: import("./locks.js").Locks, news: import("./news.js").News, painter: import("./paint.js").Painter, places: import("./places.js").Places, sender: import("./send.js").Sender, strokes: import("./strokes.js").Strokes}} Parts
 */

export class Side {
  /** @param {import("./desk.js").Desk} desk @param {Parts} parts @param {Acts} acts */
  constructor(desk, parts, acts) {
    this.desk = desk;
    this.parts = parts;
    this.acts = acts;
    this.kept = new Kept(byId("panel"));
    this.steps = new Steps(desk.drawing);
  }

  draw() {
    this.#county();
    this.#chosen();
    this.kept.part("schools", [], () => [el("h2", {}, say("board.schools"), el("small", {}, say("board.schoolsHint"))), this.parts.places.field(), el("ul.units", { id: "units" })]);
    this.parts.places.list();
    this.#journal();
    this.kept.part("status", [], () => [el("div.status", {}, this.desk.drawing.scene.head.status[lang()])]);
  }

  /** What is shown of the plan, its figures, and what the engine does. */
  #county() {
    const { desk, kept, parts: { news } } = this, { drawing, state } = desk, change = !desk.fixed, years = state.years || [], year = desk.year ?? years.length - 1;
    kept.part("hints", [change && hintsWanted()], () => [change && firstHints(() => this.draw())]);
    kept.part("stages", [drawing.shown], () => [el("div.stages", { role: "group", "aria-label": say("board.stage") }, ...drawing.scene.stages.map((s, n) =>
      el("button", { type: "button", id: `stage-${s.stage}`, "aria-pressed": String(n === drawing.shown), on: { click: () => this.acts.stage(n) } }, say(`stage.${s.stage}`))))]);
    kept.part("year", [year, years.length], () => [years.length > 1 && this.#year(years, year)]);
    kept.part("headline", [state.county, desk.countyBefore, drawing.shown], () => [headline(state, desk.countyBefore)]);
    kept.part("now", [], () => [el("div.stroke-now", { id: "now", "aria-live": "polite" })]);
    this.tell();
    kept.part("about", [change], () => [change && about()]);
    kept.part("acts", [change, news.job, news.made], () => [change && this.#acts()]);
    kept.part("fault", [state.head, drawing.shown], () => [el("div", { id: "fault" })]);
  }

  /** The chosen school and zone, what the plan is held against, what is locked. */
  #chosen() {
    const { desk, kept, parts: { against, locks, places } } = this, { drawing, state } = desk, change = !desk.fixed, stage = drawing.stage;
    const unit = drawing.target === null ? undefined : stage.units[stage.at.get(drawing.target) ?? -1];
    kept.part("target", [unit, unit?.colour, unit && state.units.get(unit.unit)], () => [el("h2", {}, say("board.target")), target(state, drawing)]);
    kept.part("zone", [drawing.zone, drawing.shown, stage.now[drawing.zone], desk.because, change && drawing.target], () => [el("h2", {}, say("board.zone")),
      zoneBox(drawing, drawing.zone, desk.because, () => places.why(), change && drawing.target ? this.acts.move : null)]);
    const { zones, pupils } = against.count();
    kept.part("against", [zones, pupils, against.chosen, state.others], () => [against.box(state.others || [], zones, pupils)]);
    const held = locks.told();
    kept.part("locks", [change, drawing.shown, ...Object.values(held)], () => (change ? [el("h2", {}, say("board.locks")), locks.box(held)] : []));
  }

  #journal() {
    const { desk, kept, parts: { painter, strokes } } = this, { drawing, state } = desk, goTo = (/** @type {number} */ n) => { painter.cancel(); strokes.goTo(n); };
    kept.part("steps", [desk.fixed, state.steps.length > 0], () => [
      el("h2", {}, say("board.steps"), el("small.number", { id: "steps-count" }), el("button.button.quiet", { type: "button", id: "journal", on: { click: () => showJournal(desk.api, drawing, desk.fixed ? null : goTo) } }, say("board.allSteps"))),
      state.steps.length ? el("ol.steps", { id: "steps" }) : el("p.soft", {}, say("board.noSteps"))]);
    tellIn(byId("steps-count"), number(state.count));
    if (state.steps.length) inOrder(byId("steps"), this.steps.lines(state.steps));
  }

  /** Say below the figures what is going on. */
  tell() {
    const place = document.getElementById("now");
    if (place) tellIn(place, this.#now());
  }

  #now() {
    const { desk, parts: { painter, sender, strokes } } = this, { drawing } = desk;
    if (sender.pending) return say("board.confirming");
    if (desk.fixed) return say(desk.session.read_only ? "board.readOnly" : "board.onlyLook");
    if (strokes.preview.size) {
      const pupils = [...strokes.preview.keys()].reduce((sum, z) => sum + drawing.stage.pupils[z], 0);
      return say("board.preview", { n: strokes.preview.size, pupils: number(Math.round(pupils)) });
    }
    if (painter.tool === "pan") return say("board.hintPan");
    return drawing.target === null ? say("board.hintTarget") : say("board.hintPaint", { school: desk.nameOf(drawing.target) });
  }

  /** The year whose figures are shown, where the plan has several. @param {number[]} years @param {number} at */
  #year(years, at) {
    return el("label.year", {}, say("board.year", { year: years[at] }), el("input", { type: "range", id: "year", min: "0", max: String(years.length - 1), value: String(at), "aria-valuetext": String(years[at]), on: { change: (/** @type {any} */ e) => this.desk.showYear(Number(e.target.value)) } }));
  }

  /** What the engine does for the one who paints, and the job that does it. */
  #acts() {
    const act = (/** @type {string} */ id, /** @type {() => void} */ on) => el("button.button", { type: "button", id, on: { click: on } }, say(`rest.${id}`));
    return el("div", {}, el("div.row.start", {}, act("rest", this.acts.rest), act("price", this.acts.price)), this.parts.news.card(this.desk.fixed));
  }
}
