/** The tools: click, brush, box and township; a stroke is what happens between pressing and letting go. */

import { byId, el } from "../shared/dom.js";

/** @typedef {"pan"|"click"|"brush"|"box"|"township"} Tool */

export class Painter {
  /**
   * @param {any} map Leaflet's
   * @param {import("./layer.js").Drawing} drawing
   * @param {{ready: () => boolean, preview: (zones: Set<number>) => void, done: (zones: number[]) => void, cancelled: () => void, clicked: (zone: number, at: {x: number, y: number}) => void}} on
   */
  constructor(map, drawing, on) {
    this.map = map;
    this.drawing = drawing;
    this.on = on;
    /** @type {Tool} */ this.tool = "pan";
    this.radius = 28;
    /** @type {Set<number>|null} */ this.stroke = null;
    /** @type {{x: number, y: number}|null} */ this.from = null;
    this.cursor = el("div.cursor", { hidden: true });
    this.box = el("div.box", { hidden: true });
    const place = map.getContainer();
    place.append(this.cursor, this.box);
    place.addEventListener("pointerdown", (/** @type {PointerEvent} */ e) => this.#down(e));
    place.addEventListener("pointermove", (/** @type {PointerEvent} */ e) => this.#move(e));
    addEventListener("pointerup", (e) => this.#up(e));
    addEventListener("pointercancel", () => this.cancel());
    place.addEventListener("pointerleave", () => { this.cursor.hidden = true; });
  }

  /** @param {Tool} tool */
  choose(tool) {
    this.cancel();
    this.tool = tool;
    const painting = tool !== "pan";
    byId("map").classList.toggle("painting", painting);
    this.map.dragging[painting ? "disable" : "enable"]();
    this.map.boxZoom[painting ? "disable" : "enable"]();
    this.cursor.hidden = true;
  }

  cancel() {
    if (this.stroke) this.on.cancelled();
    this.stroke = this.from = null;
    this.box.hidden = true;
  }

  /** @param {PointerEvent} e */
  #at(e) {
    const frame = this.map.getContainer().getBoundingClientRect();
    return { x: e.clientX - frame.left, y: e.clientY - frame.top };
  }

  /** @param {PointerEvent} e */
  #down(e) {
    if (e.button !== 0 || !e.isPrimary || /** @type {Element} */ (e.target).closest(".leaflet-control")) return;
    const at = this.#at(e);
    this.from = at;
    if (this.tool === "pan" || !this.on.ready()) return;
    this.stroke = new Set();
    if (this.tool !== "box") this.#take(at);
  }

  /** @param {PointerEvent} e */
  #move(e) {
    const at = this.#at(e);
    if (this.tool === "brush") {
      this.cursor.hidden = false;
      Object.assign(this.cursor.style, { left: `${at.x - this.radius}px`, top: `${at.y - this.radius}px`, width: `${2 * this.radius}px`, height: `${2 * this.radius}px` });
    }
    if (!this.stroke || !this.from) return;
    if (this.tool === "brush") this.#take(at);
    if (this.tool === "box") {
      this.box.hidden = false;
      Object.assign(this.box.style, { left: `${Math.min(at.x, this.from.x)}px`, top: `${Math.min(at.y, this.from.y)}px`, width: `${Math.abs(at.x - this.from.x)}px`, height: `${Math.abs(at.y - this.from.y)}px` });
    }
  }

  /** @param {{x: number, y: number}} at */
  #take(at) {
    if (!this.stroke) return;
    const [x, y] = this.drawing.metres(at), scene = this.drawing.scene;
    let zones = /** @type {number[]} */ ([]);
    if (this.tool === "brush") zones = scene.near(x, y, this.drawing.length(this.radius));
    else {
      const zone = scene.zoneAt(x, y);
      if (zone >= 0) zones = this.tool === "township" && scene.township.length ? [...scene.township.keys()].filter((z) => scene.township[z] === scene.township[zone]) : [zone];
    }
    const before = this.stroke.size;
    zones.forEach((z) => this.stroke?.add(z));
    if (this.stroke.size !== before) this.on.preview(this.stroke);
  }

  /** @param {PointerEvent} e */
  #up(e) {
    const from = this.from, stroke = this.stroke, at = this.#at(e);
    this.from = this.stroke = null;
    this.box.hidden = true;
    if (!from) return;
    if (!stroke) {
      if (this.tool === "pan" && Math.hypot(at.x - from.x, at.y - from.y) < 4) this.on.clicked(this.drawing.scene.zoneAt(...this.drawing.metres(at)), at);
      return;
    }
    if (this.tool === "box") {
      const [x0, y0] = this.drawing.metres(from), [x1, y1] = this.drawing.metres(at);
      this.drawing.scene.pointsIn(Math.min(x0, x1), Math.min(y0, y1), Math.max(x0, x1), Math.max(y0, y1)).forEach((z) => stroke.add(z));
    }
    this.on.done([...stroke]);
  }
}
