/** Every word of the pages, in the language of the session: `say("home.short")`. */

/** @type {Record<string, string>} */
let words = {};
let language = "zh";
const KEPT = "planning.language";

/**
 * Load the words of a language; must be done before anything is drawn.
 * @param {string} first language to begin with, unless the user chose another here before
 */
export async function loadTexts(first) {
  language = localStorage.getItem(KEPT) || first;
  const answer = await fetch(`/pages/texts/${language === "en" ? "en" : "zh"}.json`);
  words = await answer.json();
  document.documentElement.lang = language;
  document.title = say("app");
}

/** @returns {"zh"|"en"} */
export function lang() {
  return language === "en" ? "en" : "zh";
}

/** Change the language and draw the page anew. */
export function otherLanguage() {
  localStorage.setItem(KEPT, lang() === "en" ? "zh" : "en");
  location.reload();
}

/**
 * @param {string} key
 * @param {Record<string, string|number>} [values] for the {names} in the text
 */
export function say(key, values = {}) {
  const text = words[key];
  if (text === undefined) {
    console.error(`no text for ${key}`);
    return key;
  }
  return text.replace(/\{(\w+)\}/g, (_, name) => String(values[name]));
}

/** By digits behind the point; made once, since making one takes longer than a hundred numbers. @type {Map<number, Intl.NumberFormat>} */
const formats = new Map();

/** @param {number|null|undefined} value @param {number} [digits] */
export function number(value, digits = 0) {
  if (value === null || value === undefined) return "–";
  let format = formats.get(digits);
  if (!format) formats.set(digits, format = new Intl.NumberFormat("en-US", { minimumFractionDigits: digits, maximumFractionDigits: digits }));
  return format.format(value);
}

/** @param {number|null|undefined} share @param {number} [digits] */
export function percent(share, digits = 1) {
  return share === null || share === undefined ? "–" : `${(share * 100).toFixed(digits)}%`;
}
