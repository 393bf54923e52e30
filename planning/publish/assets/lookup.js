(function (data) {
  "use strict";
  const $ = (id) => document.getElementById(id);
  const el = (tag, cls, text) => {
    const e = document.createElement(tag);
    if (cls) e.className = cls;
    if (text !== undefined) e.textContent = text;       // names are text, never markup
    return e;
  };
  const w = (key, values) => data.words[key].replace(/\{(\w+)\}/g, (_, name) => values[name]);   // words of the page's language
  const far = (m) => m === null ? "" : m < 1000 ? w("about_n_m", { n: Math.max(10, Math.round(m / 10) * 10) }) : w("about_n_km", { n: (m / 1000).toFixed(1) });
  $("title").textContent = data.title;
  $("status").textContent = [w("a_sketch_what_the_authority", { status: data.status }), data.note].filter(Boolean).join(w("stop"));

  // map
  const map = L.map("map", { preferCanvas: true, zoomControl: false, zoomSnap: 0.25 });
  map.attributionControl.setPrefix(false);
  map.attributionControl.addAttribution(w("sketch") + (data.review ? " " + w("review_number") : ""));
  if (data.review) map.attributionControl.getContainer().append(data.review);
  L.control.zoom({ position: "bottomright", zoomInTitle: w("zoom_in"), zoomOutTitle: w("zoom_out") }).addTo(map);
  L.control.scale({ imperial: false, position: "bottomleft" }).addTo(map);
  ["areas", "zones", "lines", "chosen"].forEach((name, i) => {
    map.createPane(name).style.zIndex = 350 + 20 * i;
    if (name !== "zones") map.getPane(name).style.pointerEvents = "none";
  });
  const pane = (name) => L.canvas({ pane: name, padding: 0.3 });
  const areas = pane("areas"), lines = pane("lines"), chosen = L.svg({ pane: "chosen" });
  const stages = data.stages.map((s) => {
    const shapes = [];
    const layer = L.geoJSON(s.shapes, { pane: "areas", renderer: areas, interactive: false,
      style: (f) => ({ fillColor: f.properties.colour, fillOpacity: 0.6, color: "#3b3b3b", weight: 1.6 }),
      onEachFeature: (f, l) => { shapes[f.properties.k] = l; } });
    return { ...s, layer, shapes };
  });
  const water = { river: "#2a6fb0", canal: "#2a6fb0" };
  const quiet = { pane: "lines", renderer: lines, interactive: false };
  L.geoJSON(data.roads, { ...quiet, style: { color: "#6d645b", weight: 1.2, opacity: 0.7 } }).addTo(map);
  L.geoJSON(data.barriers, { ...quiet, style: (f) => ({ color: water[f.properties.kind] || "#333", weight: 2,
    dashArray: f.properties.kind === "railway" ? "7 5" : null }) }).addTo(map);
  const county = L.geoJSON(data.boundary, { ...quiet, style: { color: "#222", weight: 2, fill: false } }).addTo(map);
  const zones = [];
  L.geoJSON(data.zones, { pane: "zones", renderer: pane("zones"),
    style: { color: "#555", weight: 0.5, opacity: 0.6, fillColor: "#000", fillOpacity: 0.001 },
    onEachFeature: (f, l) => { const z = { ...f.properties, layer: l }; zones.push(z); l.on("click", () => showZone(z)); } }).addTo(map);
  const names = L.layerGroup(), marks = L.layerGroup().addTo(map);
  let stage = 0, picked = [];
  const buttons = stages.map((s, i) => {
    const b = el("button", "", w("stage_catchments", { stage: s.name }));
    b.type = "button";
    b.onclick = () => { stage = i; draw(); };
    $("switch").append(b);
    return b;
  });
  function draw() {
    stages.forEach((s, i) => { if (i === stage) s.layer.addTo(map); else s.layer.remove(); buttons[i].setAttribute("aria-pressed", String(i === stage)); });
    names.clearLayers();
    const taken = [], free = (a) => taken.every((b) => a[0] > b[2] || b[0] > a[2] || a[1] > b[3] || b[1] > a[3]);
    data.schools.filter((s) => s.at && s.in[stage] !== null).forEach((s) => {
      L.circleMarker(s.at, { radius: 4, pane: "chosen", renderer: chosen, color: "#fff", weight: 1.5, fillColor: "#1a232b", fillOpacity: 1, interactive: false }).addTo(names);
      const p = map.latLngToContainerPoint(s.at), room = [p.x, p.y - 10, p.x + 14 + 12.5 * s.name.length, p.y + 10];
      if (map.getZoom() < 13 || picked.includes(s) || !free(room)) return;   // no name covers another
      taken.push(room);
      L.tooltip(s.at, { permanent: true, direction: "right", offset: [4, 0], className: "place", content: el("span", "", s.name) }).addTo(names);
    });
    names.addTo(map);
  }
  map.on("moveend", draw);

  // what was found
  const answer = $("answer");
  function card(s, k, distance, pupils, least) {
    const c = s.catchments[k], box = el("div", "card");
    box.style.setProperty("--fill", s.shapes[k].options.fillColor);
    box.append(el("h3", "", s.name + " · " + c.way), el("div", "school", c.name));
    if (distance) box.append(el("p", "far", w("on_foot_far_how", { far: far(distance[1]), how: distance[2] ? w("in_brackets", { how: distance[2] }) : "" })));
    if (c.rule) box.append(el("p", "", c.rule));
    if (least) box.append(el("p", "far", pupils === null ? w("pupils_of_this_zone_fewer", { n: least }) : w("pupils_of_this_zone_n", { n: pupils })));
    if (c.sides) box.append(el("p", "", w("sides") + c.sides));
    if (c.remark) box.append(el("p", "", w("remark") + c.remark));
    const line = el("details"), list = el("details");
    line.append(el("summary", "", w("border")), el("p", "", c.line));
    list.append(el("summary", "", w("zones_of_this_catchment")));
    c.places.forEach(([town, all]) => list.append(el("p", "", w("town_zones", { town, zones: all.join(w("comma")) }))));
    box.append(...(c.line ? [line] : []), list);
    return box;
  }
  const dashes = [null, "8 6"];
  function outline(found) {
    marks.clearLayers();
    picked = data.schools.filter((s) => found.some(([i, k]) => s.in[i] === k));
    const bounds = L.latLngBounds([]);
    found.forEach(([i, k]) => {
      const shape = stages[i].shapes[k];
      L.geoJSON(shape.toGeoJSON(), { pane: "chosen", renderer: chosen, interactive: false,
        style: { fill: false, color: "#9c0d20", weight: 3.5, dashArray: dashes[i] } }).addTo(marks);
      if (i === stage || found.length === 1) bounds.extend(shape.getBounds());
      data.schools.filter((s) => s.at && s.in[i] === k).forEach((s) => {
        bounds.extend(s.at);
        L.circleMarker(s.at, { radius: 8, pane: "chosen", renderer: chosen, color: "#fff", weight: 2, fillColor: "#9c0d20", fillOpacity: 1, interactive: false }).addTo(marks);
        L.tooltip(s.at, { permanent: true, direction: "top", offset: [0, -8], className: "chosen", content: el("span", "", s.name) }).addTo(marks);
      });
    });
    return bounds;
  }
  function showZone(z) {
    const found = stages.map((_, i) => z["s" + i] ? [i, z["s" + i][0]] : null).filter(Boolean);
    const bounds = outline(found);
    L.geoJSON(z.layer.toGeoJSON(), { pane: "chosen", renderer: chosen, interactive: false,
      style: { color: "#000", weight: 3, fillColor: "#000", fillOpacity: 0.35 } }).addTo(marks);
    bounds.extend(z.layer.getBounds());
    const head = el("h2", "", z.name);
    head.append(el("small", "", z.town));
    answer.replaceChildren(head, ...found.map(([i, k]) => card(stages[i], k, z["s" + i], z["p" + i], data.least)));
    if (!found.length) answer.append(el("p", "", w("this_place_has_no_catchment")));
    const own = found.length ? stages[found[0][0]].catchments[found[0][1]].name : "";
    document.dispatchEvent(new CustomEvent("place", { detail: { zone: z.name, school: own } }));
    go(bounds);
  }
  function showSchool(s) {
    const found = stages.map((_, i) => s.in[i] === null ? null : [i, s.in[i]]).filter(Boolean);
    if (found.length && !found.some(([i]) => i === stage)) { stage = found[0][0]; draw(); }
    const bounds = outline(found);
    const head = el("h2", "", s.name);
    if (s.new) head.append(el("small", "", w("new_schematic_site")));
    answer.replaceChildren(head, ...found.map(([i, k]) => card(stages[i], k)));
    document.dispatchEvent(new CustomEvent("place", { detail: { school: s.name } }));
    go(bounds);
  }
  function showTown(name) {
    const inside = zones.filter((z) => z.town === name), bounds = L.latLngBounds([]), rows = el("ul");
    marks.clearLayers();
    picked = [];
    inside.forEach((z) => {
      const row = el("li"), b = el("button", "", z.name);
      b.type = "button";
      b.onclick = () => { showZone(z); answer.focus(); };
      row.append(b);
      rows.append(row);
      bounds.extend(z.layer.getBounds());
    });
    answer.replaceChildren(el("h2", "", name), rows);
    go(bounds);
  }
  function go(bounds) {
    draw();
    answer.scrollTop = 0;
    if (bounds.isValid()) map.fitBounds(bounds, { padding: [30, 40], animate: !matchMedia("(prefers-reduced-motion: reduce)").matches });
  }

  const entries = zones.map((z) => ({ name: z.name, more: z.town, keys: z.keys, code: z.code, show: () => showZone(z) }))
    .concat(data.schools.map((s) => ({ name: s.name, more: w("school"), keys: s.keys, code: s.code, show: () => showSchool(s) })))
    .concat(data.towns.map((t) => ({ name: t.name, more: w("township"), keys: t.keys, code: "", show: () => showTown(t.name) })));
  finder($("q"), $("list"), entries, data.written, w);

  // all schools, notes
  const rest = $("rest"), all = el("details");
  all.append(el("summary", "", w("all_schools_n", { n: data.schools.length })));
  stages.forEach((s, i) => {
    const rows = el("ul");
    data.schools.filter((x) => x.in[i] !== null).forEach((x) => {
      const row = el("li"), b = el("button", "", x.name);
      b.type = "button";
      b.onclick = () => { stage = i; draw(); showSchool(x); answer.focus(); };
      row.append(b);
      rows.append(row);
    });
    all.append(el("h3", "", s.name), rows);
  });
  rest.append(all);
  rest.append(el("p", "", w("privacy_everything_happens_on_this") +
    (data.least ? w("zones_with_fewer_than_n", { n: data.least }) : w("nor_the_number_of_pupils"))));
  rest.append(el("p", "", data.lines + w("neighbouring_catchments_have_different_colours")));
  rest.append(el("p", "", data.ways));
  if (data.contacts.length || data.issuer) rest.append(el("p", "", [data.issuer].concat(data.contacts.map(([n, v]) => n + w("colon") + v)).filter(Boolean).join(" · ")));

  map.fitBounds(county.getBounds(), { animate: false });
  draw();
})(JSON.parse(document.getElementById("data").textContent));
