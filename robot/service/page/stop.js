// The stop button and the Escape key. Loaded first, depends on nothing that loads, waits for nobody.

import { request } from "./request.js";
import { onWords, pageLanguage, t } from "./words.js";

const TRIES = 3;
const LIMIT_MS = 2_500;
const SHOWN_MS = 6_000;
const button = document.getElementById("stop");
const word = document.getElementById("stop-word");
const said = document.getElementById("stop-said");
let shown = "ready";
let at = null;
let hide = 0;
let running = false;

function draw() {
  const time = at?.toLocaleTimeString(pageLanguage()) ?? "";
  button.dataset.shown = shown;
  word.textContent = t(shown === "sending" ? "stop.sending" : "stop.button");
  button.setAttribute("aria-label", t("stop.label"));
  said.dataset.shown = shown;
  const sentence = shown === "ready" || shown === "sending" ? "" : t(`stop.${shown}`, { time });
  if (said.textContent !== sentence) said.textContent = sentence;
}

function show(next) {
  shown = next;
  at = new Date();
  clearTimeout(hide);
  if (next === "done") hide = setTimeout(() => show("ready"), SHOWN_MS);
  draw();
}

/** Stops body, voice and thought. A failure stays on the screen until a stop succeeds. */
async function stop() {
  if (running) return;
  running = true;
  if (shown !== "failed") show("sending");
  for (let tries = 1; tries <= TRIES; tries += 1) {
    try {
      const answer = await (await request("POST", "api/stop", { body: {}, limitMs: LIMIT_MS, urgent: true })).json();
      if (answer.stopped) {
        show("done");
        break;
      }
    } catch {
      // Said on the page below; tried again at once, as stopping twice does no harm.
    }
    show("failed");
  }
  running = false;
}

button.addEventListener("click", stop);
addEventListener("keydown", (event) => {
  if (event.key === "Escape" && !event.repeat) stop();
}, { capture: true });
onWords(draw);
