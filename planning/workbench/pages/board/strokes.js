/** Strokes: shown while they are made, sent when they are done, taken back where they are refused; undo, redo, and the way to any step. */

import { say } from "../shared/texts.js";
import { toast } from "../shared/toast.js";
import { remembered } from "./journal.js";

export class Strokes {
  /** @param {import("./desk.js").Desk} desk @param {import("./send.js").Sender} sender @param {() => void} tell say below the figures what is going on */
  constructor(desk, sender, tell) {
    this.desk = desk;
    this.sender = sender;
    this.tell = tell;
    /** @type {Map<number, number>} */ this.preview = new Map(); // zones of the stroke that is being made, and where they belong
  }

  /** Whether there is a school to paint with. */
  ready() {
    const { drawing, fixed, locks } = this.desk;
    if (fixed) return false;
    const held = drawing.target !== null && Boolean(locks?.units.has(drawing.target));
    if (drawing.target === null || held) toast(say(held ? "board.schoolLocked" : "board.hintTarget"));
    return drawing.target !== null && !held;
  }

  /** Show a stroke while it is made. @param {Set<number>} zones */
  show(zones) {
    const { drawing, locks } = this.desk, { preview } = this;
    const to = drawing.stage.at.get(drawing.target || "") ?? -1, fresh = [];
    for (const z of zones) {
      if (preview.has(z) || drawing.stage.now[z] === to || locks?.holds(z)) continue;
      preview.set(z, drawing.stage.now[z]);
      drawing.stage.now[z] = to;
      fresh.push(z);
    }
    drawing.changed(fresh);
    this.tell();
  }

  /** The stroke was broken off. */
  takeBack() {
    const { drawing } = this.desk;
    for (const [z, was] of this.preview) drawing.stage.now[z] = was;
    drawing.changed(this.preview.keys());
    this.preview = new Map();
    this.tell();
  }

  /** @param {number[]} zones */
  make(zones) {
    this.show(new Set(zones));
    const { drawing } = this.desk, made = this.preview, stage = drawing.stage, unit = drawing.target || "";
    this.preview = new Map();
    if (!made.size) return;
    const undone = () => {
      for (const [z, was] of made) stage.now[z] = was;
      drawing.changed(made.keys());
    };
    this.sender.send("strokes", () => ({ stage: stage.stage, zones: [...made.keys()], unit, reason: remembered("reason"), who: remembered("who") }), undone);
  }

  /** @param {"undo"|"redo"} what */
  step(what) {
    if (this.desk.fixed) return;
    if (this.desk.state[what] || this.sender.pending) this.sender.send(what, () => ({}), () => {});
  }

  /** @param {number} number of a step, 0 for before the first */
  goTo(number) {
    this.sender.send("go", () => ({ number }), () => {});
  }
}
