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
  const number = (v) => Math.round(v).toLocaleString("en-US");
  const up = (v) => Math.max(0, Math.ceil(v - 1e-6)).toLocaleString("en-US");
  map.attributionControl.setPrefix(false);
  map.attributionControl.addAttribution(w("schematic"));
  map.options.zoomSnap = 0.25;
  L.control.zoom({ position: "bottomleft" }).addTo(map);
  L.control.scale({ imperial: false, position: "bottomleft" }).addTo(map);
  const county = L.geoJSON(data.boundary, { interactive: false, style: { color: "#3b4652", weight: 2.2, fill: false } }).addTo(map);

  const shown = { stage: 0, level: 0, variant: Math.min(1, data.variants.length - 1), year: 0 };
  const key = (name) => data[name + "s"][shown[name]][0];
  const series = (level, place) => ((data.values[level][key("variant")] || {})[key("stage")] || {})[place];
  const use = (v) => !v ? NaN : v[1] > 0 ? v[0] / v[1] : v[0] > 0 ? Infinity : NaN;
  // a shared catchment shows the fullest of its schools
  function cell(level, units) {
    const all = units.split(";").map((u) => [u, (series(level, u) || [])[shown.year]]).filter((p) => p[1]);
    all.sort((a, b) => use(b[1]) - use(a[1]));
    return all[0] || [units, undefined];
  }
  function colour(v) {
    const load = use(v);
    if (Number.isNaN(load)) return data.empty;
    return data.steps.find((s) => s[0] === null || load <= s[0])[1];
  }
  const firstYear = (list) => { const i = (list || []).findIndex((v) => v[2] > 1e-6); return i < 0 ? null : i; };

  const badges = L.layerGroup().addTo(map);
  const layers = {};
  data.levels.forEach(([level]) => data.stages.forEach(([stage]) => {
    layers[level + stage] = L.geoJSON(data.shapes[level][stage], {
      style: { color: "#4d4d4d", weight: 1.2, fillOpacity: 0.78 },
      onEachFeature: (f, layer) => {
        layer.bindTooltip(() => tip(level, f.properties), { sticky: true });
        layer.on("mouseover", () => layer.setStyle({ weight: 3 }));
        layer.on("mouseout", () => layer.setStyle({ weight: 1.2 }));
      } });
  }));
  function tip(level, p) {
    const box = el("div", "tip"), table = el("table"), [unit, v] = cell(level, p.units);
    box.append(el("b", "name", p.name));
    const row = (label, text, bad) => {
      const r = el("tr"), left = el("td");
      left.append(el("span", "", label));
      r.append(left, el("td", bad ? "bad" : "", text));
      table.append(r);
    };
    if (!v) { box.append(el("small", "", w("no_data"))); return box; }
    row(w("year"), String(data.years[shown.year]));
    row(w("pupils_2"), number(v[0]));
    row(w("seats_3"), number(v[1]));
    row(w("short_2"), up(v[2]), v[2] > 0);
    if (v[3] !== null) row(w("fullest_grade"), v[3] + (v[4] > 0 ? " (+" + up(v[4]) + ")" : ""), v[4] > 0);
    const at = firstYear(series(level, unit));
    row(w("first_short"), at === null ? "—" : String(data.years[at]), at !== null);
    box.append(table);
    return box;
  }

  const panel = (position, cls) => {
    const control = L.control({ position }), box = el("div", "panel " + cls);
    control.onAdd = () => { L.DomEvent.disableClickPropagation(box); L.DomEvent.disableScrollPropagation(box); return box; };
    control.addTo(map);
    return box;
  };
  const heading = panel("topleft", "heading");
  if (data.internal) heading.append(el("div", "internal", data.internal));
  heading.append(el("h1", "", data.title), el("div", "status", [data.note, data.status].filter(Boolean).join("  ")));
  const narrow = window.innerWidth <= 720, side = panel(narrow ? "bottomright" : "topright", "side");
  const switches = {};
  function choice(name, label) {
    side.append(el("h2", "", label));
    const box = el("div", "switch");
    switches[name] = data[name + "s"].map((words, i) => {
      const b = el("button", "", words[1]);
      b.type = "button";
      b.onclick = () => { shown[name] = i; refresh(); };
      box.append(b);
      return b;
    });
    side.append(box);
  }
  const yearHead = el("h2", "", w("school_year"));
  const slider = el("input");
  Object.assign(slider, { type: "range", min: 0, max: data.years.length - 1, step: 1, value: 0, id: "year" });
  slider.setAttribute("aria-label", w("school_year"));
  slider.style.width = "100%";
  const yearText = el("b", "", "");
  yearText.id = "year-shown";
  yearText.style.fontSize = "22px";
  const play = el("button", "", "▶ " + w("play"));
  play.type = "button";
  let timer = null;
  play.onclick = () => {
    if (timer) { clearInterval(timer); timer = null; play.textContent = "▶ " + w("play"); return; }
    play.textContent = "❚❚ " + w("pause");
    timer = setInterval(() => { shown.year = (shown.year + 1) % data.years.length; refresh(); }, 1200);
  };
  slider.oninput = () => { shown.year = Number(slider.value); refresh(); };
  const line = el("div", "row");
  line.style.justifyContent = "space-between";
  line.append(yearText, play);
  side.append(yearHead, line, slider);
  choice("stage", w("stage"));
  choice("level", w("places"));
  choice("variant", w("variant"));
  const viewBox = el("div", "switch");
  const views = [w("urban_area"), w("county")].map((text) => { const b = el("button", "", text); b.type = "button"; viewBox.append(b); return b; });
  side.append(viewBox, el("h2", "", w("county")));
  const figures = el("div", "figures");
  side.append(figures, el("h2", "", w("pupils_per_seat")));
  const scale = el("div", "scale");
  data.steps.forEach((s) => { const i = el("span"); i.style.background = s[1]; scale.append(i); });
  data.steps.forEach((s) => scale.append(el("div", "", s[2].replace(" %", ""))));
  side.append(scale, el("h2", "", w("first_year_short")));
  const list = el("div", "figures");
  list.id = "first-short";
  list.style.maxHeight = "26vh";
  list.style.overflowY = "auto";
  side.append(list);

  function refresh() {
    const level = key("level"), stage = key("stage"), active = layers[level + stage];
    Object.values(layers).forEach((l) => { if (l !== active) l.remove(); });
    active.addTo(map);
    badges.clearLayers();
    active.eachLayer((layer) => {
      const v = cell(level, layer.feature.properties.units)[1];
      layer.setStyle({ fillColor: colour(v) });
      if (v && v[2] > 1e-6) badges.addLayer(L.marker([layer.feature.properties.lat, layer.feature.properties.lon], { interactive: false, keyboard: false,
        icon: L.divIcon({ className: "pin", iconSize: [0, 0], iconAnchor: [14, 10], html: el("span", "short", "−" + up(v[2])) }) }));
    });
    Object.entries(switches).forEach(([name, all]) => all.forEach((b, i) => b.setAttribute("aria-pressed", String(i === shown[name]))));
    slider.value = shown.year;
    yearText.textContent = data.years[shown.year];
    const v = (series("county", "county") || [])[shown.year] || [0, 0, 0, null, 0];
    figures.replaceChildren();
    [[w("pupils_2"), number(v[0])], [w("seats_3"), number(v[1])], [w("short_2"), up(v[2])],
      [w("fullest_grade"), v[3] === null ? "—" : String(v[3])]].forEach(([label, text]) => figures.append(el("span", "", label), el("b", "", text)));
    firstList(level, active);
  }
  function firstList(level, active) {
    const rows = [];
    active.eachLayer((layer) => {
      const p = layer.feature.properties;
      p.units.split(";").forEach((u) => {
        const all = series(level, u), at = firstYear(all);
        if (at !== null) rows.push([data.years[at], all[at][2], data.names[u] || p.name, all[at][3], layer]);
      });
    });
    rows.sort((a, b) => a[0] - b[0] || b[1] - a[1]);
    list.replaceChildren();
    if (!rows.length) list.append(el("small", "", w("seats_suffice_in_every_year")));
    rows.forEach(([year, short, name, grade, layer]) => {
      const b = el("b", "", year + " −" + up(short));
      const left = el("span", "", name + (grade === null ? "" : " · " + w("grade_grade", { grade })));
      left.style.cursor = "pointer";
      left.onclick = () => map.fitBounds(layer.getBounds(), { maxZoom: 13.5, paddingBottomRight: [narrow ? 0 : 290, 0] });
      list.append(left, b);
    });
  }
  // nothing may hide behind the heading
  const room = narrow ? { paddingTopLeft: [5, heading.offsetHeight + 15], paddingBottomRight: [5, 60] }
    : { paddingTopLeft: [15, heading.offsetHeight + 20], paddingBottomRight: [290, 15] };
  const whole = narrow ? room : { paddingTopLeft: [heading.offsetWidth + 20, 15], paddingBottomRight: [290, 15] };
  views[0].onclick = () => map.fitBounds(data.core, room);
  views[1].onclick = () => map.fitBounds(county.getBounds(), whole);
  map.fitBounds(data.core, { ...room, animate: false });
  refresh();
}
