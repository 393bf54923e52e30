/** What the board knows: the plan as the server has it, what is chosen on the map, and whether anything may be changed here. */

import { carefully, get } from "../shared/ask.js";

/**
 * @typedef {{stage: string, county: any, units: Map<string, any>, open: Set<string>, steps: any[], count: number, head: number, edited: boolean, undo: boolean, redo: boolean, name: string, project: string, project_id: string, years: number[], others: {id: string, name: string}[]}} State
 */

export class Desk {
  /**
   * @param {string} api @param {{lang: string, read_only: boolean}} session @param {import("./layer.js").Drawing} drawing
   * @param {{drawn: () => void, changed: () => void}} on drawn: everything is to be shown anew; changed: the plan is another
   */
  constructor(api, session, drawing, on) {
    this.api = api;
    this.session = session;
    this.drawing = drawing;
    this.on = on;
    /** @type {State} */ this.state = /** @type {any} */ ({});
    /** @type {any} */ this.countyBefore = undefined; // figures before the last step
    /** @type {number|null} */ this.year = null; // position of the school year that is looked at, null the last
    /** @type {any} */ this.because = null; // why the chosen zone belongs to its school
    /** @type {import("./editing.js").Editing|null} */ this.editing = null;
    /** @type {import("./locks.js").Locks|null} */ this.locks = null;
  }

  /** Whether nothing may be changed here. */
  get fixed() {
    return this.session.read_only || !this.editing?.mine;
  }

  /** Whether a plan is there to be drawn. */
  get known() {
    return this.state.units instanceof Map;
  }

  /** @param {string} unit */
  nameOf(unit) {
    return this.drawing.stage.units[this.drawing.stage.at.get(unit) ?? -1]?.name || unit;
  }

  async lookAgain() {
    const told = await carefully(() => get(`${this.api}/state`));
    if (told) this.takeState(told);
  }

  /** @param {number} year position of a school year whose figures are wanted */
  async showYear(year) {
    this.year = year;
    const told = await carefully(() => get(`${this.api}/state?year=${year}`));
    if (told) this.takeState(told);
  }

  /** @param {any} told the whole state, as the server has it */
  takeState(told) {
    const { drawing } = this;
    this.because = null;
    const units = new Map(told.units.map((/** @type {any} */ u) => [u.unit, u]));
    this.state = { ...this.state, ...told, stage: drawing.stage.stage, units, open: new Set(told.open) };
    this.countyBefore = undefined;
    for (const stage of drawing.scene.stages) stage.now.set(stage.saved);
    this.#setZones(told.moved);
    this.locks?.take(told.locks);
    drawing.all();
    this.on.drawn();
  }

  /** @param {any} told what a step changed */
  takeChange(told) {
    const { drawing, state } = this;
    this.because = null;
    this.countyBefore = state.county;
    for (const unit of told.units) state.units.set(unit.unit, unit);
    const { units: _, moved, ...rest } = told;
    Object.assign(state, rest);
    const changed = this.#setZones(moved);
    drawing.changed([...changed.fresh, ...drawing.recolour(changed.told)]);
    drawing.mark([]);
    this.on.changed();
    this.on.drawn();
  }

  /** @param {Record<string, [number[], string[]]>} moved @returns {{told: number[], fresh: number[]}} zones of the stage that is shown; fresh: those that were not drawn so */
  #setZones(moved) {
    const shown = { told: /** @type {number[]} */ ([]), fresh: /** @type {number[]} */ ([]) };
    this.drawing.scene.stages.forEach((stage, n) => {
      const [zones, units] = moved[stage.stage] || [[], []];
      const here = n === this.drawing.shown;
      if (here) shown.told = zones;
      zones.forEach((z, k) => {
        const unit = stage.at.get(units[k]) ?? -1;
        if (here && stage.now[z] !== unit) shown.fresh.push(z);
        stage.now[z] = unit;
      });
    });
    return shown;
  }
}
