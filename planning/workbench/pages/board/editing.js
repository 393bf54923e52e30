/** Who edits this plan: this window, or another that says so. */

import { carefully, post } from "../shared/ask.js";
import { byId, el } from "../shared/dom.js";
import { TAB } from "../shared/jobs.js";
import { say } from "../shared/texts.js";

const PATIENCE_MS = 1500;

/** @typedef {{who: string, since: string, mine: boolean}} Told */

export class Editing {
  /** @param {string} api @param {string} plan @param {{who: () => string, changed: () => void, elsewhere: () => Promise<void>}} on changed: whether this window edits; elsewhere: the plan may have changed */
  constructor(api, plan, on) {
    this.api = api;
    this.plan = plan;
    this.on = on;
    this.mine = false;
    /** @type {Told|null} */ this.other = null;
    addEventListener("pagehide", () => {
      if (this.mine) fetch(`${api}/leave`, { method: "POST", keepalive: true, headers: { "Content-Type": "application/json" }, body: JSON.stringify({ tab: TAB }) });
    });
  }

  /** Ask to edit; nobody is turned out unless that is said. @param {boolean} [take] */
  async ask(take = false) {
    const told = /** @type {Told|undefined} */ (await carefully(() => post(`${this.api}/edit`, { tab: TAB, who: this.on.who(), take })));
    if (told) this.#is(told);
  }

  /** @param {Record<string, Told>} editors by plan */
  async heard(editors) {
    const held = editors[this.plan];
    if (held) this.#is(held);
    else {
      if (!this.mine) { // who edited has gone: what was drawn there is shown, and one may go on; after a new start the old editor comes first
        await new Promise((go) => { setTimeout(go, PATIENCE_MS); });
        await this.on.elsewhere();
      }
      await this.ask();
    }
  }

  /** @param {Told} told */
  #is(told) {
    const before = this.mine, known = this.other !== null;
    this.mine = told.mine;
    this.other = told.mine ? null : told;
    this.#tell();
    if (before !== this.mine || known !== (this.other !== null)) this.on.changed();
  }

  #tell() {
    document.getElementById("held")?.remove();
    if (!this.other) return;
    const { who, since } = this.other;
    byId("map").append(el("div.leaflet-control", { id: "held", role: "status" }, say(who ? "board.heldBy" : "board.held", { who, time: since.slice(11, 16) }),
      el("button.button", { type: "button", id: "take", on: { click: async () => { await this.on.elsewhere(); await this.ask(true); } } }, say("board.take"))));
  }
}
