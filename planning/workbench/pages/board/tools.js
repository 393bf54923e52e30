/** The trays of tools beside the map. */

import { el, svg } from "../shared/dom.js";
import { say } from "../shared/texts.js";

/** Name, key and picture of the tools that paint. */
export const TOOLS = /** @type {[import("./paint.js").Tool, string, string][]} */ ([
  ["pan", "V", "M9 3v6H3m18 0h-6V3M3 15h6v6m6 0v-6h6"], ["click", "C", "M6 3l12 9-6 1 4 7-3 1-3-7-4 4z"],
  ["brush", "B", "M4 20c4 0 5-2 5-4l8-12 3 3-11 9"], ["box", "X", "M4 4h16v16H4z"], ["township", "T", "M4 5l6 3 5-3 5 3v12l-5-3-5 3-6-3z"],
]);

/** @typedef {{name: string, key: string, picture: string, on: () => void, more?: Record<string, any>}} Tool */

/** @param {string} d */
function icon(d) {
  return svg("svg", { viewBox: "0 0 24 24", fill: "none", stroke: "currentColor", "stroke-width": 2, "stroke-linejoin": "round", "aria-hidden": "true" }, svg("path", { d }));
}

/** @param {Tool} tool */
function button({ name, key, picture, on, more = {} }) {
  return el("button.tool", { type: "button", "data-tool": name, title: `${say(`board.${name}Hint`)} (${key})`, on: { click: on }, ...more }, icon(picture), say(`board.${name}`), el("kbd", { "aria-hidden": "true" }, key));
}

/**
 * The tools that paint, and the others.
 * @param {Tool[]} painting @param {Tool[]} other
 * @param {{radius: number}|null} brush whose size is set, null where another tool is chosen
 */
export function trays(painting, other, brush) {
  return [
    el("div.tray", {}, ...painting.map(button), brush && el("label.size", {}, say("board.size"), el("input", { type: "range", min: "8", max: "120", value: String(brush.radius), id: "size", on: { input: (/** @type {any} */ e) => { brush.radius = Number(e.target.value); } } }))),
    el("div.tray", {}, ...other.map(button))];
}
