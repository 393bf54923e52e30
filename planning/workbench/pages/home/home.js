/** The room 首页: projects and plans. */

import { carefully, get, post } from "../shared/ask.js";
import { drawBar } from "../shared/bar.js";
import { dialog, field } from "../shared/dialog.js";
import { byId, el } from "../shared/dom.js";
import { jobCard, listen } from "../shared/jobs.js";
import { lang, loadTexts, number, percent, say } from "../shared/texts.js";
import { toast } from "../shared/toast.js";

/** @typedef {{catchments: string|null, years: number[], built: number, steps: number, how: string|null}} Kind */
/** @typedef {{id: string, name: string, kind: Kind, own: boolean, state: string, found: Record<string, string>[], draft: boolean, editor: {who: string}|null, short: Record<string, number>, gap: number|null, mean_m: any, moved: number, when: number}} Plan */
/** @typedef {{id: string, name: string, files: string[], all?: number, done?: number, failed?: number}} Batch */
/** @typedef {{id: string, name: string, there: boolean, year: number|null, drawn: boolean, plans: Plan[], scenarios: {number: number, name: string}[]}} Project */

/** @type {{lang: string, read_only: boolean}} */
let session;
/** @type {Project[]} */
let projects = [];
/** @type {Batch[]} */
let batches = [];
/** @type {Record<string, string>} */
let states = {};
/** @type {import("../shared/jobs.js").Job[]} */
let known = [];

async function begin() {
  session = await get("/api/session");
  await loadTexts(session.lang);
  drawBar("home", session);
  await reload();
  listen(heard);
  const asked = new URLSearchParams(location.search).get("project");
  if (asked) document.getElementById(asked)?.scrollIntoView();
  const fresh = projects.find((p) => p.id === asked);
  if (fresh && new URLSearchParams(location.search).has("new") && !session.read_only) newPlan(fresh);
}

async function reload() {
  const told = await carefully(() => get("/api/home"));
  if (!told) return;
  projects = told.projects;
  batches = told.batches;
  draw();
  drawJobs();
}

/** @param {import("../shared/jobs.js").Job[]} jobs */
function heard(jobs) {
  const before = states;
  states = Object.fromEntries(jobs.map((j) => [j.id, j.state]));
  if (jobs.some((j) => before[j.id] && before[j.id] !== j.state && !["waiting", "running"].includes(j.state))) reload();
  known = jobs;
  drawJobs();
}

function drawJobs() {
  const cards = known.map((j) => jobCard(j, { readOnly: session.read_only, planOf }));
  byId("jobs").replaceChildren(el("h2", {}, say("jobs.title")), ...(cards.length ? cards : [el("p.empty", {}, say("jobs.none"))]));
}

/** @param {import("../shared/jobs.js").Job} job */
function planOf(job) {
  const project = projects.find((p) => p.id === job.project);
  return project?.plans.find((p) => p.name === job.title)?.id || null;
}

function draw() {
  const main = byId("main");
  const bring = !session.read_only && el("a.button.main", { id: "bring", href: "/import" }, say("home.import"));
  if (!projects.length) main.replaceChildren(el("div.nothing", {}, el("p", {}, say("home.noProjects")), bring));
  else main.replaceChildren(...projects.map(projectSection));
  if (batches.length) main.append(batchSection());
}

/** Many counties at once, as `planning batch` left them. */
function batchSection() {
  const file = (/** @type {Batch} */ b, /** @type {string} */ word) => el("a.button.quiet", { href: `/api/batches/${b.id}/${word}?lang=${lang()}${word === "map" ? "&open" : ""}`, "aria-label": `${say(`batch.${word}`)} ${b.name}`, ...(word === "map" ? { target: "_blank", rel: "noopener" } : { download: "" }) }, say(`batch.${word}`));
  const state = (/** @type {Batch} */ b) => (b.all === undefined ? "–" : say(b.failed ? "batch.someFailed" : "batch.done", { done: number(b.done), all: number(b.all), failed: number(b.failed) }));
  return el("section.project", { id: "batches", "aria-label": say("batch.title") }, el("header", {}, el("h2", {}, say("batch.title"))),
    el("div.scroll", {}, el("table.plain", {}, el("tbody", {}, ...batches.map((b) => el("tr", {}, el("th", { scope: "row" }, b.name), el("td", {}, state(b)), el("td", {}, ...b.files.map((word) => file(b, word)))))))));
}

/** @param {Project} project */
function projectSection(project) {
  const act = (/** @type {string} */ name, /** @type {() => void} */ on, kind = "button.button") => el(kind, { type: "button", on: { click: on } }, say(name));
  const changes = session.read_only ? [] : [
    project.there && act("home.check", () => check(project), "button.button.quiet"),
    act("home.renameProject", () => renameProject(project), "button.button.quiet"),
    act("home.deleteProject", () => remove(`/api/projects/${project.id}/delete`, project.name), "button.button.quiet.danger"),
    project.there && act("home.newPlan", () => newPlan(project), "button.button.main"),
  ];
  const empty = el("div.nothing", {}, el("p", {}, say("home.noPlans")), !session.read_only && project.there && act("home.newPlan", () => newPlan(project)));
  return el("section.project", { id: project.id, "aria-label": project.name },
    el("header", {}, el("h2", {}, project.name), !project.there && el("span.chip.bad", {}, say("home.countyGone")), el("span.gap"), ...changes),
    el("div.plans", {}, ...(project.plans.length ? project.plans.map(planCard) : [empty])));
}

/** The state of a plan; where a rule does not hold, what was found is behind it. @param {Plan} plan */
function stateChip(plan) {
  const kinds = /** @type {Record<string, string>} */ ({ approved: ".accent", verified: ".good", refuted: ".bad", unverified: "" });
  const kind = `chip${kinds[plan.state] ?? ""}`, word = say(`state.${plan.state}`);
  if (!plan.found.length) return el(`span.${kind}`, {}, word);
  const show = () => dialog({ title: say("home.refuted", { name: plan.name }), ok: say("dialog.ok"), alone: true,
    body: [el("p.soft", {}, say("home.refutedHow")), el("ul.lines", {}, ...plan.found.map((f) => el("li", {}, f[lang()])))] });
  return el(`button.${kind}`, { type: "button", "aria-label": `${word}: ${plan.name}`, on: { click: show } }, word, el("span", { "aria-hidden": "true" }, " ›"));
}

/** What a plan is, beside the name that somebody gave it. @param {Kind} kind */
function kindOf({ catchments, years: [first, last], built, steps, how }) {
  return [
    how === "finished" || how === "repair" ? say(`kind.${how}`) : (catchments === "free" || catchments === "current") && say(`kind.${catchments}`),
    steps > 0 && say("kind.steps", { n: number(steps) }), built > 0 && say("kind.built", { n: number(built) }),
    first !== undefined && (first === last ? say("kind.year", { year: first }) : say("kind.years", { first, last })),
  ].filter(Boolean).join(" · ");
}

/** @param {Plan} plan */
function planCard(plan) {
  const short = Object.values(plan.short).reduce((a, b) => a + b, 0);
  const parts = Object.entries(plan.short).sort((a, b) => (a[0] < b[0] ? 1 : -1)).map(([stage, n]) => `${say(`stage.${stage}`)} ${number(n)}`).join(" · ");
  const act = (/** @type {string} */ name, /** @type {() => void} */ on) =>
    el("button.button.quiet", { type: "button", "aria-label": `${say(name)} ${plan.name}`, on: { click: on } }, say(name));
  return el("article.plan", { "data-plan": plan.id },
    el("a.picture", { href: `/board/${plan.id}`, tabIndex: -1, "aria-hidden": "true" }, el("img", { src: `/api/pictures/${plan.id}`, alt: "", loading: "lazy" })),
    el("div.body", {},
      el("div.head", {}, el("h3", { title: plan.name }, el("a", { href: `/board/${plan.id}` }, plan.name)), stateChip(plan)),
      el("p.kind", {}, kindOf(plan.kind)),
      el("dl", {},
        el("div", {}, el("dt", {}, say("home.short")), el(short ? "dd.bad" : "dd.good", {}, number(short), short > 0 && el("small.parts", {}, parts))),
        el("div", {}, el("dt", {}, say("home.gap")), el("dd", {}, plan.gap === null || plan.gap === undefined ? el("small", {}, say("home.gapNone")) : percent(plan.gap, 2))))),
    el("footer", {}, el("span", {}, plan.editor ? el("span.chip.accent", { title: plan.editor.who }, say("home.editing")) : plan.draft ? el("span.chip.warn", {}, say("home.draft")) : new Date(plan.when * 1000).toISOString().slice(0, 10)),
      !session.read_only && el("span", {},
        plan.state === "unverified" && act("home.verify", () => carefully(() => post(`/api/plans/${plan.id}/verify`))),
        plan.state !== "approved" && act("home.copy", () => copy(plan)),
        plan.own && plan.state !== "approved" && act("home.rename", () => rename(plan)),
        plan.own && plan.state !== "approved" && act("home.delete", () => remove(`/api/plans/${plan.id}/delete`, plan.name)))));
}

/** @param {string} path @param {string} name */
async function remove(path, name) {
  const told = await carefully(() => post(path));
  if (!told) return;
  await reload();
  toast(say("home.deleted", { name }), { action: say("home.undo"), on: () => carefully(async () => { await post("/api/restore", { undo: told.undo }); await reload(); toast(say("home.restored")); }) });
}

/** @param {Project} project */
async function check(project) {
  const told = await carefully(() => post(`/api/projects/${project.id}/check`));
  if (told) location.href = `/import?job=${told.job}`;
}

/** @param {Plan} plan */
async function copy(plan) {
  await carefully(() => post(`/api/plans/${plan.id}/copy`, { name: say("home.copyOf", { name: plan.name }) }));
  await reload();
}

/** @param {Plan} plan */
async function rename(plan) {
  const done = await dialog({ title: say("rename.title"), body: [field("name", say("rename.name"), { type: "text", value: plan.name, maxLength: 60 })],
    send: async (filled) => filled.get("name") === plan.name ? null : post(`/api/plans/${plan.id}/rename`, { name: filled.get("name") }) });
  if (done) await reload();
}

/** @param {Project} project */
async function renameProject(project) {
  const done = await dialog({ title: say("renameProject.title"), body: [field("name", say("rename.name"), { type: "text", value: project.name, maxLength: 60 })],
    send: (filled) => post(`/api/projects/${project.id}/rename`, { name: filled.get("name") }) });
  if (done) await reload();
}

/** @param {Project} project */
async function newPlan(project) {
  const way = (/** @type {string} */ value, /** @type {string} */ name, /** @type {string} */ why, checked = false, disabled = false) =>
    el("label.choice", {}, el("input", { type: "radio", name: "way", value, checked, disabled }), el("span", {}, el("b", {}, name), el("small", {}, why)));
  const first = project.drawn && project.plans.length === 0; // what is there is looked at before it is changed
  await dialog({
    title: `${say("new.title")} · ${project.name}`,
    ok: say("new.start"),
    body: [
      field("name", say("new.name"), { type: "text", value: say("new.defaultName"), maxLength: 60 }),
      el("fieldset", {}, el("legend", {}, say("new.way")),
        way("today", say("new.today"), say(project.drawn ? "new.todayWhy" : "new.todayNone"), first, !project.drawn),
        way("lines", say("new.lines"), say("new.linesWhy"), !first),
        way("projects", say("new.projects"), say("new.projectsWhy")),
        ...project.scenarios.map((s) => way(`scenario:${s.number}`, say("new.scenario", { name: s.name }), say("new.scenarioWhy")))),
      field("year", say("new.year"), { type: "number", min: "1990", max: "2100", required: false, placeholder: project.year ? String(project.year) : "" }),
      field("seconds", say("new.seconds"), { type: "number", value: "60", min: "5", max: "3600" }),
    ],
    send: (filled) => post(`/api/projects/${project.id}/plans`, { name: filled.get("name"), way: filled.get("way"), seconds: Number(filled.get("seconds")), year: Number(filled.get("year")) || null }),
  });
}

begin();
