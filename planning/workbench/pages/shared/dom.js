/** Make elements; text is always text, never markup. */

const AGAIN_MS = 600; // between the clicks of a double click, as systems count them

/** Let what a button or form sends to the server be over before it is sent again: a double click asks for one thing. @param {any} heard */
function once(heard) {
  let busy = false;
  return (/** @type {Event} */ e) => {
    if (busy) return e.preventDefault(); // a form must not be sent by the browser instead
    const under = heard(e);
    if (!(under instanceof Promise)) return;
    busy = true;
    Promise.allSettled([under, new Promise((go) => setTimeout(go, AGAIN_MS))]).then(() => { busy = false; });
  };
}

/**
 * @param {string} tag with classes: "button.main"
 * @param {Record<string, any>} [given] properties; `on` a map of listeners, `aria-…`, `data-…` and `for` attributes
 * @param {...(Node|string|number|null|undefined|false)} children
 * @returns {any}
 */
export function el(tag, given = {}, ...children) {
  const [name, ...classes] = tag.split(".");
  const made = document.createElement(name);
  if (classes.length) made.className = classes.join(" ");
  for (const [key, value] of Object.entries(given)) {
    if (value === undefined || value === null) continue;
    if (key === "on") for (const [event, heard] of Object.entries(value)) made.addEventListener(event, ["click", "submit"].includes(event) ? once(heard) : heard);
    else if (key.includes("-") || key === "for" || key === "role") made.setAttribute(key, String(value));
    else /** @type {any} */ (made)[key] = value;
  }
  for (const child of children) if (child !== null && child !== undefined && child !== false) made.append(typeof child === "number" ? String(child) : child);
  return made;
}

/** @param {string} name @param {Record<string, string|number>} given @param {...Node} children */
export function svg(name, given, ...children) {
  const made = document.createElementNS("http://www.w3.org/2000/svg", name);
  for (const [key, value] of Object.entries(given)) made.setAttribute(key, String(value));
  made.append(...children);
  return made;
}

/** @param {string} id @returns {HTMLElement} */
export function byId(id) {
  const found = document.getElementById(id);
  if (!found) throw new Error(`no element ${id}`);
  return found;
}
