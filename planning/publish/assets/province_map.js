function (map, data) {
  "use strict";
  map.getContainer().setAttribute("aria-label", data.title);
  const el = (tag, cls, text) => {
    const e = document.createElement(tag);
    if (cls) e.className = cls;
    if (text !== undefined) e.textContent = text;       // names are text, never markup
    return e;
  };
  const w = (key, values) => data.words[key].replace(/\{(\w+)\}/g, (_, name) => values[name]);   // words of the page's language
  map.attributionControl.setPrefix(false);
  map.attributionControl.addAttribution(w("schematic"));
  map.options.zoomSnap = 0.25;
  L.control.zoom({ position: "bottomleft" }).addTo(map);
  L.control.scale({ imperial: false, position: "bottomleft" }).addTo(map);
  const NONE = "#c9ced3";
  const shown = { scenario: 0, measure: 0 };
  const forms = {
    share: (v) => (100 * v).toFixed(2) + " %",
    number: (v) => v.toLocaleString("en-US", { maximumFractionDigits: 1 }),
    count: (v) => v.toLocaleString("en-US", { maximumFractionDigits: 0 }),
    money: (v) => (v / data.money.scale).toLocaleString("en-US", { maximumFractionDigits: 0 }) + " " + data.money.unit,
  };
  const measure = () => data.measures[shown.measure];
  const form = (v) => v === null || v === undefined ? "—" : forms[measure()[2]](v);
  const row = (i) => data.rows[shown.scenario] && data.rows[shown.scenario][i];
  const value = (i) => { const r = row(i); return r && r[1].length ? r[1][shown.measure] : null; };

  // classes: equal values share one, so that the colours say no more than the figures
  let steps = [];
  function classify() {
    const worse = measure()[3], all = data.counties.map((_, i) => value(i)).filter((v) => v !== null);
    all.sort((a, b) => worse * (a - b));
    steps = [];
    const n = data.colours.length;
    for (let k = 0; k < n; k++) {
      const from = all[Math.floor(all.length * k / n)], to = all[Math.ceil(all.length * (k + 1) / n) - 1];
      if (from === undefined) continue;
      const last = steps[steps.length - 1];
      if (last && worse * (to - last.to) <= 0) continue;
      steps.push({ to, from: last ? all.find((v) => worse * (v - last.to) > 0) : from });
    }
    const spread = steps.length;                         // fewer classes: still from pale to dark
    steps.forEach((s, k) => { s.colour = data.colours[spread === 1 ? 0 : Math.round(k * (n - 1) / (spread - 1))]; });
  }
  function colour(v) {
    if (v === null) return NONE;
    const worse = measure()[3], found = steps.find((s) => worse * (v - s.to) <= 0);
    return (found || steps[steps.length - 1]).colour;
  }

  const layers = data.counties.map((c, i) => {
    if (!c.shape) return null;
    const layer = L.polygon(c.shape, { color: "#4d4d4d", weight: 1, fillOpacity: 0.85 }).addTo(map);
    layer.bindTooltip(() => tip(i), { sticky: true });
    layer.on("mouseover", () => layer.setStyle({ weight: 3 }));
    layer.on("mouseout", () => layer.setStyle({ weight: 1 }));
    layer.on("click", () => follow(i));
    return layer;
  });
  function follow(i) {
    const r = row(i);
    if (r && r[2]) location.href = r[2];
  }
  function tip(i) {
    const box = el("div", "tip"), r = row(i);
    box.append(el("b", "name", data.counties[i].name));
    if (!r) { box.append(el("small", "", w("not_in_this_scenario"))); return box; }
    if (r[0] !== "done") box.append(el("div", "bad", data.statuses[r[0]] || r[0]));
    else {
      const table = el("table"), line = el("tr");
      line.append(el("td", "", measure()[1]), el("td", "", form(value(i))));
      table.append(line);
      box.append(table);
    }
    if (r[3]) box.append(el("div", "", (r[0] === "done" ? w("what_would_mend_it") : "") + (r[3].length > 160 ? r[3].slice(0, 160) + "…" : r[3])));
    if (r[2]) box.append(el("small", "", w("click_to_open_the_map")));
    return box;
  }

  const panel = (position, cls) => {
    const control = L.control({ position }), box = el("div", "panel " + cls);
    control.onAdd = () => { L.DomEvent.disableClickPropagation(box); L.DomEvent.disableScrollPropagation(box); return box; };
    control.addTo(map);
    return box;
  };
  const heading = panel("topleft", "heading");
  heading.append(el("div", "internal", data.internal), el("h1", "", data.title));
  data.status.forEach((text) => heading.append(el("div", "status", text)));
  const narrow = window.innerWidth <= 720, side = panel(narrow ? "bottomright" : "topright", "side");
  if (narrow) {
    const fold = el("button", "fold", "▾ " + w("scenario_measure_ranking"));
    fold.type = "button";
    fold.onclick = () => side.classList.toggle("folded");
    side.append(fold);
    side.classList.add("folded");
  }
  function chooser(name, label, texts) {
    const box = el("select");
    box.id = name;
    box.setAttribute("aria-label", label);
    box.style.width = "100%";
    texts.forEach((text, i) => { const o = el("option", "", text); o.value = String(i); box.append(o); });
    box.onchange = () => { shown[name] = Number(box.value); refresh(); };
    side.append(el("h2", "", label), box);
  }
  chooser("scenario", w("scenario"), data.cases);
  chooser("measure", w("measure"), data.measures.map((m) => m[1]));
  side.append(el("h2", "", w("legend")));
  const legend = el("div"), list = el("div", "figures");
  side.append(legend, el("h2", "", w("ranking_most_in_need_first")), list);
  list.id = "ranking";
  list.style.maxHeight = narrow ? "20vh" : "46vh";
  list.style.overflowY = "auto";

  function key(fill, text) {
    const line = el("div", "row"), box = el("i");
    box.style.cssText = "height:14px;border:1px solid #777";
    box.style.background = fill;
    line.append(box, el("span", "", text));
    legend.append(line);
  }
  function refresh() {
    if (!data.measures.length) return key(NONE, w("no_result"));
    classify();
    layers.forEach((layer, i) => {
      if (!layer) return;
      layer.setStyle({ fillColor: colour(value(i)) });
      if (value(i) === null) layer.bringToBack();
    });
    legend.replaceChildren();
    steps.forEach((s) => key(s.colour, s.from === s.to ? form(s.to) : form(s.from) + " — " + form(s.to)));
    if (data.counties.some((_, i) => value(i) === null)) key(NONE, w("no_data"));
    list.replaceChildren();
    const worse = measure()[3], order = data.counties.map((_, i) => i);
    order.sort((a, b) => {
      const x = value(a), y = value(b);
      if (x === null || y === null) return (x === null) - (y === null) || a - b;
      return worse * (y - x) || a - b;
    });
    order.forEach((i) => {
      const r = row(i), name = el(r && r[2] ? "a" : "span", "", data.counties[i].name);
      if (r && r[2]) name.href = r[2];
      if (data.counties.some((c, k) => k !== i && c.name === data.counties[i].name)) name.append(" ", el("small", "", data.counties[i].folder));
      name.onmouseenter = () => layers[i] && layers[i].setStyle({ weight: 3 });
      name.onmouseleave = () => layers[i] && layers[i].setStyle({ weight: 1 });
      list.append(name, el("b", r && r[0] !== "done" ? "bad" : "", r && r[0] !== "done" ? data.statuses[r[0]] || r[0] : form(value(i))));
    });
  }
  refresh();
  const all = L.featureGroup(layers.filter(Boolean));
  if (layers.some(Boolean)) map.fitBounds(all.getBounds(), narrow ? { padding: [10, 10] } : { paddingTopLeft: [20, heading.offsetHeight + 30], paddingBottomRight: [300, 30] });
}
