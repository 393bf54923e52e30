/** The room 指标: the 32 indicators, targets by year, units, the ledger. */

import { carefully, get, post } from "../shared/ask.js";
import { byId, el } from "../shared/dom.js";
import { card, jobsOf, paperList } from "../shared/papers.js";
import { lang, say } from "../shared/texts.js";
import { toast } from "../shared/toast.js";

/** @typedef {import("../room/room.js").Room} Room */
/** @typedef {Record<string, string>} Row */

const CHIPS = /** @type {Record<string, string>} */ ({ pass: "good", fail: "bad", not_supplied: "warn", not_applicable: "soft" });

/** @param {Row} row @param {string} name */
const said = (row, name) => row[`${name}_${lang()}`] ?? row[`${name}_zh`] ?? "";

/** @param {string} verdict */
function chip(verdict) {
  return el(CHIPS[verdict] ? `span.chip.${CHIPS[verdict]}` : "span.chip", {}, say(`verdict.${CHIPS[verdict] ? verdict : "not_counted"}`));
}

/** @param {string[]} heads @param {Node[]} rows @param {string} id */
function table(heads, rows, id) {
  return el("div.scroll", {}, el("table.plain", { id }, el("thead", {}, el("tr", {}, ...heads.map((h, n) => el(rows[0]?.childNodes[n] && /** @type {Element} */ (rows[0].childNodes[n]).classList.contains("n") ? "th.n" : "th", { scope: "col" }, h)))), el("tbody", {}, ...rows)));
}

/** @param {Room} room */
export async function draw(room) {
  const told = /** @type {{scorecard: Row[], targets: Row[], scorecard_units: Row[]}|undefined} */ (await carefully(() => get(`${room.api}/scorecard`)));
  if (!told) return;
  const count = (/** @type {string} */ v) => told.scorecard.filter((r) => r.verdict === v).length;
  const groups = [["fail", say("indicators.failing")], ["not_supplied", say("indicators.missing")], ["pass", say("indicators.passing")], ["not_applicable", say("verdict.not_applicable")]];
  const row = (/** @type {Row} */ r) => el("tr", {}, el("td.id", {}, r.id), el("td", {}, said(r, "name")), el("td.n", {}, shownValue(r.shown)), el("td", {}, said(r, "standard")), el("td", {}, chip(r.verdict)), el("td", {}, said(r, "evidence")));
  const heads = ["id", "name", "value", "standard", "verdict", "evidence"].map((h) => say(`indicators.${h}`));
  const targets = told.targets.filter((t) => t.reading === "default").map((t) => el("tr", {}, el("td", {}, t.year), el("td", {}, said(t, "name")), el("td.n", {}, figure(t.asked)), el("td.n", {}, figure(t.value)), el("td", {}, chip(t.verdict)), el("td", {}, t.measured_year)));
  byId("main").replaceChildren(el("h1", {}, say("room.indicators")),
    el("p.lead", { id: "counted" }, say("indicators.counted", { pass: count("pass"), fail: count("fail"), missing: count("not_supplied") })),
    ...groups.map(([verdict, title]) => [title, told.scorecard.filter((r) => r.verdict === verdict)]).filter(([, rows]) => rows.length).map(([title, rows]) => card(String(title), table(heads, /** @type {Row[]} */ (rows).map(row), ""))),
    card(say("indicators.targets"), table(["year", "name", "asked", "value", "verdict", "measured"].map((h) => say(`indicators.${h}`)), targets, "targets")),
    card(say("indicators.ledger"), el("p", {}, say("indicators.ledgerWhy")), ...(room.session.read_only ? [] : [el("div.row.start", {}, el("button.button.main", { type: "button", id: "scores", on: { click: async () => { if (await carefully(() => post(`${room.api}/scores`))) toast(say("papers.started")); } } }, say("indicators.make")))]), el("div", { id: "made" })));
  heard(room);
}

/** @param {string} text */
function shownValue(text) {
  return text === "yes" || text === "no" ? say(`indicators.${text}`) : text;
}

/** @param {string} text */
function figure(text) {
  const value = Number(text);
  return text === "" || Number.isNaN(value) ? "–" : String(Math.round(value * 10000) / 10000);
}

/** @param {Room} room */
export function heard(room) {
  document.getElementById("made")?.replaceChildren(jobsOf(room, ["scores"]), paperList(room, "scores"));
}
