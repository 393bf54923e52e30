/** The room 情景: what is changed by a form becomes a scenario file and a run. */

import { carefully, get, post } from "../shared/ask.js";
import { byId, el } from "../shared/dom.js";
import { card, jobsOf, paperList } from "../shared/papers.js";
import { jobCard } from "../shared/jobs.js";
import { lang, number, say } from "../shared/texts.js";
import { toast } from "../shared/toast.js";

/** @typedef {import("../room/room.js").Room} Room */
/** @typedef {{year: number, in_seats: boolean, money: {scale: number} & Record<import("../shared/texts.js").Language, string>, units: {unit: string, name: string, stage: string, rooms: number}[], projects: {project: string, name: string, stage: string, fixed: boolean, year: number, cost_yuan: number|null}[], zones: [string, string][], prices: Record<string, number>}} Levers */

const SHOWN_CHARTS = 3;
/** @type {Levers["money"]} */ let money; // in what costs and budgets are told

/** @param {Room} room */
export async function draw(room) {
  const told = /** @type {Levers|undefined} */ (room.session.read_only ? undefined : await carefully(() => get(`${room.api}/levers`)));
  byId("main").replaceChildren(el("h1", {}, say("room.whatif")), el("p.lead", {}, say("whatif.lead")), ...(told ? [form(room, told)] : [el("p.soft", {}, say("board.readOnly"))]), card(say("whatif.runs"), el("div.jobs", { id: "runs" })), card(say("whatif.charts"), el("div", { id: "swept" })));
  heard(room);
}

/** @param {Room} room */
export function heard(room) {
  const jobs = room.jobs.filter((j) => ["whatif", "solve", "finish"].includes(j.kind)).slice(0, 6);
  const planOf = (/** @type {any} */ job) => room.about.plans.find((p) => p.name === job.title)?.id || null;
  byId("runs").replaceChildren(...(jobs.length ? jobs.map((j) => jobCard(j, { readOnly: room.session.read_only, planOf })) : [el("p.soft", {}, say("jobs.none"))]));
  byId("swept").replaceChildren(jobsOf(room, ["sweep"]), ...charts(room), paperList({ ...room, about: { ...room.about, papers: room.about.papers.filter((p) => !p.name.includes("/points/")) } }, "sweep"));
}

/** The chart of each sweep that was made, the newest first. @param {Room} room */
function charts(room) {
  const pictures = room.about.papers.filter((p) => p.kind === "sweep" && p.name.endsWith(".png")).sort((a, b) => b.when - a.when);
  return pictures.slice(0, SHOWN_CHARTS).map((p) => el("figure.chart", {}, el("figcaption", {}, p.name.split("/")[0]), el("img", { src: `${room.api}/papers/${p.id}?open`, alt: say("whatif.chartOf", { name: p.name.split("/")[0] }) })));
}

/** @param {string} name @param {Record<string, any>} given */
function input(name, given) {
  return el("label.field", {}, el("span", {}, say(`whatif.${name}`, { unit: money[lang()] })), el("input", { name, autocomplete: "off", ...given }));
}

/** @param {string} name @param {string[]} values @param {string} chosen */
function choice(name, values, chosen) {
  return el("label.field", {}, el("span", {}, say(`whatif.${name}`)), el("select", { name }, ...values.map((v) => el("option", { value: v, selected: v === chosen }, say(`whatif.${name}.${v}`)))));
}

/** @param {Room} room @param {Levers} told */
function form(room, told) {
  money = told.money;
  const made = el("form", { id: "whatif", on: { submit: (/** @type {Event} */ e) => { e.preventDefault(); return run(room, made); } } },
    card(say("whatif.basics"), el("div.two", {},
      input("name", { type: "text", required: true, maxLength: 60, value: say("whatif.defaultName") }), choice("catchments", ["free", "current"], "free"),
      input("year", { type: "number", min: "1990", max: "2100", value: String(told.year) }), input("horizon", { type: "number", min: "1990", max: "2100" }),
      choice("demand", ["low", "medium", "high"], "medium"), input("births", { type: "number", min: "0", max: "300", value: "100", required: true }),
      input("moved", { type: "number", min: "0", max: "100", step: "any" }), input("seconds", { type: "number", min: "5", max: "3600", value: "60", required: true }))),
    told.projects.length > 0 && card(say("whatif.projects"), el("div.scroll", {}, el("table.plain", {}, el("thead", {}, el("tr", {}, ...["project", "stage", "cost", "what"].map((h) => el(h === "cost" ? "th.n" : "th", { scope: "col" }, say(`whatif.${h}`, { unit: money[lang()] }))))),
      el("tbody", {}, ...told.projects.map(project)))), input("budget", { type: "number", min: "0", step: "any" })),
    card(say(`whatif.${held(told)}`), el("p.soft", {}, say(`whatif.${held(told)}Why`)), el("div", { id: "rooms" }), el("button.button", { type: "button", id: "add-rooms", on: { click: () => byId("rooms").append(roomsRow(told)) } }, say("whatif.addRooms"))),
    card(say("whatif.homes"), el("p.soft", {}, say("whatif.homesWhy")), el("datalist", { id: "zones" }, ...told.zones.map(([zone, name]) => el("option", { value: zone }, name))), el("div", { id: "homes" }), el("button.button", { type: "button", id: "add-homes", on: { click: () => byId("homes").append(homesRow(told)) } }, say("whatif.addHomes"))),
    el("details.card", {}, el("summary", {}, say("whatif.prices")), el("p.soft", {}, say("price.how")), el("div.two", {}, ...Object.entries(told.prices).map(([name, value]) => input(`price.${name}`, { type: "number", min: "0", step: "any", value: String(value), required: true, "data-default": String(value) })))),
    el("details.card", { id: "sweep" }, el("summary", {}, say("whatif.sweep")), el("p.soft", {}, say("whatif.sweepWhy")), el("div.two", {}, input("birthsEach", { type: "text", placeholder: "90, 100, 110", inputMode: "decimal" }), input("budgetEach", { type: "text", inputMode: "decimal" })),
      el("div.row", {}, el("button.button", { type: "button", id: "run-sweep", on: { click: () => { if (made.reportValidity()) return run(room, made, "sweep"); } } }, say("whatif.runSweep")))),
    el("div.row", {}, el("button.button.main", { type: "submit" }, say("whatif.run"))));
  return made;
}

/** @param {Levers["projects"][0]} p */
function project(p) {
  const year = el("input", { type: "number", min: "1990", max: "2100", value: String(p.year), hidden: true, "aria-label": `${p.name} ${say("whatif.year")}`, name: `year:${p.project}` });
  const chosen = el("select", { name: `project:${p.project}`, "aria-label": `${p.name} ${say("whatif.what")}`, on: { change: () => { year.hidden = chosen.value !== "build"; } } },
    ...[p.fixed ? "plan" : "plan_off", "off", "build", "choose"].map((v) => el("option", { value: v }, say(`whatif.do.${v}`, { year: p.year }))));
  return el("tr", {}, el("td", {}, p.name), el("td", {}, say(`stage.${p.stage}`)), el("td.n", {}, p.cost_yuan === null ? "–" : number(p.cost_yuan / money.scale)), el("td", {}, chosen, " ", year));
}

/** @param {...Node} fields */
function row(...fields) {
  const made = el("div.line", {}, ...fields, el("button.button.quiet.danger", { type: "button", on: { click: () => made.remove() } }, say("import.remove")));
  return made;
}

/** What the capacity of a school is counted in. @param {Levers} told */
function held(told) {
  return told.in_seats ? "seats" : "rooms";
}

/** @param {Levers} told */
function roomsRow(told) {
  return row(el("select", { "data-field": "unit", "aria-label": say("whatif.school") }, ...told.units.map((u) => el("option", { value: u.unit }, say(told.in_seats ? "whatif.schoolSeats" : "whatif.schoolRooms", { name: u.name, stage: say(`stage.${u.stage}`), n: u.rooms })))),
    el("input", { type: "number", "data-field": "by", min: told.in_seats ? "-20000" : "-200", max: told.in_seats ? "20000" : "200", value: "1", required: true, "aria-label": say(told.in_seats ? "whatif.moreSeats" : "whatif.more") }));
}

/** @param {Levers} told */
function homesRow(told) {
  return row(el("input", { type: "text", "data-field": "zone", required: true, placeholder: say("whatif.zone"), "aria-label": say("whatif.zone"), autocomplete: "off" }),
    el("input", { type: "number", "data-field": "homes", min: "1", required: true, placeholder: say("whatif.count"), "aria-label": say("whatif.count") }),
    el("input", { type: "number", "data-field": "year", min: "1990", max: "2100", value: String(told.year), required: true, "aria-label": say("whatif.delivered") }));
}

/** @param {string} id @returns {Record<string, string>[]} */
function rows(id) {
  return [...document.querySelectorAll(`#${id} .line`)].map((line) => Object.fromEntries([...line.querySelectorAll("[data-field]")].map((f) => [f.getAttribute("data-field") || "", /** @type {HTMLInputElement} */ (f).value.trim()])));
}

/** Numbers of a list as people write it. @param {string} text @param {number} factor */
function numbers(text, factor) {
  return text.split(/[\s,，、;；]+/).filter(Boolean).map((t) => Number(t) * factor);
}

/** @param {Room} room @param {HTMLFormElement} made @param {"whatif"|"sweep"} what one run, or one for every birth rate and budget named */
async function run(room, made, what = "whatif") {
  const data = new FormData(made), text = (/** @type {string} */ name) => String(data.get(name) || "").trim(), value = (/** @type {string} */ name) => (text(name) === "" ? null : Number(text(name)));
  /** @type {Record<string, any>} */
  const projects = {};
  for (const [name, how] of data) if (name.startsWith("project:")) projects[name.slice(8)] = how === "build" ? Number(data.get(`year:${name.slice(8)}`)) : how;
  const prices = Object.fromEntries([...made.querySelectorAll("[data-default]")].map((f) => /** @type {HTMLInputElement} */ (f)).filter((f) => f.value !== f.getAttribute("data-default")).map((f) => [f.name.slice(6), Number(f.value)]));
  /** @type {Record<string, number>} */
  const rooms = {};
  for (const r of rows("rooms")) rooms[r.unit] = (rooms[r.unit] || 0) + Number(r.by);
  const moved = value("moved"), budget = value("budget");
  const told = await carefully(() => post(`${room.api}/${what}`, {
    ...(what === "sweep" ? { births_each: numbers(text("birthsEach"), 0.01), budget_each: numbers(text("budgetEach"), money.scale) } : {}),
    name: text("name"), catchments: text("catchments"), year: value("year"), horizon: value("horizon"), demand: text("demand"), births: Number(text("births")) / 100, seconds: Number(text("seconds")),
    max_moved_share: moved === null ? null : moved / 100, budget_yuan: budget === null ? null : budget * money.scale, projects, prices, rooms,
    homes: rows("homes").map((h) => ({ zone: h.zone, homes: Number(h.homes), year: Number(h.year) })),
  }));
  if (told) {
    toast(say("rest.started"));
    byId(what === "sweep" ? "swept" : "runs").scrollIntoView({ block: "center" });
  }
}
