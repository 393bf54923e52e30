/** What the board asks of the engine: draw the rest, mend with the least change, and what an edit or a move costs. */

import { carefully, post } from "../shared/ask.js";
import { dialog, field } from "../shared/dialog.js";
import { el } from "../shared/dom.js";
import { lang, number, percent, say } from "../shared/texts.js";
import { toast } from "../shared/toast.js";

/** Ask how, and start the job. @param {string} api @param {string} name of the plan @param {"finish"|"repair"} [first] @returns {Promise<string|null>} the job */
export async function finishRest(api, name, first = "finish") {
  const way = (/** @type {string} */ value) =>
    el("label.choice", {}, el("input", { type: "radio", name: "how", value, checked: value === first }), el("span", {}, el("b", {}, say(`rest.${value}`)), el("small", {}, say(`rest.${value}Why`))));
  const told = await dialog({
    title: say("rest.title"), ok: say("new.start"),
    body: [way("finish"), way("repair"), field("name", say("new.name"), { type: "text", value: say("rest.name", { name }), maxLength: 60 }), field("seconds", say("new.seconds"), { type: "number", value: "60", min: "5", max: "3600" })],
    send: (filled) => post(`${api}/finish`, { how: filled.get("how"), name: filled.get("name"), seconds: Number(filled.get("seconds")) }),
  });
  if (told) toast(say("rest.started"));
  return told ? told.job : null;
}

/** @param {number} value */
function signed(value) {
  return `${value > 0.05 ? "+" : value < -0.05 ? "−" : "±"}${number(Math.abs(value), 1)}`;
}

/** Show what the draft costs since the plan began, or what a move would. @param {string} api @param {import("./layer.js").Drawing} drawing @param {{stage: string, zones: number[], unit: string}|null} move @param {string} title */
export async function showPrice(api, drawing, move, title) {
  const told = await carefully(() => post(`${api}/price`, move || {}));
  if (!told) return;
  const names = new Map(drawing.scene.stages.flatMap((s) => s.units.map((u) => /** @type {[string, string]} */ ([u.unit, u.name]))));
  const line = (/** @type {string} */ name, /** @type {string} */ value, mood = "") => el("tr", {}, el("th", { scope: "row" }, say(`price.${name}`)), el(`td.n${mood}`, { "data-price": name }, value));
  const parts = Object.entries(told.parts).filter(([, v]) => Math.abs(Number(v)) > 0.05);
  await dialog({
    title, ok: say("dialog.close"), alone: true,
    body: [
      el("table.plain", {}, el("tbody", {},
        line("more", `${signed(told.more)} ${say("price.unit")}`, told.more > 0.05 ? ".bad" : ""), line("above", told.above === null ? "–" : `${number(told.above, 1)} ${say("price.unit")}`),
        line("gap", told.gap === null ? "–" : percent(told.gap, 2)), line("short", signed(told.seats_short), told.seats_short > 0 ? ".bad" : ""), line("moved", told.moved_pupils === null ? say("verdict.not_applicable") : signed(told.moved_pupils)))),
      el("p.soft", {}, say("price.how")),
      parts.length > 0 && el("details", {}, el("summary", {}, say("price.parts")), el("table.plain", {}, el("tbody", {}, ...parts.map(([name, v]) => el("tr", {}, el("th", { scope: "row" }, say(`part.${name}`)), el("td.n", {}, signed(Number(v)))))))),
      told.units.length > 0 && el("table.plain", {}, el("thead", {}, el("tr", {}, el("th", { scope: "col" }, say("price.school")), el("th.n", { scope: "col" }, say("board.pupils")), el("th.n", { scope: "col" }, say(told.units[0].after.in_seats ? "board.seats" : "board.classes")), el("th.n", { scope: "col" }, say("board.unitShort")))),
        el("tbody", {}, ...told.units.slice(0, 12).map((/** @type {any} */ u) => el("tr", {}, el("td", {}, names.get(u.after.unit) || u.after.unit), el("td.n", {}, `${number(u.before.pupils)} → ${number(u.after.pupils)}`), el("td.n", {}, u.after.in_seats ? number(u.after.rooms) : `${u.before.classes} → ${u.after.classes} / ${u.after.rooms}`), el(u.after.short > u.before.short ? "td.n.bad" : "td.n", {}, `${number(u.before.short)} → ${number(u.after.short)}`))))),
      told.findings.length > 0 && el("ul.lines", {}, ...told.findings.slice(0, 8).map((/** @type {any} */ f) => el(f.breaks ? "li.bad" : "li", {}, f[lang()]))),
    ].filter(Boolean),
  });
}
