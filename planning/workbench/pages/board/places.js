/** Zones chosen on the map, by arrow keys or by name, and why the chosen one belongs to its school. */

import { carefully, get } from "../shared/ask.js";
import { byId, el } from "../shared/dom.js";
import { inOrder } from "../shared/kept.js";
import { say } from "../shared/texts.js";
import { beside, zonesFound } from "./find.js";
import { List } from "./panel.js";
import { zoneName } from "./why.js";

const WAYS = /** @type {Record<string, [number, number]>} */ ({ arrowleft: [-1, 0], arrowright: [1, 0], arrowup: [0, 1], arrowdown: [0, -1] });

export class Places {
  /** @param {import("./desk.js").Desk} desk @param {{choose: (unit: string) => void, changed: () => void}} on choose: a school to paint with; changed: the chosen zone is another */
  constructor(desk, on) {
    this.desk = desk;
    this.on = on;
    this.wanted = "";
    this.schools = new List(on.choose);
    /** @type {import("./find.js").Words|null} */ this.words = null;
  }

  /** A click with no tool: the school of the place is the one that paints. @param {number} zone */
  clicked(zone) {
    const { drawing } = this.desk, unit = zone < 0 ? undefined : drawing.stage.units[drawing.stage.now[zone]];
    if (unit?.takes) drawing.target = unit.unit;
    this.choose(zone);
  }

  /** @param {number} zone */
  choose(zone) {
    const { drawing } = this.desk;
    drawing.zone = zone;
    this.desk.because = null;
    drawing.overlay();
    this.on.changed();
  }

  /** @param {number} zone */
  goTo(zone) {
    const { drawing } = this.desk;
    this.choose(zone);
    drawing.map.panTo(drawing.latLng(drawing.scene.point[2 * zone], drawing.scene.point[2 * zone + 1]), { animate: false });
  }

  /** @param {string} key @returns {boolean} whether it was an arrow, which chooses the next zone */
  byArrow(key) {
    const { drawing } = this.desk, way = WAYS[key];
    if (!way) return false;
    const middle = drawing.map.getSize();
    this.goTo(drawing.zone >= 0 ? beside(drawing.scene, drawing.zone, ...way) : Math.max(0, drawing.scene.zoneAt(...drawing.metres({ x: middle.x / 2, y: middle.y / 2 }))));
    return true;
  }

  /** Ask why the chosen zone belongs to its school. */
  async why() {
    const { drawing, api } = this.desk;
    if (drawing.zone < 0) return;
    const zone = drawing.zone, stage = drawing.stage.stage, head = this.desk.state.head;
    const told = await carefully(() => get(`${api}/why?zone=${zone}&stage=${stage}`));
    if (!told || zone !== drawing.zone || stage !== drawing.stage.stage || head !== this.desk.state.head) return;
    this.desk.because = told;
    this.on.changed();
  }

  /** The field in which schools and zones are looked up. */
  field() {
    return el("input", { id: "find", type: "search", value: this.wanted, placeholder: say("board.find"), "aria-label": say("board.find"),
      on: { input: (/** @type {any} */ e) => { this.wanted = e.target.value; this.list(); }, focus: () => this.#learn(), keydown: (/** @type {KeyboardEvent} */ e) => this.#takeFirst(e) } });
  }

  /** Show the schools of the stage, and what was looked for. */
  list() {
    const { drawing, state } = this.desk;
    const zones = zonesFound(drawing.scene, this.wanted, this.words).map((z) => el("li", {}, el("button.found", { type: "button", "data-zone": String(z), on: { click: () => this.goTo(z) } }, zoneName(drawing, z), el("small", {}, drawing.scene.head.zones[z]))));
    inOrder(byId("units"), [...this.schools.shown(state, drawing, this.wanted, this.words), ...zones]);
  }

  async #learn() {
    if (this.words) return;
    this.words = (await carefully(() => get(`${this.desk.api}/words`))) || null;
    this.list();
  }

  /** Enter takes the first that was found. @param {KeyboardEvent} e */
  #takeFirst(e) {
    if (e.key !== "Enter" || e.isComposing) return;
    const first = byId("units").querySelector("button");
    if (first instanceof HTMLElement) first.click();
    byId("map").focus();
  }
}
