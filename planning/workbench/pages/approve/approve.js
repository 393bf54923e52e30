/** The room 审批: freeze a plan, see what was approved and whether it is intact, hold it against real enrolment. */

import { carefully, get, post, upload } from "../shared/ask.js";
import { byId, el } from "../shared/dom.js";
import { card, jobsOf, paperList } from "../shared/papers.js";
import { lang, say } from "../shared/texts.js";
import { toast } from "../shared/toast.js";

/** @typedef {import("../room/room.js").Room} Room */

const KINDS = ["approve", "evaluate"]; // jobs of this room
let shown = "";

/** @param {Room} room */
export async function draw(room) {
  const told = await carefully(() => get(`${room.api}/approved`));
  const approved = told ? told.approved : [], frozen = room.about.state === "approved", change = !room.session.read_only;
  shown = JSON.stringify([approved, room.about.state]);
  byId("main").replaceChildren(el("h1", {}, say("room.approve")), el("p.lead", {}, say("approve.lead")), ...[
    change && !frozen && card(say("approve.freeze"), freezeForm(room)), change && frozen && card(say("approve.evaluate"), evaluateForm(room)),
    card(say("approve.jobs"), el("div", { id: "made" })), card(say("approve.list"), list(approved)),
  ].filter(Boolean));
  heard(room);
}

/** @param {Room} room */
export function heard(room) {
  const busy = room.jobs.some((j) => KINDS.includes(j.kind)), made = room.about.papers.some((p) => p.kind === "evaluate");
  byId("made").replaceChildren(...(busy ? [jobsOf(room, KINDS)] : []), ...(made ? [paperList(room, "evaluate")] : []), ...(busy || made ? [] : [el("p.soft", {}, say("approve.idle"))]));
  if (room.jobs[0]?.kind === "approve" && room.jobs[0].state === "done" && !shown.includes(room.jobs[0].result?.digest)) draw(room);
}

/** @param {Room} room */
function freezeForm(room) {
  const one = (/** @type {string} */ name, type = "text", required = true) => el("label.field", {}, el("span", {}, say(`approve.${name}`)), el("input", { type, name, required, maxLength: 200, autocomplete: "off" }));
  const form = el("form", { id: "approve", on: { submit: async (/** @type {Event} */ e) => {
    e.preventDefault();
    const data = new FormData(form);
    const told = await carefully(() => post(`${room.api}/approve`, { number: data.get("number"), date: data.get("date"), by: data.get("by"), note: data.get("note"), exceptions: data.has("exceptions") }));
    if (told) toast(say("approve.started"));
  } } }, el("p", {}, say("approve.why")), el("div.two", {}, one("number"), one("date", "date"), one("by"), one("note", "text", false)),
    el("label.choice", {}, el("input", { type: "checkbox", name: "exceptions" }), el("span", {}, el("b", {}, say("approve.exceptions")), el("small", {}, say("approve.exceptionsWhy")))),
    el("div.row", {}, el("button.button.main", { type: "submit" }, say("approve.go"))));
  return form;
}

/** @param {Room} room */
function evaluateForm(room) {
  const file = el("input", { type: "file", name: "file", required: true, accept: ".xlsx,.csv", "aria-label": say("approve.enrolment") });
  const form = el("form", { id: "evaluate", on: { submit: async (/** @type {Event} */ e) => {
    e.preventDefault();
    const given = file.files[0], sent = given && (await carefully(() => upload(given, "")));
    const told = sent && (await carefully(() => post(`${room.api}/evaluate`, { import: sent.import, coordinates: new FormData(form).get("coordinates") })));
    if (told) toast(say("papers.started"));
  } } }, el("p", {}, say("approve.evaluateWhy")), el("label.field", {}, el("span", {}, say("approve.enrolment")), file),
    el("label.field", {}, el("span", {}, say("approve.coordinates")), el("select", { name: "coordinates" }, ...["wgs84", "cgcs2000", "gcj02", "bd09"].map((c) => el("option", { value: c }, c.toUpperCase())))),
    el("div.row", {}, el("button.button.main", { type: "submit" }, say("approve.hold"))));
  return form;
}

/** @param {any[]} approved */
function list(approved) {
  if (!approved.length) return el("p.soft", {}, say("approve.none"));
  const head = ["number", "date", "by", "left", "state", "digest"].map((h) => el("th", { scope: "col" }, say(`approve.${h}`)));
  return el("div.scroll", {}, el("table.plain", { id: "approved" }, el("thead", {}, el("tr", {}, ...head)), el("tbody", {}, ...approved.map((a) => el("tr", {},
    el("td", {}, a.plan ? el("a", { href: `/approve/${a.plan}` }, a.number || a.name) : a.number || a.name), el("td", {}, a.date), el("td", {}, a.by), el("td.n", {}, a.exceptions),
    el("td", {}, a.changed.length ? el("span.chip.bad", { title: a.changed.map((/** @type {any} */ p) => p[lang()]).join("\n") }, say("approve.changed", { n: a.changed.length })) : el("span.chip.good", {}, say("approve.intact"))), el("td", {}, el("code", { title: a.digest }, a.digest.slice(0, 12))))))));
}
