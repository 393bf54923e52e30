/** The room 公示: what the notice says, which papers are made, and the papers. */

import { carefully, post } from "../shared/ask.js";
import { byId, el } from "../shared/dom.js";
import { card, jobsOf, paperList } from "../shared/papers.js";
import { say } from "../shared/texts.js";
import { toast } from "../shared/toast.js";

/** @typedef {import("../room/room.js").Room} Room */

const FIELDS = ["issuer", "number", "date", "window", "phone", "email", "address", "review_number"];
const MAKES = ["notice", "print", "lookup", "gpkg", "geojson", "shp", "kml"];

/** @param {Room} room */
export function draw(room) {
  const form = el("form", { id: "publish", on: { submit: (/** @type {Event} */ e) => { e.preventDefault(); return make(room, form); } } },
    el("div.two", {}, ...FIELDS.map((name) => el("label.field", {}, el("span", {}, say(`publish.${name}`)), el("input", { type: "text", name, maxLength: 200, autocomplete: "off", value: room.about.notice[name] || "" })))),
    el("p.soft", {}, say("publish.blank")),
    el("fieldset", {}, el("legend", {}, say("publish.make")), ...MAKES.map((name) =>
      el("label.choice", {}, el("input", { type: "checkbox", name: "make", value: name, checked: ["notice", "print", "lookup"].includes(name) }), el("span", {}, el("b", {}, say(`publish.${name}`)), el("small", {}, say(`publish.${name}Why`)))))),
    el("div.row", {}, el("button.button.main", { type: "submit" }, say("publish.go"))));
  byId("main").replaceChildren(el("h1", {}, say("room.publish")), el("p.lead", {}, say("publish.lead")),
    ...(room.session.read_only ? [] : [card(say("publish.says"), form)]), card(say("publish.papers"), el("div", { id: "made" })));
  heard(room);
}

/** @param {Room} room */
export function heard(room) {
  byId("made").replaceChildren(jobsOf(room, ["publish"]), paperList(room, "publish"));
}

/** @param {Room} room @param {HTMLFormElement} form */
async function make(room, form) {
  const data = new FormData(form);
  const told = await carefully(() => post(`${room.api}/publish`, { makes: data.getAll("make"), notice: Object.fromEntries(FIELDS.map((f) => [f, String(data.get(f) || "")])) }));
  if (told) toast(say("papers.started"));
}
