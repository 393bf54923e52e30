/** Send steps to the server one after the other; what it says is what is true. */

import { el } from "../shared/dom.js";
import { lang, say } from "../shared/texts.js";
import { toast } from "../shared/toast.js";

export class Sender {
  /**
   * @param {string} api
   * @param {{with: () => Record<string, any>, changed: (told: any) => void, elsewhere: (state: any) => void, waits: () => void}} on with: what every step takes along
   */
  constructor(api, on) {
    this.api = api;
    this.on = on;
    this.pending = 0;
    /** @type {Promise<any>} */ this.done = Promise.resolve();
  }

  /** @param {string} what @param {() => Record<string, any>} data @param {() => void} undone */
  send(what, data, undone) {
    this.pending += 1;
    this.on.waits();
    this.done = this.done.then(async () => {
      try {
        const answer = await fetch(`${this.api}/${what}`, { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify({ ...data(), ...this.on.with() }) });
        this.pending -= 1;
        const told = await answer.json();
        if (answer.ok) this.on.changed(told);
        else if (answer.status === 409) {
          this.on.elsewhere(told.state);
          toast(say("board.elsewhere"), { bad: true });
        } else this.#refused(answer.status, told, undone);
      } catch (error) {
        this.pending = Math.max(0, this.pending - 1);
        undone();
        this.on.waits();
        toast(error instanceof TypeError ? say("lost") : String(error), { bad: true });
      }
    });
  }

  /** @param {number} status @param {any} told @param {() => void} undone */
  #refused(status, told, undone) {
    undone();
    const lines = (told.problems || []).map((/** @type {any} */ p) => p[lang()]);
    toast(lines.length ? el("ul.problems", {}, ...lines.slice(0, 8).map((/** @type {string} */ l) => el("li", {}, l))) : say("failed", { reason: status === 401 ? say("lost.key") : told.refused || status }), { bad: true });
    this.on.waits();
  }
}
