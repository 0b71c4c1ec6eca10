// How Sori speaks: fields built from what the service says can be chosen.

import { changeSettings, readSettings } from "./api.js";
import { byId, element } from "./element.js";
import { languageName, named, onWords, t } from "./words.js";

const FIRST = ["volume", "rate", "pitch", "tone", "speech_level", "length", "language", "audience", "robot_name", "user_name"];
const MOST_BUTTONS = 4;
let known = null;

const label = (field) => named(`manner.${field}`, field);

function valueName(field, value) {
  if (field === "language") return value === "" ? t("manner.language.any") : languageName(value);
  return named(`manner.${field}.${value}`, value === "" ? "–" : value);
}

/** A share of the usual, in percent: 1.0 says nothing to people. */
const shown = (value) => `${Math.round(value * 100)} %`;

function place(field, control, { isGroup = false, output = null } = {}) {
  const note = element("p", { class: "note", role: "status", id: `note-${field}` });
  const name = isGroup ? element("legend", {}, label(field)) : element("label", { for: `manner-${field}` }, label(field), output);
  return element(isGroup ? "fieldset" : "div", { class: "field", "data-field": field }, name, control, note);
}

function buttons(field, values, now) {
  const options = values.map((value) =>
    element("label", { class: "pill" },
      element("input", { type: "radio", name: `manner-${field}`, value, checked: value === now, onchange: () => change(field, value) }),
      element("span", {}, valueName(field, value))));
  return place(field, element("div", { class: "pills" }, ...options), { isGroup: true });
}

function select(field, values, now) {
  const options = values.map((value) => element("option", { value, selected: value === now }, valueName(field, value)));
  return place(field, element("select", { id: `manner-${field}`, onchange: (event) => change(field, event.target.value) }, ...options));
}

function slider(field, { min, max, step }, now) {
  const output = element("output", { for: `manner-${field}` }, shown(now));
  const input = element("input", {
    type: "range", id: `manner-${field}`, min, max, step: step ?? 0.05, value: now,
    oninput: (event) => {
      output.textContent = shown(event.target.value);
      event.target.setAttribute("aria-valuetext", output.textContent);
    },
    onchange: (event) => change(field, Number(event.target.value)),
    "aria-valuetext": shown(now),
  });
  return place(field, input, { output });
}

function text(field, { max_characters: most }, now) {
  return place(field, element("input", {
    id: `manner-${field}`, value: now, maxlength: most, autocomplete: "off", placeholder: named(`manner.${field}.none`, ""),
    onchange: (event) => change(field, event.target.value.trim()),
  }));
}

function fieldView(field) {
  const choice = known.choices[field];
  const now = known.manner[field];
  if (choice.kind === "number") return slider(field, choice, now);
  if (choice.kind === "text") return text(field, choice, now);
  return (choice.values.length > MOST_BUTTONS ? select : buttons)(field, choice.values, now);
}

function draw() {
  if (!known) return;
  const rank = (field) => (FIRST.indexOf(field) + FIRST.length + 1) % (FIRST.length + 1);
  const fields = Object.keys(known.choices).filter((field) => field in known.manner);
  byId("manner-fields").replaceChildren(...fields.sort((a, b) => rank(a) - rank(b)).map(fieldView));
}

/** Sends one change; what the service did not take is shown as it was before. */
async function change(field, value) {
  let message = t("manner.saved");
  let isError = false;
  const before = known.manner[field];
  try {
    known = await changeSettings({ [field]: value });
  } catch (error) {
    message = error.message;
    isError = true;
  }
  if (isError || known.manner[field] !== value) redrawField(field);
  if (!isError && known.manner[field] === before && value !== before) message = t("manner.held");
  const note = byId(`note-${field}`);
  note.textContent = message;
  note.classList.toggle("error", isError);
}

function redrawField(field) {
  const old = byId("manner-fields").querySelector(`[data-field="${field}"]`);
  const hadFocus = old.contains(document.activeElement);
  const next = fieldView(field);
  old.replaceWith(next);
  if (hadFocus) next.querySelector("input:checked, input, select").focus();
}

/** Reads them anew: they may have been changed by voice. */
export async function showManner() {
  try {
    const next = await readSettings();
    if (JSON.stringify(next) === JSON.stringify(known)) return;
    known = next;
    draw();
  } catch (error) {
    if (!known) byId("manner-fields").replaceChildren(element("p", { class: "error" }, error.message));
  }
}

byId("manner").addEventListener("submit", (event) => event.preventDefault());
onWords(draw);
