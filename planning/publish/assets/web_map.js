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
  const secret = (rows) => data.internal ? rows : [];     // rows that only planners see
  const number = (v) => v === null || v === undefined ? "—" : Math.round(v).toLocaleString("en-US");
  const share = (v) => v === null || v === undefined ? "—" : (100 * v).toFixed(1) + " %";

  map.attributionControl.setPrefix(false);
  map.attributionControl.addAttribution(w("schematic"));
  map.options.zoomSnap = 0.25;
  L.control.zoom({ position: "bottomleft", zoomInTitle: w("zoom_in"), zoomOutTitle: w("zoom_out") }).addTo(map);
  L.control.scale({ imperial: false, position: "bottomleft" }).addTo(map);
  ["areas", "lines", "edge", "barriers", "points"].forEach((name, i) => { map.createPane(name).style.zIndex = 350 + 50 * i; });
  // a canvas takes the pointer from those below it: only the lowest may listen, the layers above it are SVG
  ["lines", "edge"].forEach((name) => { map.getPane(name).style.pointerEvents = "none"; });

  function tip(name, rows, note) {
    const box = el("div", "tip");
    box.append(el("b", "name", name));
    const table = el("table");
    for (const [label, value, bad] of rows) {
      const row = el("tr"), left = el("td");
      left.append(el("span", "", label));
      row.append(left, el("td", bad ? "bad" : "", value));
      table.append(row);
    }
    box.append(table);
    if (note) box.append(el("small", "", note));
    return box;
  }

  function ofZone(p) {
    const before = p.before ? [[w("school_before"), p.before]] : [];
    return [p.name, [[w("school"), p.school || "—"], ...before].concat(secret([[w("pupils_2"), number(p.pupils)],
      [w("walk"), number(p.distance_m) + " " + w("m")]])), p.changed ? w("catchment_changed") : ""];
  }

  function ofSchool(p) {
    return [p.name, secret([
          [w("pupils_2"), number(p.pupils)]].concat(p.classes === undefined ? [] : [[w("classes_rooms"), p.classes + " / " + p.rooms]]))
          .concat([[w("seats"), number(p.capacity)]], secret([[w("load"), share(p.load), p.load > 1],
          [w("short"), number(p.shortage), p.shortage > 0]]))
          .concat(p.oversize > 0 ? [[w("over_size"), number(p.oversize), true]] : [])
          .concat(p.overflow_in > 0 ? [[w("sent_here"), number(p.overflow_in)]] : [])
          .concat(p.overflow_out > 0 ? [[w("sent_on"), number(p.overflow_out)]] : []),
          p.is_new ? w("new_schematic_site") : (p.zoned ? "" : w("not_zoned"))];
  }

  // county, townships, roads and barriers
  const canvas = (pane) => L.canvas({ pane });
  const county = L.geoJSON(data.boundary, { pane: "edge", interactive: false, renderer: canvas("edge"),
    style: { color: "#3b4652", weight: 2.2, fill: false } }).addTo(map);
  const townships = L.geoJSON(data.townships, { pane: "edge", interactive: false, renderer: canvas("edge"),
    style: { color: "#6b5b73", weight: 1.2, dashArray: "6 4", fill: false },
    onEachFeature: (f, layer) => layer.bindTooltip(el("span", "", f.properties.name),
      { permanent: true, direction: "center", className: "place township" }) });
  const roads = L.geoJSON(data.roads, { pane: "lines", interactive: false, renderer: canvas("lines"),
    style: (f) => ({ color: "#7d746a", opacity: 0.6, weight: f.properties.road_class === "secondary" ? 0.8 : 1.8 }) });
  const water = { river: "#3a86c8", canal: "#3a86c8" };
  const barriers = L.geoJSON(data.barriers, { pane: "barriers", renderer: L.svg({ pane: "barriers" }),
    style: (f) => ({ color: water[f.properties.kind] || "#444", weight: f.properties.kind === "river" ? 4 : 2.4,
      opacity: 0.85, dashArray: f.properties.kind === "railway" ? "7 5" : null }),
    onEachFeature: (f, layer) => layer.bindTooltip(el("span", "", f.properties.name || ""), { sticky: true }) });

  // catchments, zones, schools, shortages per stage
  const renderer = canvas("areas"), circles = L.svg({ pane: "points" });
  const stages = data.stages.map((s) => {
    const style = (f) => ({ fillColor: f.properties.colour, fillOpacity: 0.62, color: "#4d4d4d", weight: 1.4, opacity: 0.9 });
    const catchments = L.geoJSON(s.catchments, { pane: "areas", renderer, style,
      onEachFeature: (f, layer) => {
        const p = f.properties;
        layer.bindTooltip(tip(p.name, [[w("zones"), number(p.zones)]].concat(secret([[w("pupils"), number(p.pupils)]]))
          .concat(p.exclaves ? [[w("exclaves"), number(p.exclaves)]] : [])), { sticky: true });
        layer.on("mouseover", () => layer.setStyle({ fillOpacity: 0.85, weight: 2.6 }));
        layer.on("mouseout", () => layer.setStyle({ fillOpacity: 0.62, weight: 1.4 }));
      } });
    const zones = L.geoJSON(s.zones, { pane: "areas", renderer,
      style: (f) => ({ color: "#555", weight: 0.6, fillColor: "#000", fillOpacity: f.properties.changed ? 0.22 : 0.01 }),
      onEachFeature: (f, layer) => layer.bindTooltip(tip(...ofZone(f.properties)), { sticky: true }) });
    const schools = L.geoJSON(s.schools, { pane: "points",
      pointToLayer: (f, at) => {
        const p = f.properties;
        const dot = L.circleMarker(at, { pane: "points", renderer: circles, radius: radius(p.pupils), fillColor: p.colour || "#1f2933", fillOpacity: 1,
          color: p.shortage > 0 ? "#5a0010" : "#222", weight: p.is_new ? 3 : 1.4, dashArray: p.zoned ? null : "3 2" });
        dot.bindTooltip(tip(...ofSchool(p)), { direction: "top" });
        return dot;
      } });
    const names = L.layerGroup();
    const shortages = L.layerGroup(s.schools.features.filter((f) => f.properties.shortage > 0).map((f) => {
      const [x, y] = f.geometry.coordinates, p = f.properties;
      const badge = L.divIcon({ className: "pin", iconSize: [0, 0], iconAnchor: [-radius(p.pupils) * 0.6, 18],
        html: el("span", "short", "−" + number(p.shortage)) });
      return L.marker([y, x], { icon: badge, keyboard: false, alt: p.name })
        .bindTooltip(tip(p.name, [[w("seats_short"), number(p.shortage), true]]), { direction: "top" });
    }));
    return { catchments, zones, schools, names, shortages };
  });
  // names: the largest schools first, below, right, left or above their circle; what finds no room waits for a nearer view
  const pen = document.createElement("canvas").getContext("2d");
  function placeNames() {
    const group = stages[shown.stage].names, features = data.stages[shown.stage].schools.features, frame = map.getContainer().getBoundingClientRect();
    group.clearLayers();
    if (map.getZoom() < 12.5) return;
    pen.font = "600 11.5px " + getComputedStyle(document.body).fontFamily;
    const at = (f) => map.latLngToContainerPoint([f.geometry.coordinates[1], f.geometry.coordinates[0]]);
    const taken = [...document.querySelectorAll(".panel")].map((e) => e.getBoundingClientRect())
      .map((b) => [b.left - frame.left, b.top - frame.top, b.right - frame.left, b.bottom - frame.top]);
    if (shown.schools) features.forEach((f) => { const p = at(f), r = radius(f.properties.pupils); taken.push([p.x - r, p.y - r, p.x + r, p.y + r]); });
    if (shown.shortages) features.filter((f) => f.properties.shortage > 0).forEach((f) => {
      const p = at(f), x = p.x + 0.6 * radius(f.properties.pupils);
      taken.push([x, p.y - 18, x + 16 + pen.measureText("−" + number(f.properties.shortage)).width, p.y + 1]);
    });
    if (shown.projects) data.projects.features.filter((f) => f.properties.stage === data.stages[shown.stage].stage).forEach((f) => { const p = at(f); taken.push([p.x - 11, p.y - 30, p.x + 11, p.y - 8]); });
    features.filter((f) => f.properties.zoned).sort((a, b) => (b.properties.pupils || 0) - (a.properties.pupils || 0)).forEach((f) => {
      const p = at(f), r = radius(f.properties.pupils) + 2, wide = pen.measureText(f.properties.name).width + 2, high = 17;
      const places = [["bottom", [0, r], p.x - wide / 2, p.y + r], ["right", [r, 0], p.x + r, p.y - high / 2],
        ["left", [-r, 0], p.x - r - wide, p.y - high / 2], ["top", [0, -r], p.x - wide / 2, p.y - r - high]];
      for (const [direction, offset, x, y] of places) {
        const box = [x, y, x + wide, y + high];
        if (taken.some((b) => box[0] < b[2] && b[0] < box[2] && box[1] < b[3] && b[1] < box[3])) continue;
        taken.push(box);
        L.tooltip([f.geometry.coordinates[1], f.geometry.coordinates[0]], { permanent: true, direction, offset, className: "place",
          content: el("span", "", f.properties.name), interactive: false }).addTo(group);
        break;
      }
    });
    if (map.getZoom() >= 14) placeZoneNames(group, taken, frame);
  }
  // then the zones in sight, the largest first, each where it lies: only a name that fits beside all others
  function placeZoneNames(group, taken, frame) {
    const high = 15, seen = [];
    pen.font = "400 10.5px " + getComputedStyle(document.body).fontFamily;
    stages[shown.stage].zones.eachLayer((layer) => {
      const box = layer.getBounds(), p = map.latLngToContainerPoint(box.getCenter());
      if (p.x < 0 || p.y < 0 || p.x > frame.width || p.y > frame.height) return;
      const a = map.latLngToContainerPoint(box.getNorthWest()), b = map.latLngToContainerPoint(box.getSouthEast());
      seen.push([(b.x - a.x) * (b.y - a.y), p, b.x - a.x, box.getCenter(), layer.feature.properties.name]);
    });
    seen.sort((x, y) => y[0] - x[0]).forEach(([, p, room, at, name]) => {
      const wide = pen.measureText(name).width + 2, box = [p.x - wide / 2, p.y - high / 2, p.x + wide / 2, p.y + high / 2];
      if (wide > 1.6 * room || taken.some((b) => box[0] < b[2] && b[0] < box[2] && box[1] < b[3] && b[1] < box[3])) return;
      taken.push(box);
      L.tooltip(at, { permanent: true, direction: "center", className: "place zone", content: el("span", "", name), interactive: false }).addTo(group);
    });
  }
  // a public map knows no pupils: its circles are all alike
  const money = (amount) => number(amount / data.money.scale) + " " + data.money.unit;
  function radius(pupils) { return pupils === undefined ? 5 : Math.max(3, Math.sqrt(Math.max(pupils, 0)) * 0.27); }

  const star = '<svg width="22" height="22" viewBox="0 0 24 24" aria-hidden="true"><path d="M12 1.8l3.1 6.6 7.1.9-5.2 5 1.3 7.1L12 18l-6.3 3.4L7 14.3l-5.2-5 7.1-.9z" fill="#6a1b9a" stroke="#fff" stroke-width="1.6"/></svg>';
  const projects = data.stages.map((s) => L.geoJSON(data.projects, {
    filter: (f) => f.properties.stage === s.stage,
    pointToLayer: (f, at) => {
      const p = f.properties;
      return L.marker(at, { alt: p.name, icon: L.divIcon({ className: "pin", html: star, iconSize: [22, 22], iconAnchor: [11, 30] }) })
        .bindTooltip(tip(p.name, [[w("kind"), p.kind_word], [w("opens"), p.year === null ? "—" : String(p.year)],
          p.seats === undefined ? [w("rooms"), number(p.rooms)] : [w("seats_2"), number(p.seats)], [w("cost"), money(p.cost_yuan)]], p.location_note), { direction: "top" });
    } }));

  // panels
  const panel = (position, cls) => {
    const control = L.control({ position });
    const box = el("div", "panel " + cls);
    control.onAdd = () => { L.DomEvent.disableClickPropagation(box); L.DomEvent.disableScrollPropagation(box); return box; };
    control.addTo(map);
    return box;
  };
  const heading = panel("topleft", "heading");
  if (data.internal) heading.append(el("div", "internal", data.internal));
  heading.append(el("h1", "", data.title), el("div", "status", [data.note, data.status].filter(Boolean).join("  ")));

  const narrow = window.innerWidth <= 720;
  const side = panel(narrow ? "bottomright" : "topright", "side");
  const fold = el("button", "fold", "☰ " + w("layers_and_legend"));
  fold.type = "button";
  fold.onclick = () => side.classList.toggle("folded");
  side.append(fold);
  if (narrow) side.classList.add("folded");
  const shown = { stage: 0, catchments: true, zones: false, schools: true, names: true, shortages: true, projects: true,
    roads: true, barriers: true, townships: false };
  const single = { roads, barriers, townships };
  function refresh() {
    stages.forEach((layers, i) => Object.entries(layers).forEach(([name, layer]) => {
      const wanted = i === shown.stage && shown[name] && (name !== "names" || map.getZoom() >= 12.5);
      if (wanted) layer.addTo(map); else layer.remove();
    }));
    projects.forEach((layer, i) => { if (i === shown.stage && shown.projects) layer.addTo(map); else layer.remove(); });
    placeNames();
    if (shown.zones) stages[shown.stage].zones.bringToFront();
    Object.entries(single).forEach(([name, layer]) => { if (shown[name]) layer.addTo(map); else layer.remove(); });
    buttons.forEach((b, i) => b.setAttribute("aria-pressed", String(i === shown.stage)));
    showFigures();
  }
  let again = () => {};       // draws what was found once more
  const room = narrow ? { paddingTopLeft: [0, 110], paddingBottomRight: [0, 60] } : { paddingTopLeft: [10, 10], paddingBottomRight: [290, 10] };
  showSearch();
  side.append(el("h2", "", w("stage")));
  const stageBox = el("div", "switch");
  const buttons = data.stages.map((s, i) => {
    const b = el("button", "", s.name);
    b.type = "button";
    b.onclick = () => { shown.stage = i; refresh(); again(); };
    stageBox.append(b);
    return b;
  });
  const viewBox = el("div", "switch");
  [[w("urban_area"), () => map.fitBounds(data.core, room)], [w("county"), () => map.fitBounds(county.getBounds(), whole())]].forEach(([text, go]) => {
    const b = el("button", "", text);
    b.type = "button";
    b.onclick = go;
    viewBox.append(b);
  });
  side.append(stageBox, viewBox, el("h2", "", w("results")));
  const figures = el("div", "figures");
  side.append(figures);
  function showFigures() {
    const f = data.figures, s = data.stages[shown.stage].stage, of = (key) => (f[key] || {})[s];
    figures.replaceChildren();
    const rows = !data.internal ? [[w("seats_possible"), number(of("seats_possible"))]] : [[w("pupils_2"), number(of("pupils"))], [w("seats_possible"), number(of("seats_possible"))],
      [w("seats_short"), number(of("shortage_by_stage"))], [w("in_own_catchment"), of("nearby_ratio") === null ? w("n_a") : share(of("nearby_ratio"))],
      ...(of("nearest_share") === undefined ? [] : [[w("at_nearest_school"), share(of("nearest_share"))]]),
      [w("mean_walk"), number(of("mean_distance_m")) + " " + w("m")], ...(f.classes_over_cap === undefined ? [] : [[w("classes_over_cap"), number(f.classes_over_cap)]]),
      [w("schools_over_size"), number(f.schools_over_size)], [w("moved"), f.moved_pupils === null ? w("n_a") : number(f.moved_pupils)],
      [w("cost_2"), f.cost_yuan === undefined || !(f.cost_yuan || data.money.named) ? "—" : money(f.cost_yuan)]];
    const together = [w("classes_over_cap"), w("schools_over_size"), w("moved"), w("cost_2")];
    for (const [label, value] of rows) figures.append(el("span", "", data.internal && data.stages.length > 1 && together.includes(label) ? label + " *" : label), el("b", "", value));
    if (data.internal && data.stages.length > 1) figures.append(el("small", "", "* " + w("all_stages_together")));
  }
  // a field that finds a zone or a school by its name and shows where it lies
  function showSearch() {
    const label = el("label", "find"), box = el("input"), list = el("ul", "hits"), found = L.layerGroup().addTo(map);
    box.type = "text";
    box.id = "find";
    list.id = "hits";
    Object.entries({ role: "combobox", "aria-expanded": "false", "aria-controls": "hits", "aria-autocomplete": "list", autocomplete: "off", spellcheck: "false",
      placeholder: w("find_place_or_school"), "aria-label": w("find_place_or_school") }).forEach(([key, value]) => box.setAttribute(key, value));
    list.setAttribute("role", "listbox");
    list.setAttribute("aria-label", w("find_place_or_school"));
    list.hidden = true;
    label.append(box);
    const lacking = el("div", "lacking");
    lacking.setAttribute("role", "status");
    side.append(label, list, lacking);
    const place = (layer, shown, at, near) => {
      layer.addTo(found);
      if (near && narrow) side.classList.add("folded");   // what was found lies under it
      if (near) map.fitBounds(layer.getBounds(), { ...room, maxZoom: 15, animate: false });
      L.tooltip(at, { permanent: true, direction: "top", content: shown }).addTo(found);
    };
    const zoneAt = (i, near) => {
      const f = data.stages[shown.stage].zones.features[i], layer = L.geoJSON(f, { interactive: false, pane: "points", renderer: circles, style: { color: "#000", weight: 3, fillOpacity: 0.15 } });
      place(layer, tip(...ofZone(f.properties)), layer.getBounds().getCenter(), near);
    };
    const unitAt = (i, unit) => data.stages[i].schools.features.find((f) => f.properties.unit === unit);
    const townAt = (f, near) => {
      const layer = L.geoJSON(f, { interactive: false, pane: "points", renderer: circles, style: { color: "#6b5b73", weight: 3, fill: false } });
      place(layer, el("b", "name", f.properties.name), layer.getBounds().getCenter(), near);
    };
    const schoolAt = (unit, near) => {
      const f = unitAt(shown.stage, unit), without = data.stages[shown.stage].placeless.find((p) => p.unit === unit);
      if (without) lacking.append(tip(...ofSchool(without)), el("small", "", w("has_no_place")));
      if (!f) return;
      const at = L.latLng(f.geometry.coordinates[1], f.geometry.coordinates[0]);
      place(L.featureGroup([L.circleMarker(at, { radius: 16, color: "#000", weight: 3, fill: false, interactive: false, pane: "points", renderer: circles })]), tip(...ofSchool(f.properties)), at, near);
    };
    // what was found is told of the stage that is shown
    const clear = () => { found.clearLayers(); lacking.replaceChildren(); };
    const choose = (drawn) => {
      again = () => { clear(); drawn(false); };
      clear();
      drawn(true);
    };
    const showZone = (i) => () => choose((near) => zoneAt(i, near));
    const showSchool = (i, unit) => () => {
      shown.stage = i;
      refresh();
      choose((near) => schoolAt(unit, near));
    };
    const letters = new Map(data.names.map((n) => [n.name, n.keys]));
    const entry = (name, more, show, code) => ({ name: name || "", more, keys: letters.get(name) || [], code: code || "", show });
    finder(box, list, data.stages[0].zones.features.map((f, i) => entry(f.properties.name, f.properties.town, showZone(i), f.properties.code))
      .concat(data.stages.flatMap((s, i) => s.schools.features.map((f) => entry(f.properties.name, s.name, showSchool(i, f.properties.unit), f.properties.unit))))
      .concat(data.stages.flatMap((s, i) => s.placeless.map((p) => entry(p.name, s.name + " · " + w("no_place"), showSchool(i, p.unit), p.unit))))
      .concat(data.townships.features.map((f) => entry(f.properties.name, w("township"), () => choose((near) => townAt(f, near))))),
    data.written, w, () => { clear(); again = () => {}; });
  }
  side.append(el("h2", "", w("layers")));
  // what the county does not have is not offered
  const held = { projects: data.projects, roads: data.roads, barriers: data.barriers, townships: data.townships };
  const icon = (html) => { const i = el("i"); i.innerHTML = html; return i; };   // html is ours, never data
  const line = (style) => icon('<span style="width:20px;border-top:' + style + '"></span>');
  [["catchments", w("catchments")], ["zones", w("zones_changed_dark")], ["schools", w("schools")],
    ["names", w("school_names")], ...secret([["shortages", w("seats_short"), icon('<span class="short">−n</span>')]]),
    ["projects", w("projects"), icon(star)], ["roads", w("main_roads"), line("2px solid #7d746a")],
    ["barriers", w("barriers"), line("3px solid #3a86c8")], ["townships", w("townships"), line("1.5px dashed #6b5b73")],
  ].filter(([name]) => !held[name] || held[name].features.length).forEach(([name, words, sign]) => {
    const label = el("label"), box = el("input");
    box.type = "checkbox";
    box.checked = shown[name];
    box.id = "layer-" + name;
    box.onchange = () => { shown[name] = box.checked; refresh(); };
    label.append(box, el("span", "", words));
    if (sign) label.append(sign);
    side.append(label);
  });
  if (data.internal) showScales();
  function showScales() {
    side.append(el("h2", "", w("load_pupils_seats_possible")));
    const scale = el("div", "scale");
    const steps = data.load_steps.slice(0, 5);
    steps.forEach(([colour]) => { const s = el("span"); s.style.background = colour; scale.append(s); });
    steps.forEach(([, label]) => scale.append(el("div", "", label.replace(" %", ""))));
    side.append(scale, el("h2", "", w("size_of_circles_pupils")));
    const sizes = el("div", "row");
    [300, 1000, 2500].forEach((n) => {
      const i = el("i"), d = el("span", "dot");
      d.style.width = d.style.height = 2 * radius(n) + "px";
      i.style.width = "auto";
      i.append(d);
      sizes.append(i, el("small", "", number(n)));
    });
    side.append(sizes);
  }

  // nothing of the county may hide behind the heading
  function whole() {
    return narrow ? { paddingTopLeft: [5, heading.offsetHeight + 15], paddingBottomRight: [5, 60] }
      : { paddingTopLeft: [heading.offsetWidth + 20, 15], paddingBottomRight: [290, 15] };
  }
  map.on("zoomend", refresh);
  map.on("moveend", placeNames);
  map.fitBounds(data.core, { ...room, animate: false });
  refresh();
}
