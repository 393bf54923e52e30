/** Find zones and schools by name, id or pinyin, and the next zone in a direction. */

/** @typedef {{zones: string[][], units: Record<string, string[]>}} Words */

const MOST = 30;

/** @param {string} wanted in lower case @param {string[]} texts @param {string[]} [readings] */
export function matches(wanted, texts, readings = []) {
  return !wanted || texts.some((t) => t.toLowerCase().includes(wanted)) || readings.some((r) => r.startsWith(wanted));
}

/** @param {import("./scene.js").Scene} scene @param {string} wanted @param {Words|null} words @returns {number[]} */
export function zonesFound(scene, wanted, words) {
  const asked = wanted.trim().toLowerCase(), found = [];
  if (!asked) return [];
  for (let z = 0; z < scene.count && found.length < MOST; z++) if (matches(asked, [scene.head.names[z], scene.head.zones[z]], words?.zones[z])) found.push(z);
  return found;
}

/** @param {import("./scene.js").Scene} scene @param {number} zone @param {number} dx @param {number} dy @returns {number} the neighbour in a direction, the zone itself where there is none */
export function beside(scene, zone, dx, dy) {
  const p = scene.point;
  let best = zone, most = 0.35; // cosine: what lies further aside is no neighbour in this direction
  for (const other of scene.neighbours(zone)) {
    const x = p[2 * other] - p[2 * zone], y = p[2 * other + 1] - p[2 * zone + 1], straight = (x * dx + y * dy) / (Math.hypot(x, y) || 1);
    if (straight > most) [best, most] = [other, straight];
  }
  return best;
}
