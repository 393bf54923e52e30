/** Send steps to the server one after the other; what it says is what is true. */

import { send } from "../shared/ask.js";
import { el } from "../shared/dom.js";
import { lang, say } from "../shared/texts.js";
import { TAB } from "../shared/jobs.js";
import { toast } from "../shared/toast.js";

const AGAIN_MS = 3000;

export class Sender {
  /**
   * @param {string} api
   * @param {{with: () => Record<string, any>, changed: (told: any) => void, elsewhere: (state: any) => void, waits: () => void, look: () => Promise<any>}} on with: what every step takes along; look: the state as the server has it
   */
  constructor(api, on) {
    this.api = api;
    this.on = on;
    this.pending = 0;
    /** @type {Promise<any>} */ this.done = Promise.resolve();
    /** @type {(() => void)[]} */ this.waiting = [];
  }

  /** The server answers again: what was under way goes on. */
  resume() {
    for (const go of this.waiting.splice(0)) go();
  }

  /** @param {string} what @param {() => Record<string, any>} data @param {() => void} undone */
  send(what, data, undone) {
    this.pending += 1;
    this.on.waits();
    this.done = this.done.then(async () => {
      try {
        const answer = await this.#sent(what, data());
        this.pending -= 1;
        if (!answer) return this.on.waits(); // it had arrived before the connection was lost
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
        toast(String(error), { bad: true });
      }
    });
  }

  /**
   * Send a step until the server has it: where the connection is lost it waits, and is not made twice.
   * @param {string} what @param {Record<string, any>} data
   * @returns {Promise<Response|null>} null where an attempt that was not answered had arrived
   */
  async #sent(what, data) {
    for (;;) {
      const also = this.on.with();
      try {
        return await send(`${this.api}/${what}`, { ...data, ...also, tab: TAB });
      } catch (error) {
        if (!(error instanceof TypeError)) throw error;
      }
      let state = null;
      while (!state) {
        await new Promise((go) => { this.waiting.push(() => go(null)); setTimeout(() => go(null), AGAIN_MS); });
        state = await this.on.look().catch(() => null);
      }
      if (state.head === also.head) continue;
      this.on.elsewhere(state);
      const last = state.steps.at(-1);
      const made = what !== "strokes" || (last?.stage === data.stage && last?.unit === data.unit && last?.zones === data.zones.length);
      if (made) return null;
      toast(say("board.elsewhere"), { bad: true });
      return null;
    }
  }

  /** @param {number} status @param {any} told @param {() => void} undone */
  #refused(status, told, undone) {
    undone();
    const lines = (told.problems || []).map((/** @type {any} */ p) => p[lang()]);
    toast(lines.length ? el("ul.problems", {}, ...lines.slice(0, 8).map((/** @type {string} */ l) => el("li", {}, l))) : say("failed", { reason: status === 401 ? say("lost.key") : told.refused || status }), { bad: true });
    this.on.waits();
  }
}
