/** The steps of a plan: why and by whom the next is made, what was done, and the way to any of them. */

import { carefully, get } from "../shared/ask.js";
import { el } from "../shared/dom.js";
import { number, say } from "../shared/texts.js";

/** @typedef {import("./layer.js").Drawing} Drawing */

const KEPT = "planning.step.";
const LONGEST = 300; // as the server takes them

/** @param {"reason"|"who"} name @returns {string} what was last filled in, on this computer */
export function remembered(name) {
  return (localStorage.getItem(KEPT + name) || "").trim().slice(0, LONGEST);
}

/** The fields that every stroke takes with it. */
export function about() {
  const one = (/** @type {"reason"|"who"} */ name) =>
    el("label.field", {}, el("span", {}, say(`board.${name}`)), el("input", { type: "text", id: name, autocomplete: "off", maxLength: LONGEST, placeholder: say(`board.${name}Hint`), value: remembered(name), on: { input: (/** @type {any} */ e) => localStorage.setItem(KEPT + name, e.target.value) } }));
  return el("div.about", {}, one("reason"), one("who"));
}

/** @param {any} step @param {Map<string, string>} names */
function told(step, names) {
  return [el("b", {}, step.zones > 1 ? say("board.stepMany", { first: step.first, n: step.zones }) : step.first), ` → ${names.get(step.unit) || step.unit}`,
    step.reason && el("div.reason", {}, step.reason), el("div.number", {}, [step.number, step.who, step.when.slice(0, 16).replace("T", " ")].filter(Boolean).join(" · "))];
}

/** @param {Drawing} drawing */
function namesOf(drawing) {
  return new Map(drawing.scene.stages.flatMap((s) => s.units.map((u) => /** @type {[string, string]} */ ([u.unit, u.name]))));
}

/** The last steps in force as lines, newest first; a line is made once. */
export class Steps {
  /** @param {Drawing} drawing */
  constructor(drawing) {
    this.names = namesOf(drawing);
    /** @type {Map<string, Node>} */ this.known = new Map();
  }

  /** @param {any[]} steps @returns {Node[]} */
  lines(steps) {
    const now = /** @type {Map<string, Node>} */ (new Map());
    for (const step of [...steps].reverse()) {
      const key = JSON.stringify(step);
      now.set(key, this.known.get(key) || el("li", {}, ...told(step, this.names)));
    }
    this.known = now;
    return [...now.values()];
  }
}

/**
 * Show every step ever made, those taken back too, and go to the one that is chosen.
 * @param {string} api @param {Drawing} drawing @param {((number: number) => void)|null} go null where nothing may be changed
 */
export async function showJournal(api, drawing, go) {
  const journal = await carefully(() => get(`${api}/journal`));
  if (!journal) return;
  const names = namesOf(drawing);
  const way = (/** @type {number} */ n, /** @type {string} */ name) => n === journal.head ? el("span.chip", {}, say("board.here"))
    : go && el("button.button", { type: "button", "data-step": String(n), "aria-label": `${say("board.goTo")} ${n} ${name}`, on: { click: () => { made.close(); go(n); } } }, say("board.goTo"));
  const rows = [...journal.steps].reverse().map((/** @type {any} */ s) =>
    el(s.in_force ? "li" : "li.undone", {}, el("div", {}, ...told(s, names), !s.in_force && el("div.number", {}, say("board.takenBack", { n: s.after }))), way(s.number, s.first)));
  const made = el("dialog.journal", { "aria-labelledby": "journal-title" },
    el("h2", { id: "journal-title" }, say("board.steps"), " ", el("small.number", {}, number(journal.steps.length))),
    el("ol.steps", {}, ...rows, el("li", {}, el("div", {}, el("b", {}, say("board.origin"))), way(0, say("board.origin")))),
    el("div.row", {}, el("button.button", { type: "button", on: { click: () => made.close() } }, say("dialog.close"))));
  made.addEventListener("close", () => made.remove());
  document.body.append(made);
  made.showModal();
}
