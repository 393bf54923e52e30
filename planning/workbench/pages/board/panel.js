/** The panel beside the map: figures of the county and of the chosen school, the list of schools, what is wrong. */

import { el } from "../shared/dom.js";
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

/** @param {State} state @param {Drawing} drawing @param {string} wanted @param {import("./find.js").Words|null} known @param {(unit: string) => void} choose */
export function list(state, drawing, wanted, known, choose) {
  const words = wanted.trim().toLowerCase();
  const shown = drawing.stage.units.filter((u) => u.takes && state.open.has(u.unit) && matches(words, [u.name, u.unit], known?.units[u.unit]));
  shown.sort((a, b) => (state.units.get(b.unit)?.short || 0) - (state.units.get(a.unit)?.short || 0) || a.name.localeCompare(b.name, "zh"));
  return shown.map((u) => {
    const f = state.units.get(u.unit), swatch = el("span.swatch");
    swatch.style.background = u.colour || "#fff";
    return el("li", {}, el("button", { type: "button", "data-unit": u.unit, "aria-pressed": String(u.unit === drawing.target), on: { click: () => choose(u.unit) } },
      swatch, el("span", {}, u.name), el("span.load", {}, f ? `${number(f.pupils)} ${f.in_seats ? "/" : `· ${number(f.classes)}/`}${number(f.rooms)}` : ""), el("span.short", {}, f?.short ? `−${number(f.short)}` : "")));
  });
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
