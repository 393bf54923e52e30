/** Parts of a page that are drawn anew only where what they show is another: what stays as it is keeps its place, its focus and its scrolling. */

/** @param {readonly any[]} a @param {readonly any[]|undefined} b */
function same(a, b) {
  return b !== undefined && a.length === b.length && a.every((one, n) => Object.is(one, b[n]));
}

export class Kept {
  /** @param {HTMLElement} place */
  constructor(place) {
    this.place = place;
    /** @type {Map<string, {box: HTMLElement, key: readonly any[]|undefined}>} */ this.parts = new Map();
  }

  /**
   * Draw a part where its key is another than the last time; parts stand in the order in which they were first drawn.
   * @param {string} name @param {readonly any[]} key what the part shows, compared one by one @param {() => (Node|string|null|undefined|false)[]} make
   */
  part(name, key, make) {
    let part = this.parts.get(name);
    if (!part) {
      part = { box: document.createElement("div"), key: undefined };
      part.box.className = "part";
      this.parts.set(name, part);
      this.place.append(part.box);
    }
    if (same(key, part.key)) return;
    part.key = key;
    const focused = document.activeElement, id = focused && part.box.contains(focused) ? focused.id : "";
    part.box.replaceChildren(.../** @type {(Node|string)[]} */ (make().filter((n) => n !== null && n !== undefined && n !== false)));
    if (id) document.getElementById(id)?.focus({ preventScroll: true }); // who types goes on typing
  }
}

/** Let a place hold these nodes in this order; those that stand there already are not touched. @param {Element} place @param {Node[]} nodes */
export function inOrder(place, nodes) {
  let at = place.firstChild;
  const wanted = new Set(nodes);
  for (const node of nodes) {
    while (at && !wanted.has(at)) {
      const gone = at;
      at = at.nextSibling;
      gone.remove();
    }
    if (node === at) at = at.nextSibling;
    else place.insertBefore(node, at);
  }
  while (at) {
    const gone = at;
    at = at.nextSibling;
    gone.remove();
  }
}

/** Set a text where it is another. @param {Element} node @param {string} text */
export function tellIn(node, text) {
  if (node.textContent !== text) node.textContent = text;
}
