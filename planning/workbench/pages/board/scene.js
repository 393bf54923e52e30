/** Read a packed plan (see planning/workbench/board/scene.py) and answer where things are. */

/** @typedef {{unit: string, name: string, colour: string|null, at: [number, number]|null, takes: boolean}} Unit */
/** @typedef {{stage: string, units: Unit[]}} StageHead */

export class Stage {
  /** @param {StageHead} head @param {Int32Array} now @param {Int32Array} before @param {Float32Array} pupils */
  constructor(head, now, before, pupils) {
    this.stage = head.stage;
    this.units = head.units;
    this.now = now.slice();
    this.saved = now;
    this.before = before;
    this.pupils = pupils;
    this.at = new Map(head.units.map((u, n) => [u.unit, n]));
  }
}

export class Scene {
  /** @param {ArrayBuffer} packed */
  constructor(packed) {
    const size = new DataView(packed).getUint32(0, true);
    this.head = JSON.parse(new TextDecoder().decode(new Uint8Array(packed, 4, size)));
    const kinds = /** @type {Record<string, any>} */ ({ Float32Array, Uint32Array, Int32Array });
    /** @type {Record<string, any>} */
    const arrays = {};
    for (const [name, { kind, at, length }] of Object.entries(/** @type {Record<string, any>} */ (this.head.arrays))) arrays[name] = new kinds[kind](packed, 4 + size + at, length);
    /** @type {Float32Array} */ this.xy = arrays.xy;
    /** @type {Uint32Array} */ this.ringStart = arrays.ring_start;
    /** @type {Uint32Array} */ this.zoneRing = arrays.zone_ring;
    /** @type {Uint32Array} */ this.borders = arrays.border; // runs of border: first and last vertex of each
    /** @type {Int32Array} */ this.sides = arrays.border_zones;
    /** @type {Float32Array} */ this.point = arrays.point;
    this.count = this.zoneRing.length - 1;
    /** @type {Stage[]} */
    this.stages = this.head.stages.map((/** @type {StageHead} */ s) => new Stage(s, arrays[`unit_${s.stage}`], arrays[`before_${s.stage}`], arrays[`pupils_${s.stage}`]));
    /** @type {number[]} */ this.township = this.head.township;
    this.frames = this.#frames();
    const [start, list] = this.#bordersByZone();
    this.borderStart = start;
    this.borderOf = list;
  }

  /** Frames of the zones: west, south, east, north of each. */
  #frames() {
    const frames = new Float32Array(4 * this.count);
    for (let z = 0; z < this.count; z++) {
      let w = Infinity, s = Infinity, e = -Infinity, n = -Infinity;
      for (let v = this.ringStart[this.zoneRing[z]]; v < this.ringStart[this.zoneRing[z + 1]]; v++) {
        const x = this.xy[2 * v], y = this.xy[2 * v + 1];
        if (x < w) w = x;
        if (x > e) e = x;
        if (y < s) s = y;
        if (y > n) n = y;
      }
      frames.set([w, s, e, n], 4 * z);
    }
    return frames;
  }

  /** Runs of border of every zone, as one list with its starts. @returns {[Uint32Array, Uint32Array]} */
  #bordersByZone() {
    const start = new Uint32Array(this.count + 1);
    for (const z of this.sides) if (z >= 0) start[z + 1]++;
    for (let z = 0; z < this.count; z++) start[z + 1] += start[z];
    const list = new Uint32Array(start[this.count]), next = start.slice();
    for (let k = 0; k < this.sides.length; k++) if (this.sides[k] >= 0) list[next[this.sides[k]]++] = k >> 1;
    return [start, list];
  }

  /** @param {number} z @returns {Set<number>} the zones that share a border with one */
  neighbours(z) {
    const found = /** @type {Set<number>} */ (new Set());
    for (let k = this.borderStart[z]; k < this.borderStart[z + 1]; k++) {
      const run = this.borderOf[k], a = this.sides[2 * run], b = this.sides[2 * run + 1];
      const other = a === z ? b : a;
      if (other >= 0) found.add(other);
    }
    return found;
  }

  /** @param {number} x @param {number} y @returns {number} the zone that a place lies in, −1 if none */
  zoneAt(x, y) {
    const f = this.frames;
    for (let z = 0; z < this.count; z++)
      if (x >= f[4 * z] && x <= f[4 * z + 2] && y >= f[4 * z + 1] && y <= f[4 * z + 3] && this.#holds(z, x, y)) return z;
    return -1;
  }

  /** @param {number} z @param {number} x @param {number} y */
  #holds(z, x, y) {
    let inside = false;
    for (let r = this.zoneRing[z]; r < this.zoneRing[z + 1]; r++)
      for (let v = this.ringStart[r]; v < this.ringStart[r + 1] - 1; v++) {
        const ax = this.xy[2 * v], ay = this.xy[2 * v + 1], bx = this.xy[2 * v + 2], by = this.xy[2 * v + 3];
        if (ay > y !== by > y && x < ((bx - ax) * (y - ay)) / (by - ay) + ax) inside = !inside;
      }
    return inside;
  }

  /** @param {number} w @param {number} s @param {number} e @param {number} n @returns {number[]} zones whose point lies in a box */
  pointsIn(w, s, e, n) {
    const found = [];
    for (let z = 0; z < this.count; z++) {
      const x = this.point[2 * z], y = this.point[2 * z + 1];
      if (x >= w && x <= e && y >= s && y <= n) found.push(z);
    }
    return found;
  }

  /** @param {number} x @param {number} y @param {number} radius @returns {number[]} the zone under a place and those whose point is near */
  near(x, y, radius) {
    const under = this.zoneAt(x, y);
    const found = this.pointsIn(x - radius, y - radius, x + radius, y + radius)
      .filter((z) => (this.point[2 * z] - x) ** 2 + (this.point[2 * z + 1] - y) ** 2 <= radius * radius && z !== under);
    if (under >= 0) found.push(under);
    return found;
  }

  /** @param {Iterable<number>} zones @returns {[number, number, number, number]} */
  frameOf(zones) {
    let w = Infinity, s = Infinity, e = -Infinity, n = -Infinity;
    for (const z of zones) {
      w = Math.min(w, this.frames[4 * z]);
      s = Math.min(s, this.frames[4 * z + 1]);
      e = Math.max(e, this.frames[4 * z + 2]);
      n = Math.max(n, this.frames[4 * z + 3]);
    }
    return [w, s, e, n];
  }
}
