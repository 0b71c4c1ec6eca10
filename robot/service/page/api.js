// The calls of the page. Browsers open six connections to a host: the page uses four, so that stop
// never waits behind a picture or a slow answer.

import { request } from "./request.js";

const MOST_AT_ONCE = 4;
const ANSWER_LIMIT_MS = 65_000; // the service gives up after 60 s and says so
const waiting = [];
let running = 0;

async function inLine(send) {
  if (running >= MOST_AT_ONCE) await new Promise((go) => waiting.push(go));
  running += 1;
  try {
    return await send();
  } finally {
    running -= 1;
    waiting.shift()?.();
  }
}

async function json(method, path, body, limitMs) {
  const response = await inLine(() => request(method, path, { body, limitMs }));
  return response.json();
}

export const readState = () => json("GET", "api/state");
export const readTurns = (after) => json("GET", `api/turns?after=${after}&limit=50`);
export const say = (text) => json("POST", "api/say", { text });
export const ask = (text) => json("POST", "api/ask", { text }, ANSWER_LIMIT_MS);
export const readSettings = () => json("GET", "api/settings");
export const changeSettings = (changes) => json("PATCH", "api/settings", changes);
export const setAttention = (mode) => json("POST", "api/attention", { mode });
export const readMemory = () => json("GET", "api/memory?limit=50");
export const forget = (what) => json("DELETE", "api/memory", { what });
export const readReports = () => json("GET", "api/feedback");
export const report = (turn, kind) => json("POST", "api/feedback", { turn, kind });
export const readFigures = () => json("GET", "api/figures");

/** Push to talk does not wait in line: words are spoken now. */
export const press = (pressed) =>
  request("POST", "api/attention", { body: { pressed }, limitMs: 3_000, urgent: true });

/** @returns {Promise<Blob>} the body as it stands now */
export const readPicture = async () =>
  (await inLine(() => request("GET", "api/picture", { limitMs: 6_000 }))).blob();
