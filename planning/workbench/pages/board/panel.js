/** The panel beside the map: figures of the county and of the chosen school, the list of schools, what is wrong. */

import { el } from "../shared/dom.js";
import { tellIn } from "../shared/kept.js";
import { matches } from "./find.js";
import { lang, number, percent, say } from "../shared/texts.js";

/** @typedef {import("./desk.js").State} State */
/** @typedef {import("./layer.js").Drawing} Drawing */

/** @param {number} now @param {number|undefined} before @param {number} [digits] @param {boolean} [good] whether more is better */
function difference(now, before, digits = 0, good = false) {
  const by = before === undefined ? 0 : now - before;
  if (Math.abs(by) < 0.5 * 10 ** -digits) return null;
  return el(`small.${by > 0 === good ? "down" : "up"}`, {}, `${by > 0 ? "+" : "−"}${number(Math.abs(by), digits)}`);
}

/** @param {State} state @param {any} before county's figures before the last step */
export function headline(state, before) {
  const c = state.county, stage = state.stage;
  const box = (/** @type {string} */ name, /** @type {string} */ value, /** @type {Node|null} */ more = null, mood = "") =>
    el(`div${mood}`, { "data-figure": name }, el("span", {}, say(`board.${name}`)), el("b", {}, value), more);
  const mean = c.mean_m[stage], p95 = c.p95_m[stage];
  return el("div.headline", {},
    box("short", number(c.short), difference(c.short, before?.short), c.short ? ".bad" : ".good"),
    box("moved", c.moved_pupils === null ? say("verdict.not_applicable") : number(c.moved_pupils), difference(c.moved_pupils, before?.moved_pupils)),
    box("gap", c.gap === null ? "–" : percent(c.gap, 2), difference(c.price, before?.price)),
    box("mean", mean === undefined ? "–" : number(mean), mean === undefined ? null : difference(mean, before?.mean_m[stage], 1)),
    box("p95", p95 === undefined ? "–" : number(p95), p95 === undefined ? null : difference(p95, before?.p95_m[stage])),
    box("detached", number(c.apart), difference(c.apart, before?.apart), c.detached ? ".bad" : ""),
    box("b4", number(c.b4), difference(c.b4, before?.b4), c.b4 ? ".bad" : ""),
    c.in_seats ? null : box("b5", number(c.b5), difference(c.b5, before?.b5), c.b5 ? ".bad" : ""),
    box("b13", b13(c), null));
}

/** @param {any} county */
function b13(county) {
  const shares = Object.values(county.b13).filter((share) => share !== null);
  return shares.length ? percent(Math.min(.../** @type {number[]} */ (shares)), 1) : say("verdict.not_applicable");
}

/** @param {State} state @param {Drawing} drawing */
export function target(state, drawing) {
  const stage = drawing.stage, unit = drawing.target === null ? undefined : stage.units[stage.at.get(drawing.target) ?? -1];
  const f = drawing.target === null ? undefined : state.units.get(drawing.target);
  if (!unit || !f) return el("div.target", {}, el("div.soft", {}, say("board.choose")));
  const fact = (/** @type {string} */ name, /** @type {string} */ value, bad = false) => el("div", {}, el("dt", {}, say(`board.${name}`)), el(bad ? "dd.bad" : "dd", {}, value));
  const swatch = el("span.swatch");
  swatch.style.background = unit.colour || "#fff";
  return el("div.target", { "data-unit": unit.unit }, el("div.name", {}, swatch, unit.name),
    el("dl", {},
      fact("pupils", number(f.pupils)), f.in_seats ? fact("seats", number(f.rooms), f.pupils > f.rooms) : fact("classes", `${number(f.classes)} / ${number(f.rooms)}`, f.classes > f.rooms), fact("unitShort", number(f.short), f.short > 0),
      fact("unitMean", number(f.mean_m)), fact("unitP95", number(f.p95_m)), fact("parts", f.apart.length ? say(f.detached.length ? "board.detachedParts" : "board.apartAllowed", { n: f.apart.length }) : say("board.connected"), f.detached.length > 0)),
    f.in_seats ? null : el("table.grades", {},
      el("thead", {}, el("tr", {}, ...["grade", "pupils", "classes", "largest", "unitShort"].map((h) => el("th", { scope: "col" }, say(`board.${h}`))))),
      el("tbody", {}, ...f.grades.map((/** @type {any} */ g) => el("tr", {}, el("td", {}, say("board.gradeName", { g: g.grade })), el("td", {}, number(g.pupils)), el("td", {}, number(g.classes)),
        el(g.largest > g.cap ? "td.bad" : "td", {}, number(g.largest)), el(g.short ? "td.bad" : "td", {}, g.short ? number(g.short) : "–"))))));
}

/** A line of the list of schools; what changes in it is written into its cells. */
class Line {
  /** @param {import("./scene.js").Unit} unit @param {(unit: string) => void} choose */
  constructor(unit, choose) {
    this.unit = unit;
    this.swatch = el("span.swatch");
    this.load = el("span.load");
    this.short = el("span.short");
    this.button = el("button", { type: "button", "data-unit": unit.unit, on: { click: () => choose(unit.unit) } }, this.swatch, el("span", {}, unit.name), this.load, this.short);
    this.li = el("li", {}, this.button);
    this.colour = this.pressed = "";
  }

  /** @param {any} f figures @param {boolean} chosen */
  tell(f, chosen) {
    const colour = this.unit.colour || "#fff", pressed = String(chosen);
    if (colour !== this.colour) this.swatch.style.background = this.colour = colour;
    if (pressed !== this.pressed) this.button.setAttribute("aria-pressed", this.pressed = pressed);
    tellIn(this.load, f ? `${number(f.pupils)} ${f.in_seats ? "/" : `· ${number(f.classes)}/`}${number(f.rooms)}` : "");
    tellIn(this.short, f?.short ? `−${number(f.short)}` : "");
    return this.li;
  }
}

/** The schools of the stage that is shown, those short of seats first. */
export class List {
  /** @param {(unit: string) => void} choose */
  constructor(choose) {
    this.choose = choose;
    /** @type {Map<import("./scene.js").Unit, Line>} */ this.lines = new Map();
    /** @type {Map<import("./scene.js").Unit, number>} */ this.rank = new Map();
  }

  /** By name, found once. @param {import("./scene.js").Unit[]} units */
  #ranked(units) {
    if (units.length && !this.rank.has(units[0])) {
      const { compare } = new Intl.Collator("zh");
      [...units].sort((a, b) => compare(a.name, b.name)).forEach((u, n) => this.rank.set(u, n));
    }
    return this.rank;
  }

  /** @param {State} state @param {Drawing} drawing @param {string} wanted @param {import("./find.js").Words|null} known @returns {Node[]} */
  shown(state, drawing, wanted, known) {
    const words = wanted.trim().toLowerCase(), rank = this.#ranked(drawing.stage.units);
    const short = (/** @type {import("./scene.js").Unit} */ u) => state.units.get(u.unit)?.short || 0;
    const units = drawing.stage.units.filter((u) => u.takes && state.open.has(u.unit) && matches(words, [u.name, u.unit], known?.units[u.unit]));
    units.sort((a, b) => short(b) - short(a) || (rank.get(a) || 0) - (rank.get(b) || 0));
    return units.map((u) => {
      let line = this.lines.get(u);
      if (!line) this.lines.set(u, line = new Line(u, this.choose));
      return line.tell(state.units.get(u.unit), u.unit === drawing.target);
    });
  }
}

/** @param {any} fault @param {number} n @param {number} all */
export function faultBox(fault, n, all) {
  return el(fault.breaks ? "div.fault.breaks" : "div.fault", { role: "status" }, el("b", {}, `${n + 1}/${all} `), fault[lang()]);
}

const SHOWN_BROKEN = 5;

/** What the draft breaks that was whole before, said before it is kept. @param {any[]} faults @returns {Node[]} */
export function brokenBy(faults) {
  const broken = faults.filter((f) => f.new && f.breaks);
  if (!broken.length) return [];
  return [el("p.bad", { id: "broken" }, say("board.saveBroken", { n: broken.length })), el("ul.lines", {}, ...broken.slice(0, SHOWN_BROKEN).map((f) => el("li", {}, f[lang()])))];
}
