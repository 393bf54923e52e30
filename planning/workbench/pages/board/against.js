/** What the plan is held against: the catchments in force, or another plan of the county; zones that differ are hatched and counted. */

import { carefully, get } from "../shared/ask.js";
import { el } from "../shared/dom.js";
import { number, say } from "../shared/texts.js";

/** @typedef {import("./layer.js").Drawing} Drawing */

export class Against {
  /** @param {string} api @param {Drawing} drawing @param {() => void} changed */
  constructor(api, drawing, changed) {
    this.api = api;
    this.drawing = drawing;
    this.changed = changed;
    this.chosen = "";
    this.today = drawing.scene.stages.map((s) => s.before);
  }

  /** @param {string} plan "" for the catchments in force */
  async choose(plan) {
    const told = plan ? await carefully(() => get(`${this.api}/against/${encodeURIComponent(plan)}`)) : null;
    if (plan && !told) return;
    this.chosen = plan;
    this.drawing.scene.stages.forEach((stage, n) => {
      if (!told) stage.before = this.today[n];
      else stage.before = Int32Array.from(/** @type {string[]} */ (told.stages[stage.stage] || []), (unit) => unit === "" ? -1 : stage.at.get(unit) ?? stage.units.length); // a unit that is not here differs from every one
    });
    this.drawing.hatched = true;
    this.drawing.all();
    this.changed();
  }

  /** @returns {{zones: number, pupils: number}} */
  count() {
    const { now, before, pupils } = this.drawing.stage;
    let zones = 0, moved = 0;
    for (let z = 0; z < now.length; z++) if (before[z] >= 0 && before[z] !== now[z]) { zones += 1; moved += pupils[z]; }
    return { zones, pupils: moved };
  }

  /** @param {{id: string, name: string}[]} others @param {number} zones that differ @param {number} pupils */
  box(others, zones, pupils) {
    return el("div.against", {},
      el("label.field", {}, el("span", {}, say("board.against")), el("select", { id: "against", on: { change: (/** @type {any} */ e) => this.choose(e.target.value) } },
        el("option", { value: "", selected: !this.chosen }, say("board.inForce")), ...others.map((o) => el("option", { value: o.id, selected: o.id === this.chosen }, o.name)))),
      el("p.soft", { id: "differs" }, say("board.differs", { zones: number(zones), pupils: number(Math.round(pupils)) })));
  }
}
