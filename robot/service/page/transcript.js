// The conversation as it comes. Turns may come twice (an event, and the list after a reconnect).

import { byId, element } from "./element.js";
import { openTurnView, turnView } from "./turn_view.js";
import { onWords, t } from "./words.js";

const MOST_SHOWN = 200;
const NEAR_PX = 80;
let entries = []; // {turn, record} when ended, {turn, text, language, said, isStopped} before

const list = byId("transcript");
const partial = byId("partial");
const isEnded = (entry) => entry.record !== undefined;
const last = () => entries.at(-1);
const going = () => (last() && !isEnded(last()) && !last().isOver ? last() : null);
const made = (entry) => (isEnded(entry) ? turnView(entry.record) : openTurnView(entry));

/** Changes the list, and stays at its end if the reader was there. */
function keepingPlace(change) {
  const isAtEnd = list.scrollHeight - list.scrollTop - list.clientHeight < NEAR_PX;
  change();
  if (isAtEnd) list.scrollTop = list.scrollHeight;
}

function put(entry) {
  keepingPlace(() => {
    if (!entries.includes(entry)) {
      if (!entries.length) list.replaceChildren();
      entries.push(entry);
    }
    const view = made(entry);
    if (entry.view) entry.view.replaceWith(view);
    else list.append(view);
    entry.view = view;
    while (entries.length > MOST_SHOWN) entries.shift().view.remove();
  });
}

function redraw() {
  list.replaceChildren(...entries.map((entry) => (entry.view = made(entry))));
  if (!entries.length) list.append(element("li", { class: "empty" }, t("talk.empty")));
  list.scrollTop = list.scrollHeight;
}

export function clearTranscript() {
  entries = [];
  redraw();
}

/** The number of the newest turn that ended, 0 before the first. */
export const newestTurn = () => Math.max(0, ...entries.filter(isEnded).map((entry) => entry.turn));

export function showPartial(text, language) {
  partial.textContent = text;
  partial.lang = language ?? "";
}

export function showHeard({ turn, text, language }) {
  showPartial("");
  endOpen();
  put({ turn, text, language, said: [] });
}

export function showClause({ turn, text }) {
  const entry = going() ?? { turn, text: "", said: [] };
  entry.turn = turn;
  entry.said.push(text);
  put(entry);
}

export function showTurn(record) {
  showPartial("");
  const known = entries.find((entry) => entry.turn === record.turn && isEnded(entry));
  const open = last() && !isEnded(last()) && isOf(last(), record) ? last() : null;
  const entry = known ?? open ?? { turn: record.turn };
  Object.assign(entry, { turn: record.turn, record });
  put(entry);
}

/** Whether an open entry became this turn: its words tell, as its number may come late. */
function isOf(entry, record) {
  return entry.text ? entry.text === record.transcript : entry.turn === record.turn || record.reply?.startsWith(entry.said[0]);
}

export function showStopped() {
  const entry = going();
  if (!entry) return;
  entry.isStopped = true;
  put(entry);
}

/** Nothing more will be said in what is open, such as words of another program. */
export function endOpen() {
  const entry = going();
  if (entry) entry.isOver = true;
}

onWords(redraw);
