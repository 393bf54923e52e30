/** What was made of a plan: files to look at and to keep, and the jobs that make them. */

import { el } from "./dom.js";
import { jobCard } from "./jobs.js";
import { number, say } from "./texts.js";

/** @typedef {import("../room/room.js").Room} Room */

const OPENS = /\.(html|pdf|png)$/;

/** @param {Room} room @param {string} kind @returns {Node} */
export function paperList(room, kind) {
  const found = room.about.papers.filter((p) => p.kind === kind && !p.name.split("/").pop()?.startsWith("INTERNAL"));
  if (!found.length) return el("p.soft", {}, say("papers.none"));
  return el("ul.files", { "data-papers": kind }, ...found.map((p) => el("li", {}, el("span", {}, p.name, " ", el("small.soft", {}, say("papers.size", { kb: number(Math.max(1, p.size / 1000)) }))),
    el("span", {}, OPENS.test(p.name) && el("a.button.quiet", { href: `${room.api}/papers/${p.id}?open`, target: "_blank", rel: "noopener", "aria-label": `${say("papers.open")} ${p.name}` }, say("papers.open")),
      el("a.button.quiet", { href: `${room.api}/papers/${p.id}`, download: p.name.split("/").pop(), "aria-label": `${say("papers.save")} ${p.name}` }, say("papers.save"))))));
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
