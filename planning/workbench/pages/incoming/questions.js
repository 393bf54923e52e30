/** Questions of an import as fields of a form. */

import { el } from "../shared/dom.js";
import { lang, say } from "../shared/texts.js";

/** @typedef {{key: string, kind: string, words: Record<string, string>, options: {value: string, words: Record<string, string>}[], default: string, same: boolean, number: boolean, parts?: {key: string, table: string, words: Record<string, string>, file: string, sheet: string}[]}} Question */

const SAME = "=", NUMBER = "#", EACH = "*"; // as the importer's dialogue takes them
const WORDS = ["GCJ-02", "BD-09", "WGS84", "CGCS2000", "true", "false", "first", "divide", "each", "real", "derived", "synthetic", "unknown"];

/** @param {Question} question @param {{value: string, words: Record<string, string>}} option */
function label(question, option) {
  const told = ["coordinates", "repair", "merged", "status"].includes(question.kind) && WORDS.includes(option.value) ? say(`import.word.${option.value}`) : "";
  return told || option.words[lang()] || option.value;
}

/** @param {Question} q @param {string} name @param {string} text @param {string} value @returns {Node} */
function written(q, name, text, value) {
  if (["places", "homes", "catchments"].includes(q.kind)) return el("label.field", {}, el("span", {}, text), el("textarea", { name, rows: 3, required: true, placeholder: say(`import.${q.kind}Hint`), value }));
  const kinds = q.kind === "year" ? { type: "number", min: "1990", max: "2100" } : { type: "text" };
  return el("label.field", {}, el("span", {}, text), el("input", { ...kinds, name, required: true, autocomplete: "off", value }));
}

/** @param {Question[]} questions @returns {Node[]} */
export function questionFields(questions) {
  return questions.map((q, n) => {
    const text = q.words[lang()], name = `q${n}`;
    if (!q.options.length && !q.same) return written(q, name, text, q.default);
    const listed = q.options.map((o) => el("option", { value: o.value, selected: o.value === q.default }, label(q, o)));
    if (q.number) listed.push(el("option", { value: NUMBER }, say("import.number")));
    if (q.same) listed.push(el("option", { value: SAME, selected: q.default.startsWith(SAME) }, say("import.same")));
    if (q.parts?.length) listed.push(el("option", { value: EACH }, say("import.each")));
    const open = q.kind === "sheet" || q.kind === "coordinates";
    if (open) listed.push(el("option", { value: "" }, say("import.other")));
    const other = el("input", { type: "text", name: `${name}.other`, autocomplete: "off", hidden: !q.default.startsWith(SAME), "aria-label": say("import.value"), value: q.default.startsWith(SAME) ? q.default.slice(1) : "" });
    const parts = el("div.parts", { hidden: true }, ...(q.parts || []).map((p) => el("label.field", {}, el("span", {}, `${p.file} · ${p.words[lang()]}`),
      el("select", { name: p.key }, el("option", { value: "" }, say("import.pick")), ...q.options.map((o) => el("option", { value: o.value }, label(q, o)))))));
    const chosen = el("select", { name, "aria-label": text, on: { change: () => { parts.hidden = chosen.value !== EACH; other.hidden = !(chosen.value === SAME || (open && chosen.value === "")); other.required = !other.hidden; } } },
      !q.default && el("option", { value: "", disabled: true, selected: true }, say("import.pick")), ...listed);
    chosen.required = !open;
    return el("div.field", { "data-question": q.key }, el("span", {}, text), chosen, other, parts);
  });
}

/** @param {HTMLFormElement} form @param {Question[]} questions @returns {Record<string, string>} answers by key */
export function filled(form, questions) {
  const data = new FormData(form);
  return Object.fromEntries(questions.flatMap((q, n) => {
    if (data.get(`q${n}`) === EACH) return (q.parts || []).map((p) => [p.key, String(data.get(p.key) || "")]);
    const value = String(data.get(`q${n}`) || ""), other = String(data.get(`q${n}.other`) || "").trim();
    return [[q.key, value === SAME ? SAME + other : value || other]];
  }).filter(([, value]) => value));
}
