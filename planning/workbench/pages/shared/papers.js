/** What was made of a plan: files to look at and to keep, and the jobs that make them. */

import { el } from "./dom.js";
import { jobCard } from "./jobs.js";
import { number, say } from "./texts.js";

/** @typedef {import("../room/room.js").Room} Room */
/** @typedef {import("../room/room.js").Paper} Paper */

const OPENS = /\.(html|pdf|png)$/;
const RECORDS = /\.(csv|json|yaml|txt)$/;
const PAPERS = ["notice", "map", "lookup", "reply", "comparison", "scorecard", "ledger", "evaluation", "sweep", "pareto"];
const FORMS = ["docx", "pdf", "html", "xlsx", "csv", "png"];

/** What a paper is, in words, "" for a file that only programs read. @param {string} name */
function words(name) {
  const [, home, word, stage, form] = /^(.*\/)?([a-z]+)(?:-(primary|junior))?\.([a-z]+)$/.exec(name) || [];
  if (!PAPERS.includes(word) || !FORMS.includes(form)) return "";
  return [home?.slice(0, -1), say(`paper.${word}`), stage && say(`stage.${stage}`), say(`paper.as.${form}`)].filter(Boolean).join(" · ");
}

/** @param {Room} room @param {Paper} p */
function line(room, p) {
  const name = words(p.name) || p.name;
  return el("li", { "data-paper": p.name }, el("span", {}, name, " ", el("small.soft", { title: p.name }, say("papers.size", { kb: number(Math.max(1, p.size / 1000)) }))),
    el("span", {}, OPENS.test(p.name) && el("a.button.quiet", { href: `${room.api}/papers/${p.id}?open`, target: "_blank", rel: "noopener", "aria-label": `${say("papers.open")} ${name}` }, say("papers.open")),
      el("a.button.quiet", { href: `${room.api}/papers/${p.id}`, download: p.name.split("/").pop(), "aria-label": `${say("papers.save")} ${name}` }, say("papers.save"))));
}

/** Papers for people first; tables and records that programs read are folded away. @param {Room} room @param {string} kind @returns {Node} */
export function paperList(room, kind) {
  const found = room.about.papers.filter((p) => p.kind === kind && !p.name.split("/").pop()?.startsWith("INTERNAL"));
  if (!found.length) return el("p.soft", {}, say("papers.none"));
  const folded = found.filter((p) => RECORDS.test(p.name) && !words(p.name)), open = found.filter((p) => !folded.includes(p));
  return el("div", { "data-papers": kind }, open.length > 0 && el("ul.files", {}, ...open.map((p) => line(room, p))),
    folded.length > 0 && el("details", { open: !open.length || Boolean(document.querySelector(`[data-papers=${kind}] details[open]`)) }, el("summary", {}, say("papers.records", { n: number(folded.length) })), el("ul.files", {}, ...folded.map((p) => line(room, p)))));
}

/** @param {Room} room @param {string[]} kinds @returns {Node} the newest jobs of these kinds */
export function jobsOf(room, kinds) {
  const shown = room.jobs.filter((j) => kinds.includes(j.kind)).slice(0, 2);
  return el("div.jobs", {}, ...shown.map((j) => jobCard(j, { readOnly: room.session.read_only, planOf: () => null })));
}

/** @param {string} title @param {...any} body */
export function card(title, ...body) {
  return el("section.card", { "aria-label": title }, el("h2", {}, title), ...body);
}
