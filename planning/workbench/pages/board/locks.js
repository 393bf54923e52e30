/** Lock zones and schools: what is locked neither a stroke nor the solver changes. */

import { carefully, post } from "../shared/ask.js";
import { el } from "../shared/dom.js";
import { TAB } from "../shared/jobs.js";
import { number, say } from "../shared/texts.js";

/** @typedef {import("./layer.js").Drawing} Drawing */

export class Locks {
  /** @param {string} api @param {Drawing} drawing @param {() => void} changed */
  constructor(api, drawing, changed) {
    this.api = api;
    this.drawing = drawing;
    this.changed = changed;
    /** @type {Map<string, Set<number>>} */ this.zones = new Map();
    /** @type {Set<string>} */ this.units = new Set();
  }

  /** @param {{zones: Record<string, number[]>, units: string[]}} told */
  take(told) {
    this.zones = new Map(Object.entries(told.zones).map(([stage, at]) => [stage, new Set(at)]));
    this.units = new Set(told.units);
    this.drawing.locked = this.here();
  }

  /** @returns {Set<number>} locked zones of the stage that is shown */
  here() {
    return this.zones.get(this.drawing.stage.stage) || new Set();
  }

  /** @param {number} zone @returns {boolean} whether a stroke must leave the zone */
  holds(zone) {
    const stage = this.drawing.stage, unit = stage.units[stage.now[zone]];
    return this.here().has(zone) || Boolean(unit && this.units.has(unit.unit));
  }

  /** @param {Iterable<number>} zones @param {boolean} on */
  set(zones, on) {
    const here = new Set(this.here());
    for (const z of zones) if (on) here.add(z); else here.delete(z);
    this.zones.set(this.drawing.stage.stage, here);
    return this.#send();
  }

  /** @param {string} unit */
  toggleUnit(unit) {
    if (!this.units.delete(unit)) this.units.add(unit);
    return this.#send();
  }

  async #send() {
    const told = await carefully(() => post(`${this.api}/locks`, { tab: TAB, zones: Object.fromEntries([...this.zones].map(([s, z]) => [s, [...z]])), units: [...this.units] }));
    if (told) this.take(told);
    this.changed();
  }

  /** Zones of the township of the chosen zone. */
  #town() {
    const { scene, zone } = this.drawing;
    return zone >= 0 && scene.township.length ? [...scene.township.keys()].filter((z) => scene.township[z] === scene.township[zone]) : [];
  }

  /** What the box shows. */
  told() {
    const { scene, zone, target, stage } = this.drawing, here = this.here(), town = scene.township[zone];
    let whole = here.size > 0 && town !== undefined;
    for (let z = 0; whole && z < scene.count; z++) if (scene.township[z] === town && !here.has(z)) whole = false;
    return { zone, target, zones: here.size, schools: [...this.units].filter((u) => stage.at.has(u)).length, own: Boolean(target && this.units.has(target)), held: zone >= 0 && here.has(zone), town: town !== undefined, whole };
  }

  /** The box of the panel. @param {ReturnType<Locks["told"]>} told @returns {Node} */
  box({ zone, target, zones, schools, own, held, town, whole }) {
    const stage = this.drawing.stage;
    const act = (/** @type {string} */ name, /** @type {() => void} */ on, /** @type {Record<string, any>} */ more = {}) =>
      el("button.button", { type: "button", "data-lock": name, on: { click: on }, ...more }, say(`board.lock.${name}`));
    return el("div.locks", {},
      el("p.soft", { id: "locked" }, say("board.locked", { zones: number(zones), schools: number(schools) })),
      el("div.row.start", {},
        act("all", () => this.set(stage.now.keys(), true)), act("none", () => { this.units = new Set(); this.set(stage.now.keys(), false); }),
        act(held ? "zoneOff" : "zone", () => this.set([zone], !held), { disabled: zone < 0 }),
        act(whole ? "townOff" : "town", () => this.set(this.#town(), !whole), { disabled: !town }),
        act(own ? "schoolOff" : "school", () => { if (target) this.toggleUnit(target); }, { disabled: !target })));
  }
}
