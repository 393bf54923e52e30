/** What the check found: a list, and the places on a map. */

import { el } from "../shared/dom.js";
import { lang, number, say } from "../shared/texts.js";

const L = /** @type {any} */ (globalThis).L;
const SHOWN = 300;

/** @typedef {{level: string, file: string, row: string, column: string, value: string, zh: string, "zh-Hant": string, en: string, at: [number, number]|null}} Finding */

/** @param {HTMLElement} place @param {{findings: Finding[], ground: any}} told */
export function showFindings(place, told) {
  if (!told.findings.length) {
    place.replaceChildren(told.ground ? el("p.good", {}, say("import.nothingFound")) : el("span"));
    return;
  }
  const placed = told.findings.filter((f) => f.at);
  const map = placed.length ? el("div.map", { id: "findings-map", role: "application", "aria-label": say("import.map") }) : null;
  /** @type {Map<Finding, any>} */
  const marks = new Map();
  const rows = told.findings.slice(0, SHOWN).map((f) => el("li", {}, el(f.level === "error" ? "span.chip.bad" : "span.chip.warn", {}, say(f.level === "error" ? "import.error" : "import.warning")), " ", f[lang()],
    f.at && el("button.button.quiet", { type: "button", on: { click: () => go(f) } }, say("import.where"))));
  place.replaceChildren(...[map, el("ul.findings", {}, ...rows), told.findings.length > SHOWN && el("p.soft", {}, say("import.moreFindings", { n: number(told.findings.length - SHOWN) }))].filter(Boolean));
  if (!map) return;
  const drawn = L.map(map, { attributionControl: false, preferCanvas: true, zoomControl: false });
  L.control.zoom({ zoomInTitle: say("board.zoomIn"), zoomOutTitle: say("board.zoomOut") }).addTo(drawn);
  const ground = L.geoJSON(told.ground, { style: { color: "#8592a0", weight: 0.7, fillColor: "#e9eef1", fillOpacity: 1 }, interactive: false }).addTo(drawn);
  for (const f of placed) marks.set(f, L.circleMarker(f.at, { radius: 7, color: "#fff", weight: 2, fillColor: f.level === "error" ? "#9c0d20" : "#b26a00", fillOpacity: 0.95 }).bindPopup(el("div", {}, f[lang()])).addTo(drawn));
  const frame = ground.getBounds();
  if (frame.isValid()) drawn.fitBounds(frame);
  else drawn.setView(/** @type {any} */ (placed[0].at), 12);

  /** @param {Finding} f */
  function go(f) {
    drawn.setView(f.at, Math.max(drawn.getZoom(), 15));
    marks.get(f)?.openPopup();
    map?.scrollIntoView({ block: "center" });
  }
}
