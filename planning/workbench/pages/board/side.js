/** The panel beside the map: put together from its parts and drawn anew after every step, without losing where one is. */

import { byId, el } from "../shared/dom.js";
import { lang, number, say } from "../shared/texts.js";
import { firstHints } from "./hints.js";
import { about, showJournal, steps } from "./journal.js";
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
    /** @type {any} */ this.fields = null; // 调整原因 and 经办人, kept while the rest is drawn anew
  }

  draw() {
    const { desk, parts: { against, locks, painter, places, strokes } } = this, { drawing, state } = desk, change = !desk.fixed;
    const panel = byId("panel"), focused = document.activeElement, top = panel.scrollTop;
    const stages = el("div.stages", { role: "group", "aria-label": say("board.stage") }, ...drawing.scene.stages.map((s, n) =>
      el("button", { type: "button", "aria-pressed": String(n === drawing.shown), on: { click: () => this.acts.stage(n) } }, s.name[lang() === "zh" ? 0 : 1])));
    const shown = [change && firstHints(() => this.draw()), stages, this.#year(), headline(state, desk.countyBefore), el("div.stroke-now", { id: "now", "aria-live": "polite" }, this.#now()), change && (this.fields ||= about()), change && this.#acts(), el("div", { id: "fault" }),
      el("h2", {}, say("board.target")), target(state, drawing),
      el("h2", {}, say("board.zone")), zoneBox(drawing, drawing.zone, desk.because, () => places.why(), change && drawing.target ? this.acts.move : null), against.box(state.others || []), change && el("h2", {}, say("board.locks")), change && locks.box(),
      el("h2", {}, say("board.schools"), el("small", {}, say("board.schoolsHint"))), places.field(), el("ul.units", { id: "units" }),
      el("h2", {}, say("board.steps"), el("small.number", {}, number(state.count)), el("button.button.quiet", { type: "button", id: "journal", on: { click: () => showJournal(desk.api, drawing, desk.fixed ? null : (n) => { painter.cancel(); strokes.goTo(n); }) } }, say("board.allSteps"))),
      state.steps.length ? el("ol.steps", {}, ...steps(state, drawing)) : el("p.soft", {}, say("board.noSteps")),
      el("div.status", {}, drawing.scene.head.status[lang() === "zh" ? 0 : 1])];
    panel.replaceChildren(.../** @type {Node[]} */ (shown.filter(Boolean)));
    panel.scrollTop = top;
    if (focused?.id && focused !== document.activeElement) document.getElementById(focused.id)?.focus({ preventScroll: true }); // who types goes on typing
    places.list();
  }

  /** Say below the figures what is going on. */
  tell() {
    byId("now").textContent = this.#now();
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

  /** The year whose figures are shown, where the plan has several. */
  #year() {
    const { desk } = this, years = desk.state.years || [];
    if (years.length < 2) return null;
    const at = desk.year ?? years.length - 1;
    return el("label.year", {}, say("board.year", { year: years[at] }), el("input", { type: "range", id: "year", min: "0", max: String(years.length - 1), value: String(at), "aria-valuetext": String(years[at]), on: { change: (/** @type {any} */ e) => desk.showYear(Number(e.target.value)) } }));
  }

  /** What the engine does for the one who paints, and the job that does it. */
  #acts() {
    const act = (/** @type {string} */ id, /** @type {() => void} */ on) => el("button.button", { type: "button", id, on: { click: on } }, say(`rest.${id}`));
    return el("div", {}, el("div.row.start", {}, act("rest", this.acts.rest), act("price", this.acts.price)), this.parts.news.card(this.desk.fixed));
  }
}
