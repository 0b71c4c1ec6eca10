// Puts the page together: events come in here and go to the parts that show them.

import { readState, readTurns } from "./api.js";
import { openAttention, showAttention } from "./attention.js";
import { showCharts } from "./charts_view.js";
import { byId } from "./element.js";
import { isMoving, showLink, showState } from "./figure.js";
import { openLive } from "./live.js";
import { showManner } from "./manner_view.js";
import { openMemory, showMemory } from "./memory_view.js";
import { forgetToken, keepToken, pageToken } from "./page_token.js";
import { lookAgain, showBody } from "./picture.js";
import { showRobot } from "./robot_view.js";
import { openTabs } from "./tabs.js";
import { openTalkBox } from "./talk_box.js";
import * as transcript from "./transcript.js";
import { onWords, t, wordsReady } from "./words.js";

const MOVING_MS = 1_000;
const STILL_MS = 6_000;
const BUSY = ["thinking", "speaking", "moving"];
const SHOWN_BY = { talk: () => {}, robot: lookAgain, manner: showManner, charts: showCharts, memory: showMemory };
let robot = null; // the last state object
let live = null;
let isOpen = false;
let timer = 0;

async function look() {
  clearTimeout(timer);
  if (!pageToken() || !byId("gate").hidden) return;
  try {
    if (!document.hidden) takeState(await readState());
  } catch (error) {
    if (error.isUnreachable && isOpen) live.again(); // the socket has not noticed yet
  }
  clearTimeout(timer); // of another look that began meanwhile
  timer = setTimeout(look, isMoving() ? MOVING_MS : STILL_MS);
}

function takeState(next) {
  const isRestarted = robot && next.uptime_s < robot.uptime_s;
  robot = next;
  showAttention(next.attention);
  showRobot(next);
  showBody(next.body);
  if (isRestarted) {
    transcript.clearTranscript();
    catchUp();
  }
}

/** The turns that were missed. */
async function catchUp() {
  try {
    const { turns } = await readTurns(transcript.newestTurn());
    turns.forEach(transcript.showTurn);
  } catch {
    // The link tells that the robot is away; the next connection brings them.
  }
}

function takeLink(link) {
  isOpen = link === "open";
  showLink(link);
  look().then(() => isOpen && catchUp());
  if (isOpen) lookAgain();
}

function changeState(state) {
  if (!BUSY.includes(state)) transcript.endOpen();
  showState(state);
  lookAgain();
  if (state === "moving") look();
}

function take(event) {
  switch (event.type) {
    case "state":
      return changeState(event.state);
    case "partial":
      return transcript.showPartial(event.text, event.language);
    case "heard":
      return transcript.showHeard(event);
    case "clause":
      return transcript.showClause(event);
    case "turn":
      transcript.showTurn(event.turn);
      return afterTurn();
    case "stopped":
      return transcript.showStopped();
    case "failed":
    case "recovered":
      return look();
    default:
      return undefined; // a newer service may tell more
  }
}

/** Words can change the manner, the memory and the attention. */
function afterTurn() {
  look();
  const tab = document.body.dataset.tab;
  if (tab !== "robot") SHOWN_BY[tab]();
}

function askForToken(message = "") {
  byId("gate").hidden = false;
  byId("main").hidden = true;
  byId("token-error").textContent = message;
  showLink("locked");
  live?.pause();
}

function begin() {
  byId("gate").hidden = true;
  byId("main").hidden = false;
  if (!live) {
    live = openLive({ onMessage: take, onLink: takeLink });
    openTabs((name) => SHOWN_BY[name]());
  }
  live.again();
}

await wordsReady;
document.addEventListener("sori:refused", () => {
  forgetToken();
  askForToken(t("token.refused"));
});
byId("gate").addEventListener("submit", (event) => {
  event.preventDefault();
  const isToken = keepToken(byId("token").value);
  byId("token").value = "";
  if (isToken) begin();
  else askForToken(t("token.refused"));
});
document.addEventListener("visibilitychange", look);
openTalkBox();
openAttention();
openMemory(() => {
  transcript.clearTranscript();
  catchUp();
});
onWords(() => robot && showRobot(robot));
if (pageToken()) begin();
else askForToken();
