// Whom Sori listens to, and the button that is held to talk.

import { press, setAttention } from "./api.js";
import { byId, element } from "./element.js";
import { onWords, t } from "./words.js";

const MODES = ["always", "wake", "push", "asleep"];
const TAP_MS = 350; // shorter than this: talk until the next press, for who cannot hold a button
const note = byId("attention-note");
const button = byId("talk-button");
let mode = null;
let isPressed = false;
let pressedAt = 0;
let order = Promise.resolve();

function draw() {
  const inputs = MODES.map((one) =>
    element("label", { class: "choice" },
      element("input", { type: "radio", name: "attention", value: one, checked: one === mode, onchange: () => choose(one) }),
      element("span", {}, element("b", {}, t(`attention.${one}`)), element("small", {}, t(`attention.${one}.about`)))));
  byId("attention-modes").replaceChildren(...inputs);
  drawButton();
}

function drawButton() {
  button.hidden = mode !== "push";
  button.setAttribute("aria-pressed", String(isPressed));
  byId("talk-word").textContent = t(isPressed ? "push.listening" : "push.hold");
}

/** The mode as the robot tells it. */
export function showAttention(next) {
  if (next === mode) return;
  mode = next;
  for (const input of byId("attention-modes").querySelectorAll("input"))
    input.checked = input.value === mode;
  drawButton();
}

async function choose(next) {
  const before = mode;
  showAttention(next);
  try {
    await setAttention(next);
    note.textContent = "";
  } catch (error) {
    note.textContent = error.message;
    showAttention(before);
  }
}

/** Presses reach the robot in their order, even when one of them is slow. */
function tellPressed(pressed) {
  if (pressed === isPressed) return;
  isPressed = pressed;
  drawButton();
  order = order.then(() => press(pressed)).catch((error) => {
    isPressed = false;
    note.textContent = error.message;
    drawButton();
  });
}

function down(event) {
  event.preventDefault();
  button.focus();
  if (isPressed) return tellPressed(false);
  pressedAt = event.timeStamp;
  return tellPressed(true);
}

function up(event) {
  if (isPressed && event.timeStamp - pressedAt > TAP_MS) tellPressed(false);
}

export function openAttention() {
  button.addEventListener("pointerdown", (event) => {
    if (event.button !== 0) return;
    button.setPointerCapture(event.pointerId);
    down(event);
  });
  for (const end of ["pointerup", "pointercancel"]) button.addEventListener(end, up);
  button.addEventListener("contextmenu", (event) => event.preventDefault());
  const isKey = (event) => event.key === " " || event.key === "Enter";
  button.addEventListener("keydown", (event) => isKey(event) && (event.repeat ? event.preventDefault() : down(event)));
  button.addEventListener("keyup", (event) => isKey(event) && up(event));
  const letGo = () => tellPressed(false);
  button.addEventListener("blur", letGo);
  addEventListener("pagehide", letGo);
  onWords(draw);
}
