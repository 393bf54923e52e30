/** What is wrong with the plan as it is drawn: gone through one by one, each shown at its place, with the way to mend it. */

import { carefully, get } from "../shared/ask.js";
import { byId, el } from "../shared/dom.js";
import { say } from "../shared/texts.js";
import { toast } from "../shared/toast.js";
import { faultBox } from "./panel.js";

const CLOSER = 2; // steps of the map's scale that going to a fault may bring it nearer

export class Faults {
  /** @param {import("./desk.js").Desk} desk @param {{choose: (unit: string) => void, mend: () => void}} on */
  constructor(desk, on) {
    this.desk = desk;
    this.on = on;
    /** @type {any[]} */ this.found = [];
    this.at = -1;
  }

  /** The plan has changed: what was wrong may be so no more. */
  forget() {
    this.found = [];
    this.at = -1;
  }

  /** Ask what is wrong in both stages. @returns {Promise<any[]|undefined>} */
  async ask() {
    return (await carefully(() => get(`${this.desk.api}/faults`)))?.faults;
  }

  /** Go to the next fault of the stage that is shown. */
  async next() {
    const { drawing, fixed } = this.desk, stage = drawing.stage;
    if (!this.found.length) {
      const told = await this.ask();
      if (!told) return;
      this.found = told.filter((f) => stage.at.has(f.unit));
      this.at = -1;
    }
    if (!this.found.length) {
      toast(say("board.noFaults"));
      return;
    }
    this.at = (this.at + 1) % this.found.length;
    const fault = this.found[this.at], unit = stage.at.get(fault.unit) ?? -1;
    const place = fault.zones.length ? fault.zones : [...stage.now.keys()].filter((z) => stage.now[z] === unit);
    this.on.choose(fault.unit);
    if (place.length) drawing.map.fitBounds(drawing.bounds(drawing.scene.frameOf(place)), { maxZoom: drawing.map.getZoom() + CLOSER, padding: [80, 80] });
    drawing.mark(fault.zones);
    byId("fault").replaceChildren(faultBox(fault, this.at, this.found.length), ...(fixed ? [] : [el("button.button", { type: "button", id: "mend", on: { click: this.on.mend } }, say("rest.mend"))]));
  }
}
