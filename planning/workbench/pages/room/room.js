/** A room of one plan: begin with what all share, then let the room of the address draw itself. */

import { get, Refused } from "../shared/ask.js";
import { drawBar } from "../shared/bar.js";
import { el } from "../shared/dom.js";
import { listen } from "../shared/jobs.js";
import { loadTexts } from "../shared/texts.js";
import { toast } from "../shared/toast.js";
import * as approve from "../approve/approve.js";
import * as compare from "../compare/compare.js";
import * as consultation from "../consultation/consultation.js";
import * as indicators from "../indicators/indicators.js";
import * as publish from "../publish/publish.js";
import * as wall from "../wall/wall.js";
import * as whatif from "../whatif/whatif.js";

/** @typedef {{id: string, kind: string, name: string, size: number, when: number}} Paper */
/** @typedef {{id: string, name: string, project: string, project_id: string, state: string, summary: any, plans: {id: string, name: string, state: string}[], notice: Record<string, string>, papers: Paper[]}} About */
/**
 * @typedef {object} Room what a room gets
 * @property {string} api of the plan
 * @property {string} plan
 * @property {{lang: string, read_only: boolean}} session
 * @property {About} about
 * @property {import("../shared/jobs.js").Job[]} jobs
 * @property {() => Promise<void>} again ask what is known of the plan anew
 */

const ROOMS = /** @type {Record<string, {draw: (room: Room) => void|Promise<void>, heard?: (room: Room) => void}>} */ ({ approve, compare, consultation, indicators, publish, wall, whatif });

async function begin() {
  const [, name, plan] = location.pathname.split("/"), here = ROOMS[name];
  const session = await get("/api/session");
  await loadTexts(session.lang);
  const api = `/api/plans/${plan}`;
  const room = /** @type {Room} */ ({ api, plan: decodeURIComponent(plan), session, about: await get(`${api}/about`), jobs: [], again: async () => { room.about = await get(`${api}/about`); } });
  drawBar(name, session, el("span.plan-name", { title: room.about.name }, `${room.about.project} · ${room.about.name}`));
  await here.draw(room);
  /** @type {Record<string, string>} */
  let before = {};
  listen(async (jobs) => {
    room.jobs = jobs.filter((j) => j.project === room.about.project_id);
    if (jobs.some((j) => before[j.id] && before[j.id] !== j.state)) await room.again();
    before = Object.fromEntries(jobs.map((j) => [j.id, j.state]));
    here.heard?.(room);
  });
}

begin().catch((error) => toast(error instanceof Refused ? error.message : String(error), { bad: true }));
