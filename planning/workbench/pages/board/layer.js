/** Draw the zones on a canvas over Leaflet's map; after a stroke only what it touched is drawn again. */

/** @typedef {import("./scene.js").Scene} Scene */
/** @typedef {import("./scene.js").Stage} Stage */

const L = /** @type {any} */ (globalThis).L;
const EARTH = 20037508.342789244;
const NOBODY = "#f2f2ee";
const TOOLS_PX = 150; // width of the tools that lie over the map
/** The colours of planning/publish/colours.py, for catchments that come to touch one of their own colour. */
const COLOURS = ["#77AADD", "#FFDD88", "#EE8866", "#44BB99", "#FFAABB", "#BBCC33", "#99DDFF", "#AAAA00"];
const FONT = '"Noto Sans CJK SC", "Source Han Sans SC", "PingFang SC", "Microsoft YaHei", "WenQuanYi Micro Hei", sans-serif';

export class Drawing {
  /** @param {any} map Leaflet's @param {Scene} scene */
  constructor(map, scene) {
    this.map = map;
    this.scene = scene;
    this.hatched = true;
    this.shown = 0;
    /** @type {string|null} */ this.target = null;
    /** @type {number[]} */ this.marked = [];
    /** @type {Set<number>} */ this.locked = new Set();
    this.zone = -1; // the chosen one
    this.base = this.#canvas("overlayPane", 1);
    this.top = this.#canvas("overlayPane", 2);
    /** @type {Map<string, CanvasPattern>} */ this.hatches = new Map();
    map.on("moveend zoomend resize viewreset", () => this.all());
  }

  /** @returns {Stage} */
  get stage() {
    return this.scene.stages[this.shown];
  }

  /** @param {string} pane @param {number} level */
  #canvas(pane, level) {
    const made = document.createElement("canvas");
    made.style.position = "absolute";
    made.style.zIndex = String(level);
    made.style.pointerEvents = "none";
    this.map.getPane(pane).append(made);
    return made;
  }

  /** A colour with slanted lines over it, opaque: what is drawn once is drawn fastest. @param {CanvasRenderingContext2D} on @param {string} colour */
  #hatch(on, colour) {
    let pattern = this.hatches.get(colour);
    if (!pattern) {
      const tile = document.createElement("canvas");
      tile.width = tile.height = 10;
      const g = /** @type {CanvasRenderingContext2D} */ (tile.getContext("2d", { alpha: false }));
      g.fillStyle = colour;
      g.fillRect(0, 0, 10, 10);
      g.strokeStyle = "rgba(28, 38, 48, .34)";
      g.lineWidth = 1.8;
      for (const d of [-10, 0, 10]) { g.moveTo(d, 10); g.lineTo(d + 10, 0); }
      g.stroke();
      this.hatches.set(colour, pattern = /** @type {CanvasPattern} */ (on.createPattern(tile, "repeat")));
    }
    return pattern;
  }

  /** Metres of the web map from the middle → pixels of the canvas. */
  #view() {
    const world = 256 * 2 ** this.map.getZoom(), scale = world / (2 * EARTH);
    const corner = this.map.project(this.map.containerPointToLatLng([0, 0]));
    const [mx, my] = this.scene.head.middle;
    return { scale, left: (mx + EARTH) * scale - corner.x, top: (EARTH - my) * scale - corner.y };
  }

  /** @param {{x: number, y: number}} at pixels of the map @returns {[number, number]} metres from the middle */
  metres(at) {
    const { scale, left, top } = this.#view();
    return [(at.x - left) / scale, (top - at.y) / scale];
  }

  /** @param {number} x @param {number} y @returns {[number, number]} */
  pixels(x, y) {
    const { scale, left, top } = this.#view();
    return [left + x * scale, top - y * scale];
  }

  /** @param {number} pixels */
  length(pixels) {
    return pixels / this.#view().scale;
  }

  /** @param {number} x @param {number} y */
  latLng(x, y) {
    const [mx, my] = this.scene.head.middle;
    return L.CRS.EPSG3857.unproject(L.point(x + mx, y + my));
  }

  /** @param {[number, number, number, number]} frame */
  bounds([w, s, e, n]) {
    return L.latLngBounds(this.latLng(w, s), this.latLng(e, n));
  }

  /** Show a part of the ground, beside the tools that lie over the map. @param {[number, number, number, number]} frame west, south, east, north */
  show(frame) {
    this.map.fitBounds(this.bounds(frame), { paddingTopLeft: [TOOLS_PX, 0] });
  }

  /** Draw everything. */
  all() {
    const size = this.map.getSize(), dense = devicePixelRatio || 1;
    for (const canvas of [this.base, this.top]) {
      canvas.width = size.x * dense;
      canvas.height = size.y * dense;
      canvas.style.width = `${size.x}px`;
      canvas.style.height = `${size.y}px`;
      L.DomUtil.setPosition(canvas, this.map.containerPointToLayerPoint([0, 0]));
    }
    this.#zones([0, 0, size.x, size.y]);
    this.overlay();
  }

  /** Draw again where zones changed; what lies above them does not depend on it. @param {Iterable<number>} zones */
  changed(zones) {
    const list = [...zones];
    if (!list.length) return;
    const [w, s, e, n] = this.scene.frameOf(list);
    const [x0, y0] = this.pixels(w, n), [x1, y1] = this.pixels(e, s), size = this.map.getSize();
    const frame = /** @type {[number, number, number, number]} */ ([Math.max(0, Math.floor(x0) - 3), Math.max(0, Math.floor(y0) - 3), Math.min(size.x, Math.ceil(x1) + 3), Math.min(size.y, Math.ceil(y1) + 3)]);
    if (frame[2] > frame[0] && frame[3] > frame[1]) this.#zones(frame);
  }

  /** Mark zones with a red frame. @param {number[]} zones */
  mark(zones) {
    if (!zones.length && !this.marked.length) return;
    this.marked = zones;
    this.overlay();
  }

  /** @param {[number, number, number, number]} frame pixels: left, top, right, bottom */
  #zones([x0, y0, x1, y1]) {
    const g = /** @type {CanvasRenderingContext2D} */ (this.base.getContext("2d"));
    const dense = devicePixelRatio || 1, { scale, left, top } = this.#view(), scene = this.scene, f = scene.frames;
    const w = (x0 - left) / scale, e = (x1 - left) / scale, n = (top - y0) / scale, s = (top - y1) / scale;
    const seen = [];
    for (let z = 0; z < scene.count; z++) if (f[4 * z] <= e && f[4 * z + 2] >= w && f[4 * z + 1] <= n && f[4 * z + 3] >= s) seen.push(z);
    g.save();
    g.setTransform(dense, 0, 0, dense, 0, 0);
    g.beginPath();
    g.rect(x0, y0, x1 - x0, y1 - y0);
    g.clip();
    g.clearRect(x0, y0, x1 - x0, y1 - y0);
    const { now, before, units } = this.stage, xy = scene.xy;
    const trace = (/** @type {number} */ z) => {
      for (let r = scene.zoneRing[z]; r < scene.zoneRing[z + 1]; r++) {
        const a = scene.ringStart[r], b = scene.ringStart[r + 1];
        g.moveTo(left + xy[2 * a] * scale, top - xy[2 * a + 1] * scale);
        for (let v = a + 1; v < b - 1; v++) g.lineTo(left + xy[2 * v] * scale, top - xy[2 * v + 1] * scale);
        g.closePath();
      }
    };
    const size = this.map.getSize(), fine = Math.sqrt(size.x * size.y / Math.max(seen.length, 1)) > 12 || scene.count < 500;
    g.imageSmoothingEnabled = false; // a pattern is drawn as it is, in half the time
    /** @type {Map<string|CanvasPattern, number[]>} */
    const byFill = new Map();
    for (const z of seen) {
      const colour = units[now[z]]?.colour || NOBODY;
      const fill = this.hatched && before[z] >= 0 && before[z] !== now[z] ? this.#hatch(g, colour) : colour;
      const list = byFill.get(fill);
      if (list) list.push(z);
      else byFill.set(fill, [z]);
    }
    g.lineWidth = 0.6;
    for (const [fill, zones] of byFill) {
      g.fillStyle = g.strokeStyle = fill;
      for (const z of zones) { // each by itself: one path of hundreds of shapes takes two to three times as long
        g.beginPath();
        trace(z);
        g.fill("evenodd");
        if (!fine) g.stroke(); // closes the hair between zones where no border covers it
      }
    }
    this.#borders(g, seen, fine, scale, left, top);
    g.restore();
  }

  /** @param {CanvasRenderingContext2D} g @param {number[]} seen @param {boolean} fine whether borders inside a catchment are drawn, too @param {number} scale @param {number} left @param {number} top */
  #borders(g, seen, fine, scale, left, top) {
    const { borderStart, borderOf, sides } = this.scene, now = this.stage.now;
    for (const thick of fine ? [false, true] : [true]) {
      g.beginPath();
      for (const z of seen)
        for (let k = borderStart[z]; k < borderStart[z + 1]; k++) {
          const run = borderOf[k], a = sides[2 * run], b = sides[2 * run + 1];
          if (b === z || (b < 0 || now[a] !== now[b]) !== thick) continue; // a border between two zones is that of the first
          this.#run(g, run, scale, left, top);
        }
      g.strokeStyle = thick ? "#3a4650" : "rgba(255, 255, 255, .75)";
      g.lineWidth = thick ? 1.6 : 0.7;
      g.lineCap = thick ? "round" : "butt";
      g.lineJoin = "round";
      g.stroke();
    }
  }

  /** Trace a run of border. @param {CanvasRenderingContext2D} g @param {number} run @param {number} scale @param {number} left @param {number} top */
  #run(g, run, scale, left, top) {
    const { borders, xy } = this.scene, last = borders[2 * run + 1];
    let v = borders[2 * run];
    g.moveTo(left + xy[2 * v] * scale, top - xy[2 * v + 1] * scale);
    for (v += 1; v <= last; v++) g.lineTo(left + xy[2 * v] * scale, top - xy[2 * v + 1] * scale);
  }

  /** @param {CanvasRenderingContext2D} g @param {number} zone @param {number} scale @param {number} left @param {number} top */
  #outline(g, zone, scale, left, top) {
    const { borderStart, borderOf } = this.scene;
    g.beginPath();
    for (let k = borderStart[zone]; k < borderStart[zone + 1]; k++) this.#run(g, borderOf[k], scale, left, top);
    g.lineCap = "round";
    for (const [colour, width] of /** @type {[string, number][]} */ ([["#fff", 6], ["#0b5c8a", 3]])) {
      g.strokeStyle = colour;
      g.lineWidth = width;
      g.stroke();
    }
  }

  /** A dark square in every locked zone. @param {CanvasRenderingContext2D} g @param {number} scale @param {number} left @param {number} top */
  #locks(g, scale, left, top) {
    const p = this.scene.point, size = this.map.getSize();
    g.beginPath();
    for (const z of this.locked) {
      const x = left + p[2 * z] * scale, y = top - p[2 * z + 1] * scale;
      if (x > 0 && y > 0 && x < size.x && y < size.y) g.rect(x - 3, y - 3, 6, 6);
    }
    g.fillStyle = "#1c2630";
    g.fill();
    g.strokeStyle = "#fff";
    g.lineWidth = 1.2;
    g.stroke();
  }

  /** Draw what lies above the zones: what is marked, schools and names. */
  overlay() {
    const g = /** @type {CanvasRenderingContext2D} */ (this.top.getContext("2d")), dense = devicePixelRatio || 1;
    const size = this.map.getSize(), { scale, left, top } = this.#view();
    g.setTransform(dense, 0, 0, dense, 0, 0);
    g.clearRect(0, 0, size.x, size.y);
    if (this.marked.length) {
      g.beginPath();
      for (const z of this.marked) {
        const [w, s, e, n] = this.scene.frameOf([z]);
        g.rect(left + w * scale - 4, top - n * scale - 4, (e - w) * scale + 8, (n - s) * scale + 8);
      }
      g.strokeStyle = "#c1121f";
      g.lineWidth = 3;
      g.stroke();
    }
    if (this.locked.size) this.#locks(g, scale, left, top);
    if (this.zone >= 0) this.#outline(g, this.zone, scale, left, top);
    /** @type {[number, number, number, number][]} */
    const taken = [];
    const shown = this.stage.units.filter((u) => u.at && u.takes);
    shown.sort((a, b) => Number(b.unit === this.target) - Number(a.unit === this.target));
    const [mx, my] = this.scene.head.middle;
    for (const unit of shown) {
      const at = /** @type {[number, number]} */ (unit.at), x = left + (at[0] - mx) * scale, y = top - (at[1] - my) * scale;
      if (x < -20 || y < -20 || x > size.x + 20 || y > size.y + 20) continue;
      const mine = unit.unit === this.target, r = mine ? 8 : 5;
      g.beginPath();
      g.arc(x, y, r, 0, 7);
      g.fillStyle = mine ? "#0b5c8a" : "#1c2630";
      g.fill();
      g.strokeStyle = "#fff";
      g.lineWidth = 2;
      g.stroke();
      g.font = `600 ${mine ? 15 : 12.5}px ${FONT}`;
      const width = g.measureText(unit.name).width, box = /** @type {[number, number, number, number]} */ ([x - width / 2, y - r - 20, x + width / 2, y - r - 3]);
      if (!mine && taken.some((t) => t[0] < box[2] && t[2] > box[0] && t[1] < box[3] && t[3] > box[1])) continue;
      taken.push(box, [x - r, y - r, x + r, y + r]);
      g.textAlign = "center";
      g.lineWidth = 3.5;
      g.strokeStyle = "rgba(255, 255, 255, .92)";
      g.lineJoin = "round";
      g.strokeText(unit.name, x, y - r - 6);
      g.fillStyle = "#1c2630";
      g.fillText(unit.name, x, y - r - 6);
    }
  }

  /**
   * Give units that came to touch one of their own colour another; return the zones to draw again.
   * @param {Iterable<number>} zones zones that changed
   */
  recolour(zones) {
    const { now, units } = this.stage;
    const alike = new Set();
    for (const z of zones) if (now[z] >= 0 && (!units[now[z]].colour || this.#touches(z, now[z], (u) => units[u].colour === units[now[z]].colour))) alike.add(now[z]);
    /** @type {number[]} */
    const again = [];
    for (const unit of alike) {
      const around = new Set(), own = [];
      for (let z = 0; z < this.scene.count; z++) {
        if (now[z] !== unit) continue;
        own.push(z);
        this.#touches(z, unit, (u) => { around.add(units[u].colour); return false; });
      }
      const free = COLOURS.find((c) => !around.has(c));
      if (free && (!units[unit].colour || around.has(units[unit].colour))) {
        units[unit].colour = free;
        again.push(...own);
      }
    }
    return again;
  }

  /** Whether a zone of a unit borders another unit of a kind. @param {number} zone @param {number} unit @param {(other: number) => boolean} is */
  #touches(zone, unit, is) {
    const { borderStart, borderOf, sides } = this.scene, now = this.stage.now;
    for (let k = borderStart[zone]; k < borderStart[zone + 1]; k++) {
      const run = borderOf[k], other = sides[2 * run] === zone ? sides[2 * run + 1] : sides[2 * run];
      if (other >= 0 && now[other] >= 0 && now[other] !== unit && is(now[other])) return true;
    }
    return false;
  }
}
