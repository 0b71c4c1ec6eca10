// Typed words: to be answered, or to be said as they are.

import { ask, say } from "./api.js";
import { byId } from "./element.js";
import { showTurn } from "./transcript.js";
import { onWords, t } from "./words.js";

const field = byId("ask-text");
const note = byId("ask-note");
let noteKey = "talk.note";

function tell(key, text = t(key)) {
  noteKey = key;
  note.textContent = text;
  note.classList.toggle("error", key === "error");
}

async function send(doing, wait, done) {
  const text = field.value.trim();
  if (!text) {
    field.focus();
    return;
  }
  field.value = "";
  tell(wait);
  try {
    await doing(text);
    tell(done);
  } catch (error) {
    tell("error", error.message);
    if (!field.value && error.isUnreachable) field.value = text; // nothing typed is lost
  }
}

export function openTalkBox() {
  byId("ask").addEventListener("submit", (event) => {
    event.preventDefault();
    send(async (text) => showTurn(await ask(text)), "talk.asking", "talk.note");
  });
  byId("say-send").addEventListener("click", () => send(say, "talk.saying", "talk.said"));
  onWords(() => noteKey !== "error" && tell(noteKey));
}
