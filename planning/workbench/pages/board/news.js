/** What the board hears of jobs: a draft that was saved as a plan, and the job that draws the rest. */

import { carefully, get } from "../shared/ask.js";
import { jobCard } from "../shared/jobs.js";
import { say } from "../shared/texts.js";
import { toast } from "../shared/toast.js";

export class News {
  /** @param {() => void} changed */
  constructor(changed) {
    this.changed = changed;
    this.asked = ""; // the job that draws the rest
    /** @type {any} */ this.job = null;
    /** @type {string|null} */ this.made = null;
    /** @type {Record<string, string>} */ this.seen = {};
  }

  /** @param {import("../shared/jobs.js").Job[]} jobs */
  async heard(jobs) {
    for (const job of jobs) {
      const fresh = job.kind === "save" && this.seen[job.id] && this.seen[job.id] !== job.state;
      this.seen[job.id] = job.state;
      if (fresh && job.state === "done") toast(say("board.savedAs", { name: job.title }), { action: say("room.home"), on: () => { location.href = "/"; } });
      if (fresh && ["failed", "lost"].includes(job.state)) toast(`${job.title}: ${say(`jobs.${job.state}`)}`, { bad: true });
    }
    const mine = jobs.find((j) => j.id === this.asked);
    if (!mine || JSON.stringify(mine) === JSON.stringify(this.job)) return;
    this.job = mine;
    this.made = ["done", "stopped"].includes(mine.state) && mine.result ? (await carefully(() => get(`/api/jobs/${mine.id}/plan`)))?.plan : null;
    this.changed();
  }

  /** @param {boolean} readOnly @returns {Node|null} */
  card(readOnly) {
    return this.job && jobCard(this.job, { readOnly, planOf: () => this.made });
  }
}
