// The face: what Sori does now, as a shape, a word and a sentence.

import { byId } from "./element.js";
import { onWords, t } from "./words.js";

const KNOWN = ["starting", "deaf", "asleep", "waiting", "listening", "hearing", "thinking", "speaking", "moving"];
const SETTLE_MS = 150; // states that pass faster are not told, or a screen reader would stammer
let state = "starting";
let link = "connecting";
let timer = 0;

function draw() {
  const known = KNOWN.includes(state) ? state : "starting";
  const shown = link === "lost" ? "unreachable" : known;
  document.body.dataset.state = shown;
  document.body.dataset.link = link;
  byId("link-word").textContent = t(`link.${link}`);
  clearTimeout(timer);
  timer = setTimeout(() => {
    byId("state-word").textContent = t(`state.${shown}`);
    byId("state-about").textContent = t(`state.${shown}.about`);
  }, SETTLE_MS);
}

export function showState(next) {
  state = next;
  draw();
}

/** @param {"connecting" | "open" | "lost" | "locked"} next */
export function showLink(next) {
  link = next;
  draw();
}

export const isMoving = () => link === "open" && state === "moving";

onWords(draw);
