/** Ask the server; what it refuses is shown, not swallowed. */

import { lang, say } from "./texts.js";
import { el } from "./dom.js";
import { toast } from "./toast.js";

/** The server said no. */
export class Refused extends Error {
  /** @param {string} message @param {string[]} lines @param {number} status */
  constructor(message, lines, status) {
    super(message);
    this.lines = lines;
    this.status = status;
  }
}

/** Words by which the server refuses what none of its rooms looked at. */
const REFUSED = ["bad_request", "not_json", "not_a_file", "too_large", "too_slow", "read_only"];

/** What the server knows of the page that asks. */
function about() {
  return { "X-Language": lang() };
}

/** @param {Response} answer */
async function refusal(answer) {
  let told = /** @type {any} */ ({});
  try {
    told = await answer.json();
  } catch {
    // no more than its number
  }
  const lines = (told.problems || []).map((/** @type {any} */ p) => p[lang()]);
  const reason = answer.status === 401 ? say("lost.key") : lines[0] || (REFUSED.includes(told.refused) ? say(`refused.${told.refused}`) : say("refused.other", { status: answer.status }));
  return new Refused(reason, lines, answer.status);
}

/** @param {string} path @returns {Promise<any>} */
export async function get(path) {
  const answer = await fetch(path, { headers: about() });
  if (!answer.ok) throw await refusal(answer);
  return answer.json();
}

/** @param {string} path @returns {Promise<ArrayBuffer>} */
export async function bytes(path) {
  const answer = await fetch(path, { headers: about() });
  if (!answer.ok) throw await refusal(answer);
  return answer.arrayBuffer();
}

const KEPT_BYTES = 30_000; // browsers let at most 64 kB outlive a page

/** Send data; what is small arrives although the page is left at once. @param {string} path @param {Record<string, any>} data @returns {Promise<Response>} */
export function send(path, data) {
  const body = JSON.stringify(data);
  return fetch(path, { method: "POST", headers: { ...about(), "Content-Type": "application/json" }, body, keepalive: body.length * 2 < KEPT_BYTES });
}

/** @param {string} path @param {Record<string, any>} [data] @returns {Promise<any>} */
export async function post(path, data = {}) {
  const answer = await send(path, data);
  if (!answer.ok) throw await refusal(answer);
  return answer.json();
}

/** Send a file as it is; its name goes beside it. @param {File} file @param {string} to the import it belongs to, "" for a new one @returns {Promise<any>} */
export async function upload(file, to) {
  const answer = await fetch("/api/uploads", { method: "POST", headers: { ...about(), "Content-Type": "application/octet-stream", "X-Name": encodeURIComponent(file.name), "X-Import": to }, body: file });
  if (!answer.ok) throw await refusal(answer);
  return answer.json();
}

/** What a person is told of something that did not work. @param {unknown} error @returns {string|Node} */
export function toldOf(error) {
  if (error instanceof Refused && error.lines.length > 1) return el("div", {}, say("problems", { n: error.lines.length }), el("ul.problems", {}, ...error.lines.map((l) => el("li", {}, l))));
  if (error instanceof TypeError) return say("lost");
  return say("failed", { reason: error instanceof Error ? error.message : String(error) });
}

/**
 * Do something and show what is refused.
 * @template T
 * @param {() => Promise<T>} work
 * @returns {Promise<T|undefined>}
 */
export async function carefully(work) {
  try {
    return await work();
  } catch (error) {
    toast(toldOf(error), { bad: true });
    return undefined;
  }
}
