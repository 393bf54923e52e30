// A field that finds names as they are typed: a combobox after the WAI-ARIA pattern. Entries: name, more (beside it), keys (initials and
// pinyin), code, show. `written` tells by which simplified character another is meant; `none` is called when nothing is wanted any more.
function finder(box, list, entries, written, w, none) {
  "use strict";
  // as names are compared: any width, any case, simplified and traditional characters alike
  const plain = (text) => [...text.normalize("NFKC").toLowerCase().replace(/[\s'’\p{Cf}]+/gu, "")].map((c) => written[c] || c).join("");
  const most = 30, none_of = 9;
  const known = entries.map((e) => ({ ...e, plain: plain(e.name), keys: e.keys.map(plain), code: plain(e.code) }));
  let hits = [], at = -1;
  function rank(e, q) {
    if (e.plain === q) return 0;
    if (e.plain.startsWith(q)) return 1;
    if (e.plain.includes(q)) return 2;
    if (e.keys.some((k) => k.startsWith(q))) return 3;
    if (e.keys.some((k) => k.includes(q))) return 4;
    if (e.code.startsWith(q)) return 5;
    return e.code.includes(q) ? 6 : spoken(e.plain, q);
  }
  // as people say it: 实小 for 实验小学, 三中 for 第三初级中学; the fewer letters are left out, the better
  function spoken(name, q) {
    if (q.length < 2 || /[!-~]/.test(q)) return none_of;
    let at = -1, first = -1;
    for (const c of q) {
      at = name.indexOf(c, at + 1);
      if (at < 0) return none_of;
      if (first < 0) first = at;
    }
    return 7 + (at - first - q.length + 1) / 1000;
  }
  function row(text, cls) {
    const item = document.createElement("li");
    if (cls) item.className = cls;
    item.textContent = text;       // names are text, never markup
    item.setAttribute("role", "option");
    return item;
  }
  function search() {
    const q = plain(box.value);
    hits = q ? known.map((e) => [rank(e, q), e]).filter(([r]) => r < none_of).sort((a, b) => a[0] - b[0]).map(([, e]) => e) : [];
    const more = hits.length - most;
    hits = hits.slice(0, most);
    at = -1;
    list.replaceChildren(...hits.map((e, i) => {
      const item = row(e.name), beside = document.createElement("small");
      beside.textContent = e.more;
      item.id = "hit-" + i;
      item.setAttribute("aria-selected", "false");
      item.append(beside);
      item.onpointerdown = (event) => event.preventDefault();
      item.onclick = () => choose(e);
      return item;
    }));
    if (q && (more > 0 || !hits.length)) {
      const item = row(hits.length ? w("n_more_type_more_letters", { n: more }) : w("nothing_found_write_it_another"), "none");
      item.setAttribute("aria-disabled", "true");
      list.append(item);
    }
    open(Boolean(q));
    if (!q && none) none();
  }
  function open(yes) {
    list.hidden = !yes;
    box.setAttribute("aria-expanded", String(yes));
    if (!yes) box.removeAttribute("aria-activedescendant");
  }
  function move(step) {
    if (!hits.length) return;
    if (list.hidden) open(true);
    at = (at + step + hits.length) % hits.length;
    [...list.children].forEach((item, i) => item.setAttribute("aria-selected", String(i === at)));
    box.setAttribute("aria-activedescendant", "hit-" + at);
    list.children[at].scrollIntoView({ block: "nearest" });
  }
  function choose(e) {
    box.value = e.name;
    open(false);
    e.show();
  }
  box.addEventListener("input", search);
  box.addEventListener("keydown", (event) => {
    if (event.isComposing) return;
    if (event.key === "ArrowDown") { move(1); event.preventDefault(); }
    else if (event.key === "ArrowUp") { move(-1); event.preventDefault(); }
    else if (event.key === "Escape") { open(false); if (none) none(); }
    else if (event.key === "Enter" && hits.length && !list.hidden) { choose(hits[Math.max(at, 0)]); event.preventDefault(); }
  });
  box.addEventListener("blur", () => open(false));
}
