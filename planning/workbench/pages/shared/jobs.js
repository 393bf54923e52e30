/** The list of jobs, alive: progress comes as events and the list is drawn anew. */

import { carefully, post } from "./ask.js";
import { el, svg } from "./dom.js";
import { tellLost } from "./lost.js";
import { lang, number, percent, say } from "./texts.js";

/** @typedef {{seconds?: number, best?: number|null, bound?: number|null, phase?: string, step?: string}} Line */
/** @typedef {{id: string, kind: string, project: string, title: string, made: string, state: string, stopping: boolean, progress: Line[], result: any}} Job */

/** Word of this window, made up anew whenever it is loaded. */
export const TAB = [...crypto.getRandomValues(new Uint8Array(12))].map((n) => n.toString(16).padStart(2, "0")).join("");
const AGAIN_MS = 1500;
const SOLVES = ["solve", "finish", "whatif", "sweep"]; // what keeps the best plan where it is stopped

/**
 * Hear of every change of the jobs; connects again by itself, and says so while there is no connection.
 * @param {(jobs: Job[]) => void} heard
 * @param {{connected?: (there: boolean) => void, editors?: (told: Record<string, {who: string, since: string, mine: boolean}>) => void}} [on]
 */
export function listen(heard, on = {}) {
  /** @type {EventSource} */ let stream;
  const there = (/** @type {boolean} */ now, /** @type {string} */ text = "") => {
    tellLost(now, text);
    on.connected?.(now);
  };
  const begin = () => {
    stream = new EventSource(`/api/jobs/stream?tab=${TAB}`);
    stream.addEventListener("jobs", (e) => heard(JSON.parse(/** @type {MessageEvent} */ (e).data)));
    stream.addEventListener("editors", (e) => on.editors?.(JSON.parse(/** @type {MessageEvent} */ (e).data)));
    stream.addEventListener("open", () => there(true));
    stream.addEventListener("error", async () => {
      there(false);
      if (stream.readyState !== EventSource.CLOSED) return; // the browser tries again by itself
      stream.close();
      const answer = await fetch("/api/session").catch(() => null);
      if (answer?.status === 401) there(false, say("lost.key"));
      else setTimeout(begin, AGAIN_MS);
    });
  };
  begin();
  addEventListener("pagehide", () => stream.close());
  addEventListener("pageshow", (e) => { if (e.persisted) begin(); });
}

/** @param {Job} job */
function chip(job) {
  const cancelled = job.state === "stopped" && !job.result;
  const kinds = /** @type {Record<string, string>} */ ({ running: "accent", done: "good", stopped: "warn", failed: "bad", lost: "bad" });
  const word = job.stopping ? "stopping" : cancelled ? "cancelled" : job.state;
  return el(`span.chip${kinds[job.state] ? `.${kinds[job.state]}` : ""}`, {}, say(`jobs.${word}`));
}

/** @param {Line[]} points */
function curve(points) {
  const known = points.filter((p) => p.best != null);
  if (known.length < 2) return null;
  const last = Math.max(...known.map((p) => p.seconds || 0), 1);
  const values = known.flatMap((p) => [p.best, p.bound]).filter((v) => v != null);
  const low = Math.min(.../** @type {number[]} */ (values)), high = Math.max(.../** @type {number[]} */ (values));
  const place = (/** @type {Line} */ p, /** @type {number} */ v) => `${((p.seconds || 0) / last * 300).toFixed(1)},${(40 - (v - low) / (high - low || 1) * 36).toFixed(1)}`;
  const line = (/** @type {"best"|"bound"} */ name, /** @type {string} */ colour) =>
    svg("polyline", { fill: "none", stroke: colour, "stroke-width": 2, "vector-effect": "non-scaling-stroke",
      points: known.filter((p) => p[name] != null).map((p) => place(p, /** @type {number} */ (p[name]))).join(" ") });
  return svg("svg", { class: "curve", viewBox: "0 0 300 44", preserveAspectRatio: "none", role: "img", "aria-label": say("jobs.curve") },
    line("best", "#0b5c8a"), line("bound", "#b26a00"));
}

const SHOWN_PROBLEMS = 20;

/** What a job could not do: where, what, and what mends it. @param {any} p */
function problem(p) {
  const where = [p.row, p.column].filter(Boolean).join(" · "), mend = p.mend?.[lang()];
  return el("li", {}, where && el("b", {}, where, " "), p.message[lang()], mend && el("div.soft", {}, mend));
}

/** What the plan of a job that ended says of itself, in the words of the first page. @param {{short: Record<string, number>, gap: number|null, moved: number|null}} told */
function planFigures({ short, gap, moved }) {
  const all = Object.values(short).reduce((a, b) => a + b, 0);
  const one = (/** @type {string} */ key, /** @type {string} */ value, mood = "") => el("div", {}, el("span", {}, say(key)), el(`div.number${mood}`, {}, value));
  return el("div.figures", { "data-made": "" }, one("home.short", number(all), all ? ".bad" : ".good"), one("home.gap", gap === null || gap === undefined ? say("home.gapNone") : percent(gap, 2)),
    one("board.moved", moved === null || moved === undefined ? say("verdict.not_applicable") : number(moved)));
}

/**
 * @param {Job} job
 * @param {{readOnly: boolean, planOf: (job: Job) => string|null}} given
 */
export function jobCard(job, { readOnly, planOf }) {
  const points = job.progress.filter((p) => p.seconds !== undefined);
  const last = points[points.length - 1];
  const step = [...job.progress].reverse().find((p) => p.step);
  const gap = last && last.best != null && last.bound != null && last.best > 0 ? (last.best - last.bound) / last.best : null;
  const over = !["waiting", "running"].includes(job.state);
  const plan = over ? planOf(job) : null;
  const figure = (/** @type {string} */ name, /** @type {string} */ value) => el("div", {}, el("span", {}, say(`jobs.${name}`)), el("div.number", {}, value));
  return el("article.job", { "data-job": job.id },
    el("header", {}, el("b", {}, `${say(`jobs.${job.kind}`)} · ${job.title}`), chip(job)),
    job.state === "running" && el("div.soft", {}, [step && say(`jobs.step.${step.step}`), last && say("jobs.seconds", { s: number(last.seconds) })].filter(Boolean).join(" · ")),
    over && job.result?.figures ? planFigures(job.result.figures) : last && el("div.figures", {}, figure("best", number(last.best)), figure("bound", number(last.bound)), figure("gap", percent(gap, 2))),
    job.kind === "solve" && curve(points),
    job.result && job.result.problems && el("ul.problems", {}, ...job.result.problems.slice(0, SHOWN_PROBLEMS).map(problem), job.result.problems.length > SHOWN_PROBLEMS && el("li", {}, say("jobs.more", { n: job.result.problems.length - SHOWN_PROBLEMS }))),
    job.result && job.result.unexpected && el("div", {}, say("jobs.unexpected", { reason: job.result.unexpected })),
    (plan || (!over && !readOnly)) && el("footer", {},
      plan && el("a.button", { href: `/board/${plan}` }, say("jobs.open")),
      !over && !readOnly && el("button.button", { type: "button", disabled: job.stopping,
        on: { click: () => carefully(() => post(`/api/jobs/${job.id}/stop`)) } }, say(job.state === "waiting" ? "jobs.cancel" : SOLVES.includes(job.kind) ? "jobs.stop" : "jobs.end"))),
  );
}
