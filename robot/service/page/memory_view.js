// What Sori keeps, what people reported, and forgetting.

import { forget, readMemory, readReports } from "./api.js";
import { confirmed } from "./confirm.js";
import { byId, element } from "./element.js";
import { named, onWords, pageLanguage, t } from "./words.js";

const note = byId("memory-note");
let turns = null;
let reports = null;

const when = (seconds) =>
  seconds == null
    ? ""
    : new Date(seconds * 1000).toLocaleString(pageLanguage(), { dateStyle: "medium", timeStyle: "short" });

function turnRow(turn) {
  return element("li", {},
    element("p", { class: "who" }, when(turn.at_s)),
    element("p", { lang: turn.language }, turn.transcript || "…"),
    turn.reply ? element("p", { class: "answer", lang: turn.reply_language }, turn.reply) : null);
}

function reportRow(one) {
  return element("li", {},
    element("p", { class: "who" }, [t(`feedback.${one.kind}`), named(`report.${one.state}`, one.state ?? ""), when(one.at_s)].filter(Boolean).join(" · ")),
    element("p", { lang: one.language }, `“${one.phrase}”`));
}

const rows = (found, view, none) =>
  found.length ? found.map(view) : [element("li", { class: "quiet" }, t(none))];

function draw() {
  if (turns) byId("memory").replaceChildren(...rows([...turns].reverse(), turnRow, "memory.none"));
  if (reports) byId("reports").replaceChildren(...rows([...reports].reverse(), reportRow, "reports.none"));
}

export async function showMemory() {
  try {
    ({ turns } = await readMemory());
    ({ reports } = await readReports());
    draw();
  } catch (error) {
    note.textContent = error.message;
  }
}

/** `onForgot` is called when something was deleted, so that the page forgets it too. */
export function openMemory(onForgot) {
  async function ask(what) {
    const words = { title: t(`memory.${what}.title`), about: t(`memory.${what}.about`), yes: t(`memory.${what}.yes`) };
    if (!(await confirmed(words))) return;
    note.classList.remove("error");
    try {
      const { forgotten } = await forget(what);
      note.textContent = t(forgotten === 1 ? "memory.forgotten_one" : "memory.forgotten", { count: forgotten });
      onForgot();
    } catch (error) {
      note.textContent = error.message;
      note.classList.add("error");
    }
    showMemory();
  }
  for (const button of byId("forget").querySelectorAll("button"))
    button.addEventListener("click", () => ask(button.dataset.what));
  onWords(draw);
}
