/** Every word of the pages, in the language of the session: `say("home.short")`. */

/** @type {Record<string, string>} */
let words = {};
/** @typedef {"zh"|"zh-Hant"|"en"} Language */
/** @type {Language[]} */ export const LANGUAGES = ["zh", "zh-Hant", "en"];
/** @type {Language} */ let language = "zh";
const KEPT = "planning.language";

/**
 * Load the words of a language; must be done before anything is drawn.
 * @param {string} first language to begin with, unless the user chose another here before
 */
export async function loadTexts(first) {
  language = LANGUAGES.find((l) => l === localStorage.getItem(KEPT)) || LANGUAGES.find((l) => l === first) || "zh";
  const answer = await fetch(`/pages/texts/${language}.json`);
  words = await answer.json();
  document.documentElement.lang = language;
  document.title = say("app");
}

/** @returns {Language} */
export function lang() {
  return language;
}

/** Change the language and draw the page anew. @param {string} to */
export function chooseLanguage(to) {
  localStorage.setItem(KEPT, to);
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
