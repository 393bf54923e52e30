/** Questions of an import as fields of a form. */

import { el } from "../shared/dom.js";
import { lang, say } from "../shared/texts.js";

/** @typedef {{key: string, kind: string, en: string, zh: string, options: {value: string, zh: string}[], default: string, same: boolean, number: boolean}} Question */

const SAME = "=", NUMBER = "#"; // as the importer's dialogue takes them
const WORDS = ["GCJ-02", "BD-09", "WGS84", "CGCS2000", "true", "false", "first", "divide", "each"];

/** @param {Question} question @param {{value: string, zh: string}} option */
function label(question, option) {
  const told = ["coordinates", "repair", "merged"].includes(question.kind) && WORDS.includes(option.value) ? say(`import.word.${option.value}`) : "";
  return told || (lang() === "zh" && option.zh ? option.zh : option.value);
}

/** @param {Question[]} questions @returns {Node[]} */
export function questionFields(questions) {
  return questions.map((q, n) => {
    const text = lang() === "zh" ? q.zh : q.en, name = `q${n}`;
    if (!q.options.length && !q.same) return el("label.field", {}, el("span", {}, text), el("input", { type: "text", name, required: true, autocomplete: "off", value: q.default }));
    const listed = q.options.map((o) => el("option", { value: o.value, selected: o.value === q.default }, label(q, o)));
    if (q.number) listed.push(el("option", { value: NUMBER }, say("import.number")));
    if (q.same) listed.push(el("option", { value: SAME, selected: q.default.startsWith(SAME) }, say("import.same")));
    const open = q.kind === "sheet" || q.kind === "coordinates";
    if (open) listed.push(el("option", { value: "" }, say("import.other")));
    const other = el("input", { type: "text", name: `${name}.other`, autocomplete: "off", hidden: !q.default.startsWith(SAME), "aria-label": say("import.value"), value: q.default.startsWith(SAME) ? q.default.slice(1) : "" });
    const chosen = el("select", { name, "aria-label": text, on: { change: () => { other.hidden = !(chosen.value === SAME || (open && chosen.value === "")); other.required = !other.hidden; } } },
      !q.default && el("option", { value: "", disabled: true, selected: true }, say("import.pick")), ...listed);
    chosen.required = !open;
    return el("div.field", { "data-question": q.key }, el("span", {}, text), chosen, other);
  });
}

/** @param {HTMLFormElement} form @param {Question[]} questions @returns {Record<string, string>} answers by key */
export function filled(form, questions) {
  const data = new FormData(form);
  return Object.fromEntries(questions.map((q, n) => {
    const value = String(data.get(`q${n}`) || ""), other = String(data.get(`q${n}.other`) || "").trim();
    return [q.key, value === SAME ? SAME + other : value || other];
  }).filter(([, value]) => value));
}
