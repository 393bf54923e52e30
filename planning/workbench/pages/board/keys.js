/** The keyboard of the board: every key does what a button does. */

/** @typedef {Record<string, () => void>} Actions by key, in lower case */

/**
 * @param {Actions} actions
 * @param {(key: string) => boolean} first asked before: arrows and what depends on where one is
 */
export function listenToKeys(actions, first) {
  addEventListener("keydown", (e) => {
    if (e.target instanceof HTMLInputElement || e.target instanceof HTMLSelectElement || e.target instanceof HTMLTextAreaElement || document.querySelector("dialog[open]")) return;
    const key = e.key.toLowerCase();
    if (e.ctrlKey || e.metaKey) {
      const step = key === "z" ? (e.shiftKey ? "y" : "z") : key === "y" ? "y" : "";
      if (!step) return;
      actions[step]();
      e.preventDefault();
    } else if (!e.altKey && first(key)) e.preventDefault();
    else if (!e.altKey && actions[key]) {
      actions[key]();
      if (key === "/") e.preventDefault();
    }
  });
}
