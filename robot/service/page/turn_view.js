// One turn of the conversation: what was heard, what the body did, what Sori said.

import { measuredText, wishText } from "./action_text.js";
import { report } from "./api.js";
import { element, icon } from "./element.js";
import { languageName, named, t } from "./words.js";

const OUTCOME_ICONS = {
  done: "M5 13l4 4L19 7",
  stopped: "M7 7h10v10H7z",
  refused: "M6 6l12 12M18 6L6 18",
  failed: "M12 5v9M12 18v1",
  needs_confirmation: "M9 9q0-4 3-4t3 3.5q0 2-3 4V14M12 18v1",
};
const SHIELD = "M12 3l7 3v5q0 7-7 10-7-3-7-10V6z";
const FLAG = "M6 21V4h11l-2 4 2 4H6";

function heardView(turn) {
  if (!turn.transcript && !turn.no_speech) return null;
  const who = turn.language ? `${t("turn.you")} · ${languageName(turn.language)}` : t("turn.you");
  const words = turn.no_speech || !turn.transcript
    ? element("p", { class: "quiet" }, t("turn.no_words"))
    : element("p", { lang: turn.language }, turn.transcript);
  const care = turn.safety?.input?.allowed === false
    ? element("p", { class: "mark" }, icon(SHIELD), t("turn.unkind"))
    : null;
  return element("div", { class: "heard" }, element("p", { class: "who" }, who), words, care);
}

function actionView(action) {
  if (!action) return null;
  const outcome = named(`outcome.${action.outcome}`, action.outcome);
  const why = action.reason && !["done", "stopped"].includes(action.outcome)
    ? ` (${named(`reason.${action.reason}`, action.reason)})`
    : "";
  return element(
    "p",
    { class: `did ${action.outcome}` },
    icon(OUTCOME_ICONS[action.outcome] ?? OUTCOME_ICONS.failed),
    element("span", {}, element("b", {}, wishText(action.requested)), ` · ${outcome}${why}`,
      element("small", {}, measuredText(action))),
  );
}

function replyView(turn) {
  if (!turn.reply) return null;
  const judged = turn.safety?.reply;
  const isHeld = judged && (judged.replaced || !judged.allowed);
  const held = isHeld ? element("p", { class: "mark" }, icon(SHIELD), t("turn.held")) : null;
  const total = turn.timings_ms?.first_sound != null ? turn.timings_ms.total : null;
  const time = total == null ? "" : ` · ${t("turn.after", { seconds: (total / 1000).toFixed(1) })}`;
  return element(
    "div",
    { class: "reply" },
    element("p", { class: "who" }, `${t("turn.sori")}${time}`),
    element("p", { lang: turn.reply_language }, turn.reply),
    held,
    feedbackView(turn.turn),
  );
}

/** A small button that opens three; what was reported is said in its place. */
function feedbackView(turn) {
  const place = element("div", { class: "feedback" });
  const choose = async (kind) => {
    try {
      await report(turn, kind);
      place.replaceChildren(element("p", { class: "thanks", tabindex: -1 }, t(`feedback.${kind}.thanks`)));
    } catch (error) {
      place.replaceChildren(open, element("p", { class: "error" }, error.message));
    }
    place.firstChild.focus();
  };
  const kinds = ["hurt", "wrong", "unwanted"].map((kind) =>
    element("button", { type: "button", onclick: () => choose(kind) }, t(`feedback.${kind}`)));
  const back = element("button", { type: "button", class: "bare", onclick: () => showOpen() }, t("feedback.cancel"));
  const open = element(
    "button",
    { type: "button", class: "bare", "aria-label": t("feedback.open"), title: t("feedback.open"), onclick: () => {
      place.replaceChildren(element("div", { role: "group", "aria-label": t("feedback.open"), class: "kinds" }, ...kinds, back));
      kinds[0].focus();
      place.scrollIntoView({ block: "nearest" });
    } },
    icon(FLAG),
  );
  const showOpen = () => {
    place.replaceChildren(open);
    open.focus();
  };
  place.append(open);
  return place;
}

/** A turn object (DESIGN.md) as a list item. */
export function turnView(turn) {
  return element("li", { class: "turn" }, heardView(turn), actionView(turn.action), replyView(turn));
}

/** A turn that is going on: words so far, clauses so far. */
export function openTurnView({ text, language, said, isStopped }) {
  const heard = text
    ? element("div", { class: "heard" }, element("p", { class: "who" }, t("turn.you")), element("p", { lang: language }, text))
    : null;
  const reply = said.length
    ? element("div", { class: "reply growing" }, element("p", { class: "who" }, t("turn.sori")), element("p", {}, said.join(" ")))
    : null;
  const stopped = isStopped
    ? element("p", { class: "did stopped" }, icon(OUTCOME_ICONS.stopped), t("turn.stopped"))
    : null;
  return element("li", { class: "turn" }, heard, reply, stopped);
}
