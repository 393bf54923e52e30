/** The room 导入: files are uploaded, what they leave open is asked, the county is built, what the check found is shown. */

import { carefully, get, post, upload } from "../shared/ask.js";
import { drawBar } from "../shared/bar.js";
import { byId, el } from "../shared/dom.js";
import { jobCard, listen } from "../shared/jobs.js";
import { lang, loadTexts, say } from "../shared/texts.js";
import { toast } from "../shared/toast.js";
import { showFindings } from "./findings.js";
import { filled, questionFields } from "./questions.js";

/** @typedef {{id: string, files: string[], whole: boolean, tables: {table: string, words: Record<import("../shared/texts.js").Language, string>, file: string, sheet: string}[], questions: import("./questions.js").Question[], assumed: import("./questions.js").Question[], answers: Record<string, string>, aside: Record<import("../shared/texts.js").Language, string>[]}} Import */

/** @type {{lang: string, read_only: boolean}} */
let session;
/** @type {Import|null} */
let now = null;
let job = new URLSearchParams(location.search).get("job") || "";
/** @type {import("../shared/jobs.js").Job|null} */
let running = null;
let busy = false;

async function begin() {
  session = await get("/api/session");
  await loadTexts(session.lang);
  drawBar("import", session);
  const known = new URLSearchParams(location.search).get("import");
  const told = known ? null : await carefully(() => get("/api/imports"));
  const id = known || (!job && told?.imports.at(-1)?.id);
  if (id) now = (await carefully(() => get(`/api/imports/${id}`))) || null;
  draw();
  listen(heard);
}

/** @param {import("../shared/jobs.js").Job[]} jobs */
async function heard(jobs) {
  const before = running;
  running = jobs.find((j) => j.id === job) || null;
  if (!running) return;
  draw();
  const over = !["waiting", "running"].includes(running.state);
  if (over && (!before || before.state !== running.state)) {
    if (running.state === "done") now = null; // the copies are gone, the county is there
    draw();
    const told = await carefully(() => get(`/api/jobs/${job}/findings`));
    if (told) showFindings(byId("findings"), told);
    byId("done").scrollIntoView({ behavior: "smooth" });
  }
}

function building() {
  return Boolean(running && ["waiting", "running"].includes(running.state));
}

function draw() {
  const kept = document.getElementById("findings");
  const parts = [el("h1", {}, say("import.title")), el("p.lead", {}, say("import.lead")), filesStep(), now?.files.length ? foundStep(now) : null, now?.files.length && !building() ? askedStep(now) : null, doneStep(kept)];
  byId("main").replaceChildren(.../** @type {Node[]} */ (parts.filter(Boolean)));
}

/** @param {string} title @param {number} n @param {...any} body */
function step(title, n, ...body) {
  return el("section.card", { "aria-label": title }, el("h2", {}, el("span.step", { "aria-hidden": "true" }, n), title), ...body);
}

function filesStep() {
  if (session.read_only) return el("p.soft", {}, say("board.readOnly"));
  const input = el("input", { type: "file", id: "files", multiple: true, "aria-label": say("import.choose"), on: { change: () => take([...(input.files || [])]) } });
  const place = el("label.drop", { for: "files", on: {
    dragover: (/** @type {DragEvent} */ e) => { e.preventDefault(); place.classList.add("over"); },
    dragleave: () => place.classList.remove("over"),
    drop: (/** @type {DragEvent} */ e) => { e.preventDefault(); place.classList.remove("over"); take([...(e.dataTransfer?.files || [])]); },
  } }, el("b", {}, busy ? say("import.uploading") : say("import.choose")), el("small", {}, say("import.kinds")), input);
  const files = now?.files || [];
  return step(say("import.files"), 1, place,
    files.length > 0 && el("ul.files", {}, ...files.map((name) => el("li", {}, el("span", {}, name), el("button.button.quiet.danger", { type: "button", "aria-label": `${say("import.remove")} ${name}`, on: { click: () => remove(name) } }, say("import.remove"))))),
    files.length > 0 && el("button.button.quiet", { type: "button", on: { click: discard } }, say("import.discard")));
}

/** @param {Import} told */
function foundStep(told) {
  if (told.whole) return step(say("import.found"), 2, el("p", {}, say("import.whole")));
  const lines = told.aside.map((p) => el("li", {}, p[lang()]));
  return step(say("import.found"), 2,
    told.tables.length > 0 && el("table.plain", {}, el("thead", {}, el("tr", {}, el("th", { scope: "col" }, say("import.table")), el("th", { scope: "col" }, say("import.from")))),
      el("tbody", {}, ...told.tables.map((t) => el("tr", {}, el("td", {}, t.words[lang()]), el("td", {}, t.sheet ? `${t.file} · ${t.sheet}` : t.file))))),
    lines.length > 0 && el("details", { open: !told.tables.length }, el("summary", {}, say("import.aside", { n: lines.length })), el("ul.lines", {}, ...lines)));
}

/** @param {Import} told */
function askedStep(told) {
  if (!told.whole && !told.tables.length) return null;
  const given = Object.keys(told.answers).length;
  const again = given > 0 && el("button.button.quiet", { type: "button", on: { click: () => change("again") } }, say("import.again", { n: given }));
  if (told.questions.length) {
    const form = el("form", { id: "questions", on: { submit: (/** @type {Event} */ e) => { e.preventDefault(); return answer(form); } } },
      ...questionFields(told.questions),
      el("div.row", {}, again, el("button.button.main", { type: "submit" }, say("import.answer"))));
    return step(say("import.questions", { n: told.questions.length }), 3, form, assumed(told));
  }
  const form = el("form", { id: "build", on: { submit: (/** @type {Event} */ e) => { e.preventDefault(); return build(form); } } },
    el("p", {}, say("import.ready")), el("label.field", {}, el("span", {}, say("import.name")), el("input", { type: "text", name: "name", maxLength: 60, autocomplete: "off", placeholder: say("import.nameHint") })),
    el("div.row", {}, again, el("button.button.main", { type: "submit" }, say("import.build"))));
  return step(say("import.build"), 3, form, assumed(told));
}

/** What was taken for granted, and the way to say otherwise. @param {Import} told */
function assumed(told) {
  if (!told.assumed.length) return null;
  const form = el("form", { on: { submit: (/** @type {Event} */ e) => { e.preventDefault(); return change("answers", { answers: filled(form, told.assumed) }); } } },
    ...questionFields(told.assumed), el("div.row", {}, el("button.button", { type: "submit" }, say("import.otherwise"))));
  return el("details", { id: "assumed" }, el("summary", {}, say("import.assumed", { n: told.assumed.length })), form);
}

/** @param {HTMLElement|null} kept */
function doneStep(kept) {
  if (!job || !running) return null;
  const over = running.state === "done" && running.result;
  const project = over && (running.result.project || running.project);
  return el("section.card", { id: "done", "aria-label": say("import.done") }, el("h2", {}, el("span.step", { "aria-hidden": "true" }, 4), say("import.done")),
    jobCard(running, { readOnly: session.read_only, planOf: () => null }),
    project && el("p", {}, say("import.counted", { errors: running.result.errors, warnings: running.result.warnings })),
    project && el("div.row", {}, el("a.button.main", { id: "first-plan", href: `/?project=${project}&new=1` }, say("import.firstPlan"))),
    kept || el("div", { id: "findings" }));
}

/** @param {File[]} files */
async function take(files) {
  if (busy || !files.length) return;
  busy = true;
  draw();
  for (const file of files) {
    const told = await carefully(() => upload(file, now?.id || ""));
    if (told && !now) now = { id: told.import, files: [], whole: false, tables: [], questions: [], assumed: [], answers: {}, aside: [] };
  }
  busy = false;
  const id = now?.id;
  if (id) now = (await carefully(() => get(`/api/imports/${id}`))) || now;
  draw();
}

/** @param {string} what @param {Record<string, any>} [data] */
async function change(what, data = {}) {
  if (!now) return false;
  const told = await carefully(() => post(`/api/imports/${now?.id}/${what}`, data));
  if (!told) return false; // what was filled in stays
  now = told;
  draw();
  return true;
}

/** @param {string} name */
function remove(name) {
  change("remove", { name });
}

async function discard() {
  const id = now?.id;
  if (id && (await carefully(() => post(`/api/imports/${id}/discard`)))) now = null;
  draw();
}

/** @param {HTMLFormElement} form */
async function answer(form) {
  const button = form.querySelector("button[type=submit]");
  if (button instanceof HTMLButtonElement) button.disabled = true;
  const taken = await change("answers", { answers: filled(form, now?.questions || []) });
  if (button instanceof HTMLButtonElement) button.disabled = false;
  if (taken) (document.getElementById("questions") || document.getElementById("build"))?.querySelector("input, select")?.scrollIntoView({ block: "center" });
}

/** @param {HTMLFormElement} form */
async function build(form) {
  const told = await carefully(() => post(`/api/imports/${now?.id}/build`, { name: String(new FormData(form).get("name") || "") }));
  if (!told) return;
  job = told.job;
  running = null;
  document.getElementById("findings")?.remove();
  history.replaceState(null, "", `/import?job=${job}`);
  toast(say("import.started"));
}

begin();
